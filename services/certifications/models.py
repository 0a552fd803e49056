"""The tables of certifications: facts, local copies of candidates, and what they have earned."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.tables import JSON_, NAMING, IdMixin, UTCDateTime, kernel_tables

CODE_LENGTH = 8
# SQLite keeps the rows in the order of such a key, instead of a table and an index beside it.
CLUSTERED = {"sqlite_with_rowid": False}


class Base(DeclarativeBase):
    """The service's own metadata, with the kernel's tables beside its own."""

    metadata = MetaData(naming_convention=NAMING)


kernel_tables(Base.metadata)


class Candidate(Base):
    """Local copy of a candidate, and the row that whoever evaluates the candidate locks.

    It may be made by a result that comes before the candidate's registration: then it has no
    name, version 0, and nothing about the candidate is disclosed. `due_on` is the next day on
    which time alone changes something, so that the clock has to look; null: never. `reviewed_on`
    is the day that the candidate's certifications were last written for.
    """

    __tablename__ = "candidates"
    # Only the key begins with the programme: nothing else tempts a planner without statistics.
    __table_args__ = (Index("ix_candidates_due_on", "due_on", "programme"), CLUSTERED)

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    given_name: Mapped[str] = mapped_column(Text, default="")
    family_name: Mapped[str] = mapped_column(Text, default="")
    # Rises with each change of the name: certificates say which writing of it they carry.
    name_revision: Mapped[int] = mapped_column(default=1, server_default="1")
    disclosure: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=0)
    # An instance of the version before, still running beside this one, writes no such day: what
    # it adds is looked at once.
    due_on: Mapped[date | None] = mapped_column(Date, server_default="1970-01-01")
    reviewed_on: Mapped[date | None] = mapped_column(Date)

    @property
    def full_name(self) -> str:
        """Given name before family name, as the programmes print it."""
        return f"{self.given_name} {self.family_name}".strip()


class FactRow(Base):
    """Something that counts for or against a candidate; of one natural key the newest version.

    kind and key: as `facts.py` lists them, e.g. `exam` and the id of the result; data: what the
    rules need to know of it, and `undone` if staff have taken it back.
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
    """The newest state of one certification that a candidate has earned, as it was published.

    The key makes it one row for good: earned once, or earned anew in a higher cycle. `status` and
    `grace_until` are what was published last; what is shown is evaluated anew for the day on
    which one asks. `withdrawn` says that the facts no longer support it. `name` is what it was
    called when it was earned. Reminders up to `reminded_on` are settled; null: those of the days
    before. No date is indexed, so that PostgreSQL can write a renewal beside the old row without
    touching an index. version rises with every change that is published.
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
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    grace_until: Mapped[date | None] = mapped_column(Date)
    name: Mapped[str | None] = mapped_column(Text)
    reminded_on: Mapped[date | None] = mapped_column(Date)


class PublishedAchievement(Base):
    """An achievement that was published: a candidate is told of each once."""

    __tablename__ = "achievements"
    __table_args__ = CLUSTERED

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    achievement: Mapped[str] = mapped_column(String(80), primary_key=True)
    reached_on: Mapped[date] = mapped_column(Date)


class StaffAction(IdMixin, Base):
    """What a member of staff did by hand: the audit trail, of which nothing is ever removed.

    Each action is a fact of the same id; undoing it marks both. `data` is the fact as it was
    recorded, `author_id` and `undone_by_id` are the subjects
    of the authors' tokens.
    """

    __tablename__ = "actions"
    __table_args__ = (Index("ix_actions_candidate", "programme", "candidate_id"),)

    programme: Mapped[str] = mapped_column(String(40))
    candidate_id: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(20))
    certification: Mapped[str | None] = mapped_column(String(80))
    day: Mapped[date] = mapped_column(Date)
    data: Mapped[dict[str, Any]] = mapped_column(JSON_)
    author: Mapped[str] = mapped_column(Text)
    author_id: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_by: Mapped[str | None] = mapped_column(Text)
    undone_by_id: Mapped[str | None] = mapped_column(String(200))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undo_reason: Mapped[str | None] = mapped_column(Text)


class NumberSeries(Base):
    """The next number of a series, such as the CCIE numbers."""

    __tablename__ = "number_series"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    series: Mapped[str] = mapped_column(String(80), primary_key=True)
    next_number: Mapped[int] = mapped_column(BigInteger)
