"""E-mail addresses of candidates, the links that prove them, and what an exam's report tells."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.domain.links import LinkState, state_of
from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class EmailAddress(Base):
    """An address of a candidate: the primary one, or another that was proven.

    The primary one may be unproven: a vendor gave it, and nobody has followed a link to it yet.
    `candidates.email` is a copy of the primary one.
    """

    __tablename__ = "email_addresses"
    __table_args__ = (Index("ix_email_addresses_programme_email_key", "programme", "email_key"),)

    candidate_id: Mapped[str] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), primary_key=True
    )
    email_key: Mapped[str] = mapped_column(Text, primary_key=True)
    programme: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(Text)
    is_primary: Mapped[bool] = mapped_column(Boolean)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class AddressProof(IdMixin, Base):
    """A mailed single-use link that proves an address; only its SHA-256 (as hex) is kept."""

    __tablename__ = "address_proofs"
    __table_args__ = (Index("ix_address_proofs_programme_email_key", "programme", "email_key"),)

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    programme: Mapped[str] = mapped_column(String(40))
    # Whose account it is about; a registration has none before the proof.
    candidate_id: Mapped[str | None] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text)
    # What is to be done once the address is proven, for whoever asked for the proof.
    details: Mapped[dict[str, Any]] = mapped_column(JSON_)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Called off, or ended because another link did what this one was for.
    void_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    def state(self, now: datetime) -> LinkState:
        """Return whether the link works at that instant, and if not, why."""
        return state_of(
            used_at=self.used_at, void_at=self.void_at, expires_at=self.expires_at, now=now
        )


class RegistrationNumber(Base):
    """A number that stands on a score report, and whose exam it was.

    Without a foreign key: rows come with every result, and one more look-up for each would make
    imports slower. Whoever reads joins the candidates.
    """

    __tablename__ = "registration_numbers"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    # The form under which numbers are compared: no spaces, case folded.
    number_key: Mapped[str] = mapped_column(Text, primary_key=True)
    vendor: Mapped[str] = mapped_column(String(40), primary_key=True)
    # Part of the key: a result that staff gave to somebody else leaves both.
    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True, index=True)


class ScoreReportRequest(IdMixin, Base):
    """Somebody gave what stands on a score report; a job answers later, matching or not."""

    __tablename__ = "score_report_requests"

    programme: Mapped[str] = mapped_column(String(40))
    # What was typed is forgotten once it is answered.
    family_name: Mapped[str | None] = mapped_column(Text)
    number_key: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DuplicateAddress(Base):
    """An address of several candidates, of which its readers have been told.

    case_number: the case that was opened about it, if they seem to be one person.
    """

    __tablename__ = "duplicate_addresses"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    email_key: Mapped[str] = mapped_column(Text, primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UTCDateTime)
    case_number: Mapped[str | None] = mapped_column(String(20))
