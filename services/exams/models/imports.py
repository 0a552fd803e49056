"""Files: as uploaded, how far each has been taken in, and what was wrong with their rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from services.exams.models.tables import Base, where
from shared.tables import JSON_, IdMixin, UTCDateTime


class Import(IdMixin, Base):
    """A file of registrations or results, and how far it has been taken in.

    `done` and the rows it stands for are committed together, chunk by chunk, so whoever goes on
    after a kill goes on at exactly the next row.
    """

    __tablename__ = "imports"

    kind: Mapped[str] = mapped_column(String(32))
    # How its rows are written: `csv`, a vendor's own layout, or a mapping of the programme's data.
    format: Mapped[str] = mapped_column(String(80), server_default="csv")
    programme: Mapped[str] = mapped_column(String(32))
    # The vendor who uploaded it; null when staff did, and then each row names its vendor.
    vendor: Mapped[str | None] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    uploaded_by: Mapped[str] = mapped_column(String(200))
    columns: Mapped[list[str]] = mapped_column(JSON_)
    # receiving, queued, running, then finished, failed or cancelled.
    state: Mapped[str] = mapped_column(String(16))
    # A dry run tells every outcome and stores nothing else.
    dry_run: Mapped[bool] = mapped_column(server_default=false())
    # How it came (`upload`, `inbox`) and what it held (SHA-256 of its bytes).
    channel: Mapped[str] = mapped_column(String(16), server_default="upload")
    digest: Mapped[str | None] = mapped_column(String(64))
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    problem: Mapped[str | None] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    accepted: Mapped[int] = mapped_column(Integer, default=0)
    duplicates: Mapped[int] = mapped_column(Integer, default=0)
    rejected: Mapped[int] = mapped_column(Integer, default=0)
    # Failures in a row, so that one bad file cannot be tried for ever before the others.
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # The least recently touched import is next: a huge file does not hold up a small one.
    touched_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        Index("ix_imports_programme", "programme", "id"),
        Index("ix_imports_digest", "programme", "digest"),
    )


_unfinished = Import.__table__.c.finished_at.is_(None)
Index("ix_imports_unfinished", Import.__table__.c.touched_at, **where(_unfinished))


class ImportChunk(Base):
    """A stretch of an import's rows as uploaded: a JSON list of [row number, [cells]]."""

    __tablename__ = "import_chunks"

    import_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    )
    # How many rows come before this chunk, so `done` finds the next one.
    first: Mapped[int] = mapped_column(Integer, primary_key=True)
    # Null once the rows have been taken in and their outcomes are no longer asked for.
    rows: Mapped[str | None] = mapped_column(Text)
    # One letter for each row once it is done: accepted, duplicate or rejected.
    outcomes: Mapped[str | None] = mapped_column(Text)


class RejectedRow(Base):
    """A rejected row of an import with its faults and its own cells, to be corrected and resent."""

    __tablename__ = "import_errors"

    import_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    )
    row_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    faults: Mapped[list[dict[str, str]]] = mapped_column(JSON_)
    cells: Mapped[list[str]] = mapped_column(JSON_)
