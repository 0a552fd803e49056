"""The tables of identity."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.identity.domain.links import LinkState, state_of
from shared.tables import JSON_, NAMING, IdMixin, UTCDateTime, kernel_tables


class Base(DeclarativeBase):
    """Identity's metadata, which also holds the kernel's tables."""

    metadata = MetaData(naming_convention=NAMING)


kernel_tables(Base.metadata)


class IdSeries(Base):
    """The next candidate number of a programme; numbers only go up, so that none is reused."""

    __tablename__ = "id_series"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    next_number: Mapped[int] = mapped_column(Integer)


class Candidate(Base):
    """A person in a programme."""

    __tablename__ = "candidates"
    __table_args__ = (
        Index("ix_candidates_programme_email_key", "programme", "email_key"),
        Index("ix_candidates_programme_candidate_id", "programme", "candidate_id"),
    )

    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40))
    given_name: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    # The form under which addresses are compared; several persons may share one mailbox.
    email_key: Mapped[str | None] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(35))
    disclosure: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(Integer)
    registered_at: Mapped[datetime] = mapped_column(UTCDateTime)


class TestingIdentity(Base):
    """The id under which a testing vendor knows a candidate."""

    __test__ = False  # the name is the field's term; pytest must not collect it
    __tablename__ = "testing_ids"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    vendor: Mapped[str] = mapped_column(String(40), primary_key=True)
    testing_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), index=True
    )
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Credential(Base):
    """A candidate's password, as an Argon2id hash."""

    __tablename__ = "credentials"

    candidate_id: Mapped[str] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), primary_key=True
    )
    password_hash: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignInLink(IdMixin, Base):
    """A mailed single-use link for setting a password; only its SHA-256 (as hex) is kept."""

    __tablename__ = "sign_in_links"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    candidate_id: Mapped[str] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Ended because the password was set through another link.
    void_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    def state(self, now: datetime) -> LinkState:
        """Return whether the link works at that instant, and if not, why."""
        return state_of(
            used_at=self.used_at, void_at=self.void_at, expires_at=self.expires_at, now=now
        )


class LinkRequest(IdMixin, Base):
    """Somebody asked for a link to an address; a job answers later, known address or not."""

    __tablename__ = "link_requests"

    programme: Mapped[str] = mapped_column(String(40))
    email_key: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)


class StaffMember(IdMixin, Base):
    """Somebody who works for one or several programmes."""

    __tablename__ = "staff"

    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    programmes: Mapped[list[str]] = mapped_column(JSON_)
    scopes: Mapped[list[str]] = mapped_column(JSON_)
    active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ApiClient(Base):
    """A machine of a testing vendor."""

    __tablename__ = "api_clients"

    client_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    vendor: Mapped[str] = mapped_column(String(40))
    programmes: Mapped[list[str]] = mapped_column(JSON_)
    scopes: Mapped[list[str]] = mapped_column(JSON_)
    # The networks it may ask from; none: from anywhere.
    addresses: Mapped[list[str]] = mapped_column(JSON_, server_default="[]")
    active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ApiClientSecret(IdMixin, Base):
    """One of a client's secrets: two overlap while a vendor changes over."""

    __tablename__ = "api_client_secrets"

    client_id: Mapped[str] = mapped_column(
        ForeignKey("api_clients.client_id", ondelete="CASCADE"), index=True
    )
    # Secrets are 256 random bits, so that a plain SHA-256 cannot be searched backwards.
    secret_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


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


class SigningKey(Base):
    """A key that signs access tokens: published before it signs and until its last token is out.

    The private half is encrypted (JWE, A256GCM) with the key-encryption key from the settings.
    """

    __tablename__ = "signing_keys"
    __table_args__ = (UniqueConstraint("generation"),)

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    # Unique, so that of two instances that rotate at the same moment one wins.
    generation: Mapped[int] = mapped_column(Integer)
    public_jwk: Mapped[dict[str, Any]] = mapped_column(JSON_)
    private_jwe: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    signs_from: Mapped[datetime] = mapped_column(UTCDateTime)
    signs_until: Mapped[datetime] = mapped_column(UTCDateTime)
    published_until: Mapped[datetime] = mapped_column(UTCDateTime)


# How long rows that only matter for a moment are kept, for a person who asks what happened.
KEEP_USED_LINKS = timedelta(days=90)
KEEP_ENDED_SESSIONS = timedelta(days=30)
