"""Registrations and results as testing vendors state them, and what a check found about them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.exams.models.tables import Base, where
from shared.tables import JSON_, IdMixin, UTCDateTime

NATURAL_KEY = ("programme", "vendor", "registration_number")
"""What makes a registration or a result the same one, whoever sends it and however often."""


class _Stated(IdMixin):
    """What a vendor said of a person and an exam, and whom it was found to concern.

    `content_stamp` is when the vendor said it (`domain/life.py`): what is older never overwrites
    what is newer, whichever arrives first. 0: the vendor said no time.
    """

    programme: Mapped[str] = mapped_column(String(32))
    vendor: Mapped[str] = mapped_column(String(32))
    registration_number: Mapped[str] = mapped_column(String(64))
    exam_code: Mapped[str] = mapped_column(String(32))
    testing_id: Mapped[str | None] = mapped_column(String(64))
    # The vendor's word for who it is; candidate_id is what we found.
    named_candidate_id: Mapped[str | None] = mapped_column(String(32))
    candidate_id: Mapped[str | None] = mapped_column(String(32))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    content_stamp: Mapped[int] = mapped_column(BigInteger, server_default="0")
    version: Mapped[int] = mapped_column(Integer)


class Registration(_Stated, Base):
    """An exam booked for a person; the contact itself is identity's, only its digest is here."""

    __tablename__ = "registrations"

    contact_digest: Mapped[str | None] = mapped_column(String(64))
    appointment: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # The clients' authorization id that the vendor booked it under, and where.
    authorization_id: Mapped[str | None] = mapped_column(String(64))
    centre: Mapped[str | None] = mapped_column(String(64))
    appointment_stamp: Mapped[int] = mapped_column(BigInteger, server_default="0")
    cancelled: Mapped[bool] = mapped_column(server_default=false())
    cancelled_stamp: Mapped[int] = mapped_column(BigInteger, server_default="0")
    no_show: Mapped[bool] = mapped_column(server_default=false())
    no_show_stamp: Mapped[int] = mapped_column(BigInteger, server_default="0")


class Result(_Stated, Base):
    """An exam taken, and the life it has led since (`domain/life.py` derives `state`).

    Three things are said of it independently, each with its own stamp: what it is (grade, score,
    day), whether the vendor holds it, and whether it is revoked. `review` is our own word: held
    by a check or by staff, released, or invalidated. `state` is `waiting` until its candidate is
    known, then `recorded`, `held` or `revoked`; only a recorded one counts.
    """

    __tablename__ = "results"

    last_name: Mapped[str | None] = mapped_column(String(100))
    exam_name: Mapped[str | None] = mapped_column(String(200))
    grade: Mapped[str] = mapped_column(String(8))
    score: Mapped[str | None] = mapped_column(String(32))
    passing_score: Mapped[str | None] = mapped_column(String(32))
    # What the score report shows of each part of the exam: a list of {name, score}.
    sections: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON_)
    exam_date: Mapped[date] = mapped_column(Date)
    # The instant and the place of the exam, where the vendor tells them.
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    centre: Mapped[str | None] = mapped_column(String(64))
    vendor_held: Mapped[bool] = mapped_column(server_default=false())
    vendor_held_stamp: Mapped[int] = mapped_column(BigInteger, server_default="0")
    revoked: Mapped[bool] = mapped_column(server_default=false())
    revoked_stamp: Mapped[int] = mapped_column(BigInteger, server_default="0")
    review: Mapped[str | None] = mapped_column(String(16))
    # Why it is held or revoked, in words for the candidate and for staff.
    reason: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))

    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (candidate_id IS NULL)", name="state"),
    )


def _identify(model: type[Registration] | type[Result]) -> None:
    """Give both tables the natural key, the candidate's history, and what waits for a candidate."""
    table, name = model.__table__, model.__tablename__
    unlinked = model.candidate_id.is_(None)
    # The number first: it tells rows apart, and staff search by the number alone.
    key = (table.c[column] for column in reversed(NATURAL_KEY))
    UniqueConstraint(*key, name=f"uq_{name}_natural_key")
    Index(
        f"ix_{name}_candidate",
        table.c.programme,
        table.c.candidate_id,
        **where(model.candidate_id.is_not(None)),
    )
    Index(
        f"ix_{name}_unlinked_testing_id",
        table.c.testing_id,
        table.c.vendor,
        table.c.programme,
        **where(unlinked),
    )
    Index(
        f"ix_{name}_unlinked_candidate",
        table.c.named_candidate_id,
        table.c.programme,
        **where(unlinked),
    )


_identify(Registration)
_identify(Result)
Index(
    "ix_results_waiting",
    Result.__table__.c.programme,
    Result.__table__.c.id,
    **where(Result.candidate_id.is_(None)),
)
Index(
    "ix_results_held",
    Result.__table__.c.programme,
    Result.__table__.c.id,
    **where(Result.state == "held"),
)


class Flag(IdMixin, Base):
    """What a check found about a result, until staff have closed it; one per result and check."""

    __tablename__ = "flags"

    result_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("results.id", ondelete="CASCADE"))
    programme: Mapped[str] = mapped_column(String(32))
    candidate_id: Mapped[str] = mapped_column(String(32))
    check_name: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(8))
    message: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("result_id", "check_name", name="uq_flags_result_check"),)


Index(
    "ix_flags_open",
    Flag.__table__.c.programme,
    Flag.__table__.c.id,
    **where(Flag.closed_at.is_(None)),
)
