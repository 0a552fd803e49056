"""Changes: everything that was said of a result or a registration after its first statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.exams.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class Change(IdMixin, Base):
    """One statement about a result or a registration, kept even if its subject is still unknown.

    subject: `result` or `registration`; kind: see `domain/life.py`; stamp: when its author said
    it; digest: of the kind, the stamp and the data, so that the same said again is the same row;
    said_by: the vendor's client or the member of staff; channel: how it came.
    """

    __tablename__ = "changes"

    programme: Mapped[str] = mapped_column(String(32))
    vendor: Mapped[str] = mapped_column(String(32))
    registration_number: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    stamp: Mapped[int] = mapped_column(BigInteger)
    data: Mapped[dict[str, Any]] = mapped_column(JSON_)
    digest: Mapped[str] = mapped_column(String(64))
    said_by: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint(
            "programme",
            "vendor",
            "registration_number",
            "subject",
            "digest",
            name="uq_changes_statement",
        ),
        Index("ix_changes_received", "programme", "received_at"),
    )
