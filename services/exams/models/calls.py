"""Calls: what vendors' machines asked for, and how they were answered."""

from datetime import datetime

from sqlalchemy import Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.exams.models.tables import Base
from shared.tables import IdMixin, UTCDateTime


class Call(IdMixin, Base):
    """One request of a vendor's machine (or one file of its inbox folder), for the audit log."""

    __tablename__ = "calls"

    at: Mapped[datetime] = mapped_column(UTCDateTime)
    vendor: Mapped[str] = mapped_column(String(32))
    client: Mapped[str] = mapped_column(String(80))
    programmes: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(40))
    method: Mapped[str] = mapped_column(String(8))
    path: Mapped[str] = mapped_column(Text)
    status: Mapped[int] = mapped_column(Integer)
    items: Mapped[int] = mapped_column(Integer)
    accepted: Mapped[int] = mapped_column(Integer)
    duplicates: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
    bytes: Mapped[int] = mapped_column(Integer)
    milliseconds: Mapped[int] = mapped_column(Integer)
    address: Mapped[str | None] = mapped_column(String(45))
    request_id: Mapped[str | None] = mapped_column(String(100))

    __table_args__ = (Index("ix_calls_vendor", "vendor", "at"),)


class IdempotencyKey(Base):
    """An answer that is given again to the same request with the same key."""

    __tablename__ = "idempotency_keys"

    client: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    # Of the method, the path and the body: the same key for something else is refused.
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    # Null while the first request is still being worked on.
    status: Mapped[int | None] = mapped_column(Integer)
    media_type: Mapped[str | None] = mapped_column(String(100))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
