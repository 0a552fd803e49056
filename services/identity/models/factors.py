"""What somebody has beside the password: passkeys, a code app, recovery codes.

Candidates and staff have them alike, so they belong to an account (kind and subject), as sessions
do.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class Passkey(IdMixin, Base):
    """A WebAuthn credential: the public half of a key that a device or an account manager keeps."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_kind_subject", "kind", "subject"),)

    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(80))
    # These three are bytes, kept as base64url, as browsers write them.
    credential_id: Mapped[str] = mapped_column(Text, unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    # Random, the same for all passkeys of an account: authenticators tell accounts apart by it.
    user_handle: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(JSON_)
    # Whether it is copied between a person's devices, and so no hardware key.
    synced: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CodeApp(IdMixin, Base):
    """The secret that an app makes one-time codes from (RFC 6238), encrypted."""

    __tablename__ = "code_apps"
    __table_args__ = (UniqueConstraint("kind", "subject"),)

    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(80))
    secret_jwe: Mapped[str | None] = mapped_column(Text)
    # A new secret, which counts once the person has typed a code that was made from it.
    pending_jwe: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # The time step of the newest code that was taken: no code is taken twice.
    last_step: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(IdMixin, Base):
    """One of the codes on paper that stand in for a lost device, each for once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index("ix_recovery_codes_kind_subject", "kind", "subject"),)

    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(80))
    # Keyed with the service's secret: what is in the table alone cannot be searched backwards.
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Challenge(IdMixin, Base):
    """A step that somebody is in the middle of: half signed in, or about to show a passkey."""

    __tablename__ = "challenges"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    # None while nobody knows who it will turn out to be: signing in with a passkey alone.
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str | None] = mapped_column(String(80))
    programme: Mapped[str | None] = mapped_column(String(40))
    # What has been proven so far.
    methods: Mapped[list[str]] = mapped_column(JSON_)
    # What the authenticator has to sign, as base64url.
    value: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
