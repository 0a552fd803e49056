"""Candidates: who they are, and under which ids vendors know them."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import UTCDateTime


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
    # Rises with each change of the name: documents say which writing of it they carry.
    name_revision: Mapped[int] = mapped_column(Integer, server_default="1")
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
