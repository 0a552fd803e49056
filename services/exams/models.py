"""The tables of exams: what vendors said, whom it concerns, and the files it came in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.tables import JSON_, NAMING, IdMixin, UTCDateTime, kernel_tables


class Base(DeclarativeBase):
    """The tables of this service, the kernel's own among them."""

    metadata = MetaData(naming_convention=NAMING)


kernel_tables(Base.metadata)

NATURAL_KEY = ("programme", "vendor", "registration_number")
"""What makes a registration or a result the same one, whoever sends it and however often."""


def _where(condition: ColumnElement[bool]) -> dict[str, Any]:
    return {"postgresql_where": condition, "sqlite_where": condition}


class _Stated(IdMixin):
    """What a vendor said of a person and an exam, and whom it was found to concern."""

    programme: Mapped[str] = mapped_column(String(32))
    vendor: Mapped[str] = mapped_column(String(32))
    registration_number: Mapped[str] = mapped_column(String(64))
    exam_code: Mapped[str] = mapped_column(String(32))
    testing_id: Mapped[str | None] = mapped_column(String(64))
    # The vendor's word for who it is; candidate_id is what we found.
    named_candidate_id: Mapped[str | None] = mapped_column(String(32))
    candidate_id: Mapped[str | None] = mapped_column(String(32))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer)


class Registration(_Stated, Base):
    """An exam booked for a person; the contact itself is identity's, only its digest is here."""

    __tablename__ = "registrations"

    contact_digest: Mapped[str | None] = mapped_column(String(64))
    appointment: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Result(_Stated, Base):
    """An exam taken: `waiting` until its candidate is known, then `recorded` and published."""

    __tablename__ = "results"

    last_name: Mapped[str | None] = mapped_column(String(100))
    exam_name: Mapped[str | None] = mapped_column(String(200))
    grade: Mapped[str] = mapped_column(String(8))
    score: Mapped[str | None] = mapped_column(String(32))
    exam_date: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(16))

    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (candidate_id IS NULL)", name="state"),
    )


def _identify(model: type[Registration] | type[Result]) -> None:
    """Give both tables the natural key, the candidate's history, and what waits for a candidate."""
    table, name = model.__table__, model.__tablename__
    unlinked = model.candidate_id.is_(None)
    UniqueConstraint(*(table.c[column] for column in NATURAL_KEY), name=f"uq_{name}_natural_key")
    Index(
        f"ix_{name}_candidate",
        table.c.programme,
        table.c.candidate_id,
        **_where(model.candidate_id.is_not(None)),
    )
    Index(
        f"ix_{name}_unlinked_testing_id",
        table.c.testing_id,
        table.c.vendor,
        table.c.programme,
        **_where(unlinked),
    )
    Index(
        f"ix_{name}_unlinked_candidate",
        table.c.named_candidate_id,
        table.c.programme,
        **_where(unlinked),
    )


_identify(Registration)
_identify(Result)
Index(
    "ix_results_waiting",
    Result.__table__.c.programme,
    Result.__table__.c.id,
    **_where(Result.candidate_id.is_(None)),
)


class Candidate(Base):
    """A candidate whom identity has told us of; `version` is identity's."""

    __tablename__ = "candidates"

    programme: Mapped[str] = mapped_column(String(32), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)


class TestingId(Base):
    """The id under which a vendor knows a candidate.

    The candidate is in the key: while one id is claimed by two candidates it identifies nobody,
    and whichever order their updates come in, the same rows are left.
    """

    __tablename__ = "testing_ids"
    __test__ = False  # the name is the field's term; pytest must not collect it

    programme: Mapped[str] = mapped_column(String(32), primary_key=True)
    vendor: Mapped[str] = mapped_column(String(32), primary_key=True)
    testing_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(32), primary_key=True)

    __table_args__ = (Index("ix_testing_ids_candidate", "programme", "candidate_id"),)


class Import(IdMixin, Base):
    """A file of registrations or results, and how far it has been taken in.

    `done` and the rows it stands for are committed together, chunk by chunk, so whoever goes on
    after a kill goes on at exactly the next row.
    """

    __tablename__ = "imports"

    kind: Mapped[str] = mapped_column(String(16))
    programme: Mapped[str] = mapped_column(String(32))
    # The vendor who uploaded it; null when staff did, and then each row names its vendor.
    vendor: Mapped[str | None] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    uploaded_by: Mapped[str] = mapped_column(String(200))
    columns: Mapped[list[str]] = mapped_column(JSON_)
    state: Mapped[str] = mapped_column(String(16))
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

    __table_args__ = (Index("ix_imports_programme", "programme", "id"),)


_unfinished = Import.__table__.c.finished_at.is_(None)
Index("ix_imports_unfinished", Import.__table__.c.touched_at, **_where(_unfinished))


class ImportChunk(Base):
    """A stretch of an import's rows as uploaded: a JSON list of [row number, [cells]]."""

    __tablename__ = "import_chunks"

    import_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    )
    # How many rows come before this chunk, so `done` finds the next one.
    first: Mapped[int] = mapped_column(Integer, primary_key=True)
    rows: Mapped[str] = mapped_column(Text)


class RejectedRow(Base):
    """A rejected row of an import with its faults and its own cells, to be corrected and resent."""

    __tablename__ = "import_errors"

    import_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    )
    row_number: Mapped[int] = mapped_column(Integer, primary_key=True)
    faults: Mapped[list[dict[str, str]]] = mapped_column(JSON_)
    cells: Mapped[list[str]] = mapped_column(JSON_)
