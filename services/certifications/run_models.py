"""The tables of what runs over all candidates of a programme: dry runs and re-evaluations."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.certifications.models import CLUSTERED, Base
from shared.tables import JSON_, IdMixin, UTCDateTime

__all__ = ["Base", "DryRun", "DryRunLine", "ProgrammeVersion", "Reevaluation"]


class ProgrammeVersion(Base):
    """A programme's files as a service once loaded them, told apart by their fingerprint.

    The texts stay, so that a dry run compares with the files that were in force when it was asked
    for, whatever has been deployed since.
    """

    __tablename__ = "programme_versions"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    # Asked for by name only, as nearly nobody needs the texts.
    files: Mapped[dict[str, str]] = mapped_column(JSON_, deferred=True)
    first_loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DryRun(IdMixin, Base):
    """What changed files would do to all candidates on one day, and how far that is known.

    `cursor` is the last candidate whose lines are written, and both are committed together. Who
    works on it writes its `owner` and keeps the lease; whoever finds the cursor elsewhere than
    where it left it has lost the run to another.
    """

    __tablename__ = "dry_runs"

    programme: Mapped[str] = mapped_column(String(40))
    requested_by: Mapped[str] = mapped_column(String(200))
    requested_by_name: Mapped[str | None] = mapped_column(Text)
    as_of: Mapped[date] = mapped_column(Date)
    # The fingerprints of the files in force and of those that are tried.
    before: Mapped[str] = mapped_column(String(64))
    after: Mapped[str] = mapped_column(String(64))
    # Asked for by name only: a list of runs must not carry all their files along.
    files: Mapped[dict[str, str]] = mapped_column(JSON_, deferred=True)
    changed_files: Mapped[list[str]] = mapped_column(JSON_)
    # waiting, running, done, failed or cancelled
    state: Mapped[str] = mapped_column(String(12))
    problem: Mapped[str | None] = mapped_column(Text)
    cursor: Mapped[str] = mapped_column(String(40))
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer)
    people: Mapped[int] = mapped_column(Integer)
    # Candidates who could not be evaluated; `problem` names the first of them.
    skipped: Mapped[int] = mapped_column(Integer)
    # By certification how many were gained, how many lost, and how many have other dates.
    certifications: Mapped[dict[str, dict[str, int]]] = mapped_column(JSON_)
    attempts: Mapped[int] = mapped_column(Integer)
    owner: Mapped[UUID | None] = mapped_column(Uuid)
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_dry_runs_programme", "programme", "id"),)


class DryRunLine(Base):
    """One certification of one candidate that a dry run found changed."""

    __tablename__ = "dry_run_lines"
    __table_args__ = CLUSTERED

    dry_run_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("dry_runs.id", ondelete="CASCADE"), primary_key=True
    )
    candidate_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    certification: Mapped[str] = mapped_column(String(80), primary_key=True)
    change: Mapped[str] = mapped_column(String(6))
    before_status: Mapped[str] = mapped_column(String(20))
    before_active_on: Mapped[date | None] = mapped_column(Date)
    before_expires_on: Mapped[date | None] = mapped_column(Date)
    after_status: Mapped[str] = mapped_column(String(20))
    after_active_on: Mapped[date | None] = mapped_column(Date)
    after_expires_on: Mapped[date | None] = mapped_column(Date)
    sentence: Mapped[str] = mapped_column(Text)


class Reevaluation(IdMixin, Base):
    """Every candidate of a programme evaluated anew under the files that are loaded.

    `cursor` moves in the transaction that writes and publishes what changed up to it.
    """

    __tablename__ = "reevaluations"

    programme: Mapped[str] = mapped_column(String(40))
    requested_by: Mapped[str] = mapped_column(String(200))
    requested_by_name: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    # waiting, running, done or failed
    state: Mapped[str] = mapped_column(String(12))
    problem: Mapped[str | None] = mapped_column(Text)
    cursor: Mapped[str] = mapped_column(String(40))
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer)
    skipped: Mapped[int] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    touched_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_reevaluations_programme", "programme", "id"),)


def _unfinished(table: Any) -> dict[str, Any]:
    condition = table.__table__.c.finished_at.is_(None)
    return {"sqlite_where": condition, "postgresql_where": condition}


Index("ix_dry_runs_unfinished", DryRun.__table__.c.created_at, **_unfinished(DryRun))
# One at a time: two over the same candidates would only wait for each other's rows.
Index(
    "uq_reevaluations_unfinished",
    Reevaluation.__table__.c.programme,
    unique=True,
    **_unfinished(Reevaluation),
)
