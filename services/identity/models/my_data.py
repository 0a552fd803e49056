"""Copies and erasures of a person's data that were asked for, and what came of each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class DataRequest(IdMixin, Base):
    """A copy or an erasure that the candidate, or staff for one, has asked for.

    kind: `copy` or `erasure`; state: of a copy `gathering`, `ready`, then `expired`; of an erasure
    `waiting`, then `taken_back`, or `erasing` and `done`. due_at: when a waiting erasure begins, or
    until when a copy can be fetched. Without a foreign key: the request outlives the candidate, as
    the proof that it was fulfilled.
    """

    __tablename__ = "data_requests"
    __table_args__ = (
        Index("ix_data_requests_candidate_id", "candidate_id"),
        Index("ix_data_requests_programme", "programme", "id"),
        Index("ix_data_requests_state", "state", "due_at"),
    )

    programme: Mapped[str] = mapped_column(String(40))
    candidate_id: Mapped[str] = mapped_column(String(40))
    # Every id of the person: merged ones are part of it.
    candidate_ids: Mapped[list[str]] = mapped_column(JSON_)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    # `candidate` or `staff`, and in the second case who.
    asked_by_kind: Mapped[str] = mapped_column(String(12))
    asked_by: Mapped[str | None] = mapped_column(String(80))
    asked_by_name: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Of a copy: where it lies, and what it is.
    file_key: Mapped[str | None] = mapped_column(String(200))
    file_bytes: Mapped[int | None] = mapped_column(BigInteger)
    file_digest: Mapped[str | None] = mapped_column(String(64))
    fetched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # When it was put on record that services are late with it.
    late_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


_UNSETTLED = text("state IN ('gathering', 'waiting', 'erasing')")
# Of two that are asked for at the same moment one is refused.
Index(
    "uq_data_requests_unsettled",
    DataRequest.__table__.c.candidate_id,
    DataRequest.__table__.c.kind,
    unique=True,
    postgresql_where=_UNSETTLED,
    sqlite_where=_UNSETTLED,
)


class DataAnswer(Base):
    """What one service has done for a request: written its part, or erased one of the ids."""

    __tablename__ = "data_answers"

    request_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("data_requests.id", ondelete="CASCADE"), primary_key=True
    )
    service: Mapped[str] = mapped_column(String(40), primary_key=True)
    # Empty for a copy, of which there is one part for all ids.
    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    file_key: Mapped[str | None] = mapped_column(String(200))
    file_bytes: Mapped[int | None] = mapped_column(BigInteger)
    file_digest: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
