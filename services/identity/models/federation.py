"""Accounts at other providers that stand for candidates, and the ways towards them."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import IdMixin, UTCDateTime


class ExternalIdentity(IdMixin, Base):
    """An account at a provider of OpenID Connect that signs a candidate in."""

    __tablename__ = "external_identities"
    __table_args__ = (UniqueConstraint("programme", "issuer", "subject"),)

    programme: Mapped[str] = mapped_column(String(40))
    provider: Mapped[str] = mapped_column(String(40))
    # Issuer and subject together name the account (OpenID Connect Core 1.0, section 5.7).
    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(String(255))
    candidate_id: Mapped[str] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), index=True
    )
    # How its owner knows it, such as an address there; shown, and trusted in nothing.
    label: Mapped[str] = mapped_column(Text)
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FederatedFlow(Base):
    """Somebody has been sent to a provider; what the browser brings back is held against this.

    Nonce and code verifier are made from a secret that only the browser keeps.
    """

    __tablename__ = "federated_flows"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40))
    provider: Mapped[str] = mapped_column(String(40))
    # Who wants to connect an account; empty: somebody signs in.
    candidate_id: Mapped[str | None] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PendingIdentity(IdMixin, Base):
    """An account at a provider that has been proven and is nobody's yet."""

    __tablename__ = "pending_identities"
    __table_args__ = (Index("ix_pending_identities_account", "programme", "issuer", "subject"),)

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    programme: Mapped[str] = mapped_column(String(40))
    provider: Mapped[str] = mapped_column(String(40))
    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(String(255))
    label: Mapped[str] = mapped_column(Text)
    # To fill in forms with; neither is believed.
    given_name: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    # Who asked to connect it; empty: it came by signing in.
    candidate_id: Mapped[str | None] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


# What came back late or twice is told from what never was ours for so long.
KEEP_FLOWS = timedelta(days=1)
