"""Candidates as identity tells of them."""

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.exams.models.tables import Base


class Candidate(Base):
    """A candidate whom identity has told us of; `version` is identity's.

    The name and address are for what leaves to testing vendors and for proposing whom an
    unmatched result may concern; the keys are what they are compared by.
    """

    __tablename__ = "candidates"

    programme: Mapped[str] = mapped_column(String(32), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    given_name: Mapped[str] = mapped_column(Text, server_default="")
    family_name: Mapped[str] = mapped_column(Text, server_default="")
    email: Mapped[str | None] = mapped_column(Text)
    family_name_key: Mapped[str] = mapped_column(Text, server_default="")
    email_key: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("ix_candidates_family_name", "programme", "family_name_key"),
        Index("ix_candidates_email", "programme", "email_key"),
    )


class TestingId(Base):
    """The id under which a vendor knows a candidate.

    The candidate is in the key: while one id is claimed by two candidates it identifies nobody,
    and whichever order their updates come in, the same rows are left.
    """

    __tablename__ = "testing_ids"
    __test__ = False  # the name is the field's term; pytest must not collect it

    programme: Mapped[str] = mapped_column(String(32), primary_key=True)
    vendor: Mapped[str] = mapped_column(String(32), primary_key=True)
    testing_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(32), primary_key=True)

    __table_args__ = (Index("ix_testing_ids_candidate", "programme", "candidate_id"),)
