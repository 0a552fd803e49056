"""Support cases, what was said in them, and the files that were sent along."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.domain.cases import State
from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class Case(IdMixin, Base):
    """Something that a person has to look at.

    state: see domain.cases; opened_by: `candidate`, `staff` or `system`; details: what the opener
    knows for machines, such as a merge's id; outcome: in words, once it is resolved.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_programme_state", "programme", "state", "updated_at"),
        Index("ix_cases_candidate_id", "candidate_id"),
    )

    programme: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    candidate_id: Mapped[str | None] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE")
    )
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(Text)
    state: Mapped[State] = mapped_column(String(24))
    opened_by: Mapped[str] = mapped_column(String(12))
    assigned_to: Mapped[UUID | None] = mapped_column(
        Uuid, ForeignKey("staff.id", ondelete="SET NULL"), index=True
    )
    details: Mapped[dict[str, Any]] = mapped_column(JSON_)
    outcome: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer)


class CaseEntry(IdMixin, Base):
    """A message in a case, or a step that was taken; internal: staff's own, never the candidate's.

    author: `candidate`, `staff` or `system`; written_by: the candidate id or the staff member's.
    """

    __tablename__ = "case_entries"

    case_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    action: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(12))
    written_by: Mapped[str | None] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    internal: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class CaseFile(IdMixin, Base):
    """A file of a case; purpose: `attachment`, or `identification` (a government's document).

    key: where `shared.storage` keeps it; unwanted_at: since when it is to be deleted;
    deleted_at: when it was, from then on without key and name.
    """

    __tablename__ = "case_files"

    case_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("cases.id", ondelete="CASCADE"), index=True
    )
    entry_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("case_entries.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(16))
    key: Mapped[str | None] = mapped_column(String(200), index=True)
    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(40))
    bytes: Mapped[int] = mapped_column(Integer)
    kept_at: Mapped[datetime] = mapped_column(UTCDateTime)
    unwanted_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
