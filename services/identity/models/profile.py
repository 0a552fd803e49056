"""What candidates say about themselves: answers and consents, attributes, postal addresses."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.identity.models.tables import Base
from shared.tables import JSON_, IdMixin, UTCDateTime


class Answer(IdMixin, Base):
    """An answer to one wording of a question; the one that is not replaced is in force.

    Those that were replaced stay: they say what somebody had consented to, and when.
    """

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_candidate_id_question", "candidate_id", "question"),)

    candidate_id: Mapped[str] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE")
    )
    question: Mapped[str] = mapped_column(String(80))
    # The name of the wording that was read.
    version: Mapped[str] = mapped_column(Text)
    # A yes or no, the id of a choice, or a text.
    value: Mapped[bool | str] = mapped_column(JSON_)
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Confirmation(Base):
    """When a candidate last said that all answers are right."""

    __tablename__ = "confirmations"

    candidate_id: Mapped[str] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), primary_key=True
    )
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class AttributeValue(Base):
    """What stands on record about a candidate under one of the programme's attributes."""

    __tablename__ = "attribute_values"

    candidate_id: Mapped[str] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), primary_key=True
    )
    attribute: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PostalAddress(Base):
    """Where printed certificates go, in one script: roman, or the script of the country."""

    __tablename__ = "postal_addresses"

    candidate_id: Mapped[str] = mapped_column(
        ForeignKey("candidates.candidate_id", ondelete="CASCADE"), primary_key=True
    )
    script: Mapped[str] = mapped_column(String(10), primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    given_name: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    company: Mapped[str] = mapped_column(Text)
    line1: Mapped[str] = mapped_column(Text)
    line2: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    postal_code: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
