"""What a candidate proves to be the account's owner with."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.domain.links import LinkState, state_of
from services.identity.models.tables import Base
from shared.tables import IdMixin, UTCDateTime


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
    # The address that it was mailed to, which whoever follows the link has proven.
    email_key: Mapped[str | None] = mapped_column(Text)
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
    """Somebody asked for a link to an address; a job answers later, known address or not.

    What was answered stays for a while, so that the person can see that it was.
    """

    __tablename__ = "link_requests"

    programme: Mapped[str] = mapped_column(String(40))
    # Forgotten once it is answered.
    email_key: Mapped[str | None] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


# For a person who asks what happened to a link.
KEEP_USED_LINKS = timedelta(days=90)
