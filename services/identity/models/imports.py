"""Files of accounts that staff handed in, and what became of each row."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class AccountImport(IdMixin, Base):
    """A file of accounts."""

    __tablename__ = "account_imports"
    __table_args__ = (Index("ix_account_imports_programme_id", "programme", "id"),)

    programme: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(Text)
    by_id: Mapped[str] = mapped_column(String(80))
    by_name: Mapped[str | None] = mapped_column(Text)
    # Whether those who were made get a mail with a link.
    welcome: Mapped[bool] = mapped_column(Boolean)
    # running, finished or broken_off
    state: Mapped[str] = mapped_column(String(20))
    rows: Mapped[int] = mapped_column(Integer)
    made: Mapped[int] = mapped_column(Integer)
    already_there: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class AccountImportRow(Base):
    """What became of one row; what stood in it is not kept: of those refused we know nobody."""

    __tablename__ = "account_import_rows"

    import_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("account_imports.id", ondelete="CASCADE"), primary_key=True
    )
    # As a spreadsheet shows it: the header is row 1.
    row: Mapped[int] = mapped_column(Integer, primary_key=True)
    # made, already_there or rejected
    outcome: Mapped[str] = mapped_column(String(20))
    candidate_id: Mapped[str | None] = mapped_column(String(40), index=True)
    # Field and message of each thing that is wrong.
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSON_)


# For whoever asks what became of a row.
KEEP_ACCOUNT_IMPORTS = timedelta(days=90)
