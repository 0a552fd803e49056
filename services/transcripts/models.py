"""The tables of transcripts: local copies of holders and holdings, and the transcripts."""

from datetime import date, datetime

from sqlalchemy import Date, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.tables import JSON_, NAMING, IdMixin, UTCDateTime, kernel_tables

CODE_LENGTH = 16


class Base(DeclarativeBase):
    """The service's own metadata, with the kernel's tables beside its own."""

    metadata = MetaData(naming_convention=NAMING)


kernel_tables(Base.metadata)


class Holder(Base):
    """Local copy of a candidate: the name to show, and the consent to show it."""

    __tablename__ = "holders"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    given_name: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    disclosure: Mapped[bool]
    version: Mapped[int]

    @property
    def full_name(self) -> str:
        """Given name before family name, as the programmes print it."""
        return f"{self.given_name} {self.family_name}".strip()


class Holding(Base):
    """Local copy of one certification of one candidate.

    Its two halves are written by different events, each by its own version: status and dates by
    those that tell the whole state, such as CertificationEarned; the lapse by
    CertificationExpired. So the events may come in any order. A lapse alone, before the dates
    are known, has version 0. status_text is the programme's own word for the status.
    """

    __tablename__ = "holdings"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    certification: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[str] = mapped_column(String(80), default="")
    active_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(20), default="active", server_default="active")
    status_text: Mapped[str | None] = mapped_column(Text)
    grace_until: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(default=0)
    expired_on: Mapped[date | None] = mapped_column(Date)
    expired_version: Mapped[int] = mapped_column(default=0)


class Transcript(IdMixin, Base):
    """A selection of certifications that a candidate shares under a public code."""

    __tablename__ = "transcripts"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_transcripts_owner", "programme", "candidate_id", "id"),
    )

    programme: Mapped[str] = mapped_column(String(40))
    candidate_id: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    description: Mapped[str] = mapped_column(Text)
    valid_through: Mapped[date] = mapped_column(Date)
    all_new: Mapped[bool]
    certifications: Mapped[list[str]] = mapped_column(JSON_)
    show_dates: Mapped[bool]
    private_notes: Mapped[str] = mapped_column(Text)
    remarks: Mapped[str] = mapped_column(Text)
    disabled: Mapped[bool]
    views: Mapped[int] = mapped_column(default=0)
    last_viewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)

    def includes(self, certification: str) -> bool:
        """Tell whether a certification is shown: chosen, or all of them are."""
        return self.all_new or certification in self.certifications
