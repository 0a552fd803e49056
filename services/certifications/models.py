"""The tables of certifications: facts, local copies of candidates, and what they have earned."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.tables import JSON_, NAMING, kernel_tables

CODE_LENGTH = 8
EXAM = "exam"
NUMBER = "number"
# SQLite keeps the rows in the order of such a key, instead of a table and an index beside it.
CLUSTERED = {"sqlite_with_rowid": False}


class Base(DeclarativeBase):
    """The service's own metadata, with the kernel's tables beside its own."""

    metadata = MetaData(naming_convention=NAMING)


kernel_tables(Base.metadata)


class Candidate(Base):
    """Local copy of a candidate, and the row that whoever evaluates the candidate locks.

    It may be made by a result that comes before the candidate's registration: then it has no
    name, version 0, and nothing about the candidate is disclosed.
    """

    __tablename__ = "candidates"
    __table_args__ = CLUSTERED

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    given_name: Mapped[str] = mapped_column(Text, default="")
    family_name: Mapped[str] = mapped_column(Text, default="")
    disclosure: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)

    @property
    def full_name(self) -> str:
        """Given name before family name, as the programmes print it."""
        return f"{self.given_name} {self.family_name}".strip()


class FactRow(Base):
    """Something that counts for or against a candidate; of one natural key the newest version.

    kind and key: `exam` and the id of a passed result, or `number` and the series; data: what
    the rules need to know of it.
    """

    __tablename__ = "facts"
    __table_args__ = CLUSTERED

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[int]
    occurred_on: Mapped[date] = mapped_column(Date)
    data: Mapped[dict[str, Any]] = mapped_column(JSON_)


class HeldCertification(Base):
    """The newest state of one certification that a candidate has earned.

    The key makes it one row for good: earned once, or earned anew in a higher cycle. There is no
    status: whether it is active follows from the dates and the day on which one asks. `withdrawn`
    says that the facts no longer support it. No date is indexed, so that PostgreSQL can write a
    renewal beside the old row without touching an index. version rises with every change that
    is published.
    """

    __tablename__ = "certifications"
    __table_args__ = (
        UniqueConstraint("verification_code"),
        CLUSTERED,
    )

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(80), primary_key=True)
    cycle: Mapped[int]
    started_on: Mapped[date] = mapped_column(Date)
    active_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    number: Mapped[str | None] = mapped_column(String(20))
    verification_code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    withdrawn: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int]


class NumberSeries(Base):
    """The next number of a series, such as the CCIE numbers."""

    __tablename__ = "number_series"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    series: Mapped[str] = mapped_column(String(80), primary_key=True)
    next_number: Mapped[int] = mapped_column(BigInteger)
