"""Agreements that candidates have accepted."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.exams.models.tables import Base
from shared.tables import IdMixin, UTCDateTime


class Acceptance(IdMixin, Base):
    """One version of an agreement, accepted by a candidate once.

    text_digest: of the text that was shown (SHA-256), so that it can be proven later.
    """

    __tablename__ = "acceptances"

    programme: Mapped[str] = mapped_column(String(32))
    candidate_id: Mapped[str] = mapped_column(String(32))
    agreement: Mapped[str] = mapped_column(String(80))
    agreement_version: Mapped[str] = mapped_column(String(40))
    text_digest: Mapped[str | None] = mapped_column(String(64))
    accepted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    source: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        UniqueConstraint(
            "programme",
            "candidate_id",
            "agreement",
            "agreement_version",
            name="uq_acceptances_natural_key",
        ),
    )
