"""Sessions, and the patience with those who try to open one."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class Session(IdMixin, Base):
    """A signed-in candidate or staff member: the family of its refresh tokens."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_kind_subject", "kind", "subject"),)

    kind: Mapped[str] = mapped_column(String(20))
    # The candidate id, or the id of the staff member.
    subject: Mapped[str] = mapped_column(String(80))
    programme: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str | None] = mapped_column(String(45))
    device: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # When the person last proved to be the account's owner; None in rows of an older release.
    authenticated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # What it was proven with: values of RFC 8176 (pwd, otp, hwk, swk), and fed and mail.
    methods: Mapped[list[str]] = mapped_column(JSON_, server_default="[]")
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seen_from: Mapped[str | None] = mapped_column(String(45))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_why: Mapped[str | None] = mapped_column(String(20))


class RefreshToken(Base):
    """One refresh token of a session; used once, then the next takes its place."""

    __tablename__ = "refresh_tokens"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Throttle(Base):
    """Failed attempts at one account, from one address, or both together."""

    __tablename__ = "throttles"

    # SHA-256 of what is throttled: what strangers type is not kept in the clear.
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_failure_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    not_before: Mapped[datetime | None] = mapped_column(UTCDateTime)


class KnownAddress(Base):
    """A network address from which a person has signed in: strangers cannot slow it down."""

    __tablename__ = "known_addresses"

    account: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(String(45), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


# For a person who asks what happened to a session.
KEEP_ENDED_SESSIONS = timedelta(days=30)
