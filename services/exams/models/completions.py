"""Course completions that candidates hand in, and what was said about each."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.exams.models.tables import Base, where
from shared.tables import IdMixin, UTCDateTime


class Completion(IdMixin, Base):
    """A completed course with its certificate, handed in by a candidate.

    state: `submitted`, then `approved`, `rejected`, or `returned` with a question; file_key: where
    `shared.storage` keeps the certificate; file_type: as found in its content.
    """

    __tablename__ = "completions"

    programme: Mapped[str] = mapped_column(String(32))
    candidate_id: Mapped[str] = mapped_column(String(32))
    course: Mapped[str] = mapped_column(String(80))
    completed_on: Mapped[date] = mapped_column(Date)
    notes: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    file_key: Mapped[str] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(String(200))
    file_type: Mapped[str] = mapped_column(String(40))
    file_bytes: Mapped[int] = mapped_column(Integer)
    file_digest: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_completions_candidate", "programme", "candidate_id"),)


_completions = Completion.__table__.c
Index(
    "ix_completions_submitted",
    _completions.programme,
    _completions.id,
    **where(Completion.state == "submitted"),
)


class CompletionNote(IdMixin, Base):
    """One step in the review of a completion: who did what, when, with which words."""

    __tablename__ = "completion_notes"

    completion_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("completions.id", ondelete="CASCADE"), index=True
    )
    action: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    text: Mapped[str] = mapped_column(Text)
