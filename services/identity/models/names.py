"""Changes of candidates' names."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import IdMixin, UTCDateTime


class NameChange(IdMixin, Base):
    """A change of a name that was asked for, and what became of it.

    small: only its writing changes, so it was made at once; state: `waiting`, then `made`,
    `rejected` or `withdrawn`; revision: of the name, once the change was made; reason: the
    candidate's; decision: the words of the staff.
    """

    __tablename__ = "name_changes"

    programme: Mapped[str] = mapped_column(String(40))
    candidate_id: Mapped[str] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[UUID | None] = mapped_column(
        Uuid, ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    small: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(12))
    given_name_before: Mapped[str] = mapped_column(Text)
    family_name_before: Mapped[str] = mapped_column(Text)
    given_name: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    decision: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int | None] = mapped_column(Integer)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(Integer)


_WAITING = text("state = 'waiting'")
# Of two that are asked for at the same moment one waits.
Index(
    "uq_name_changes_waiting",
    NameChange.__table__.c.candidate_id,
    unique=True,
    postgresql_where=_WAITING,
    sqlite_where=_WAITING,
)
Index("ix_name_changes_queue", NameChange.__table__.c.programme, NameChange.__table__.c.state)
