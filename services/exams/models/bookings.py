"""What goes out to testing vendors so that candidates can book: who they are, what they may sit."""

from datetime import date, datetime

from sqlalchemy import Date, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.exams.models.tables import Base
from shared.tables import IdMixin, UTCDateTime


class Authorization(IdMixin, Base):
    """The right of a candidate to book an exam with a vendor within a window.

    number: ours, as the vendor names it back (`ClientAuthorizationID`, at most 25 characters);
    state: `pending` until it has been sent, `sent`, then the vendor's `accepted` or `error`;
    `withdrawn` by staff, which has to be sent as well.
    """

    __tablename__ = "authorizations"

    programme: Mapped[str] = mapped_column(String(32))
    vendor: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(25))
    candidate_id: Mapped[str] = mapped_column(String(32))
    exam_code: Mapped[str] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(Integer)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    accommodations: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    vendor_number: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(Text)
    sent_in: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(String(200))
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        UniqueConstraint("programme", "vendor", "number", name="uq_authorizations_number"),
        Index("ix_authorizations_candidate", "programme", "candidate_id"),
        Index("ix_authorizations_state", "programme", "vendor", "state"),
    )


class CandidateExport(Base):
    """What a vendor was last told of a candidate, and what it answered."""

    __tablename__ = "candidate_exports"

    programme: Mapped[str] = mapped_column(String(32), primary_key=True)
    vendor: Mapped[str] = mapped_column(String(32), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    vendor_number: Mapped[str | None] = mapped_column(String(64))
    message: Mapped[str | None] = mapped_column(Text)
    sent_in: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
