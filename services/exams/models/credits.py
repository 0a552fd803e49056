"""Continuing education activities as providers state them."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Date,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.exams.models.tables import Base, where
from shared.tables import IdMixin, UTCDateTime


class Credit(IdMixin, Base):
    """Points for one activity; corrected by a newer statement under the same external id.

    vendor: who states it, as for results; review: null if none is needed, else `pending`,
    `approved` or `rejected`; source: the file or the API call it came in, as candidates read it.
    """

    __tablename__ = "credits"

    programme: Mapped[str] = mapped_column(String(32))
    vendor: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str] = mapped_column(String(64))
    testing_id: Mapped[str | None] = mapped_column(String(64))
    named_candidate_id: Mapped[str | None] = mapped_column(String(32))
    candidate_id: Mapped[str | None] = mapped_column(String(32))
    activity: Mapped[str] = mapped_column(Text)
    item: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[str | None] = mapped_column(String(80))
    provider: Mapped[str] = mapped_column(Text)
    points: Mapped[Decimal] = mapped_column(Numeric(9, 2))
    active_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    review: Mapped[str | None] = mapped_column(String(16))
    withdrawn: Mapped[bool] = mapped_column(server_default=false())
    reason: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200))
    stamp: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        UniqueConstraint("programme", "vendor", "external_id", name="uq_credits_natural_key"),
    )


_credits = Credit.__table__.c
Index(
    "ix_credits_candidate",
    _credits.programme,
    _credits.candidate_id,
    **where(Credit.candidate_id.is_not(None)),
)
Index(
    "ix_credits_unlinked_testing_id",
    _credits.testing_id,
    _credits.vendor,
    _credits.programme,
    **where(Credit.candidate_id.is_(None)),
)
Index(
    "ix_credits_unlinked_candidate",
    _credits.named_candidate_id,
    _credits.programme,
    **where(Credit.candidate_id.is_(None)),
)
Index("ix_credits_external_id", _credits.external_id)
