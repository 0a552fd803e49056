"""Dry runs: what changed files would do, found out portion by portion and resumable."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import programme_files, run_queries
from services.certifications.evaluators import Compared
from services.certifications.run_errors import RunUnderWay
from services.certifications.run_models import DryRun, DryRunLine
from shared.context import context, wake_after_commit
from shared.errors import Conflict
from shared.ids import uuid7
from shared.programmes import Programme
from shared.rows import insert_new, one_of

JOB = "dry-runs"
MOST_WAITING = 5
MOST_ATTEMPTS = 5
UNFINISHED = ("waiting", "running")
# Deleted in one transaction, so that others get their turn at SQLite's one writer.
_AT_ONCE = 10_000


@dataclass(frozen=True)
class Trial:
    """Files that can be used as a programme, and the day they are tried on."""

    programme: Programme
    files: Mapping[str, str]
    changed_files: Sequence[str]
    fingerprint: str
    as_of: date
    requested_by: str
    requested_by_name: str | None = None


@dataclass
class Claimed:
    """A dry run that this process works on, for as long as it keeps the lease."""

    id: UUID
    owner: UUID
    programme: str
    as_of: date
    cursor: str
    present: Mapping[str, str]
    changed: Mapping[str, str]


async def begin(session: AsyncSession, trial: Trial) -> DryRun:
    """Keep what was asked for and have it worked off.

    Raises RunUnderWay when too many wait already.
    """
    # The files in force are kept before anything else could replace them on the disk.
    await programme_files.in_force(session, trial.programme)
    name = trial.programme.id
    if await run_queries.unfinished_dry_runs(session, name) >= MOST_WAITING:
        raise RunUnderWay(
            f"{MOST_WAITING} dry runs of this programme wait already. Cancel one, or try later."
        )
    run = DryRun(
        id=uuid7(),
        programme=name,
        requested_by=trial.requested_by,
        requested_by_name=trial.requested_by_name,
        as_of=trial.as_of,
        before=trial.programme.fingerprint,
        after=trial.fingerprint,
        files=dict(trial.files),
        changed_files=sorted(trial.changed_files),
        state="waiting",
        problem=None,
        cursor="",
        total=await run_queries.people_of(session, name),
        done=0,
        people=0,
        skipped=0,
        certifications={},
        attempts=0,
        created_at=context(session).clock.now(),
    )
    session.add(run)
    await session.flush()
    wake_after_commit(session, JOB)
    return run


async def claim(
    session: AsyncSession, lease: timedelta, only: UUID | None = None
) -> Claimed | None:
    """Take the oldest dry run that nobody works on; None when there is none.

    only: this one or none.
    """
    now = context(session).clock.now()
    query = (
        select(DryRun)
        .where(
            DryRun.finished_at.is_(None),
            or_(DryRun.lease_until.is_(None), DryRun.lease_until < now),
        )
        .order_by(DryRun.created_at, DryRun.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if only is not None:
        query = query.where(DryRun.id == only)
    run = await session.scalar(query)
    if run is None:
        return None
    run.state = "running"
    run.owner = owner = uuid7()
    run.lease_until = now + lease
    present = await programme_files.texts_of(session, run.programme, run.before)
    changed = await session.scalar(select(DryRun.files).where(DryRun.id == run.id))
    return Claimed(
        run.id, owner, run.programme, run.as_of, run.cursor, present or {}, changed or {}
    )


async def advance(
    session: AsyncSession,
    claimed: Claimed,
    last: str,
    count: int,
    compared: Compared,
    lease: timedelta,
) -> bool:
    """Write what a portion of candidates gave, and that the run has come so far.

    last: the portion's last candidate; count: how many candidates it had.
    Returns False, having written nothing, when the run is no longer this process's: it was
    cancelled, or another took it over after the lease had run out.
    """
    run = await _own(session, claimed)
    if run is None:
        return False
    run.cursor = last
    run.done += count
    run.total = max(run.total, run.done)
    run.people += len({candidate_id for candidate_id, _ in compared.found})
    run.certifications = _tallied(run.certifications, compared)
    if compared.failed and not run.skipped:
        candidate_id, why = compared.failed[0]
        run.problem = f"Candidate {candidate_id} could not be evaluated: {why}"[:1000]
    run.skipped += len(compared.failed)
    run.attempts = 0
    run.lease_until = context(session).clock.now() + lease
    rows = [
        {"dry_run_id": claimed.id, "candidate_id": candidate_id, **difference._asdict()}
        for candidate_id, difference in compared.found
    ]
    await insert_new(session, DryRunLine, rows)
    claimed.cursor = last
    return True


async def finish(session: AsyncSession, claimed: Claimed) -> None:
    """Note that every candidate has been looked at."""
    run = await _own(session, claimed)
    if run is not None:
        _end(session, run, "done")
        run.total = run.done


async def give_back(session: AsyncSession, claimed: Claimed) -> None:
    """Let another process, or the next start of this one, go on at once."""
    run = await _own(session, claimed)
    if run is not None:
        run.owner = run.lease_until = None


async def note_failure(
    session: AsyncSession, claimed: Claimed, fault: Exception, pause: timedelta
) -> None:
    """Count a failed attempt; give up after several in a row at one place."""
    run = await _own(session, claimed)
    if run is None:
        return
    run.attempts += 1
    run.problem = f"{type(fault).__name__}: {fault}"[:1000]
    if run.attempts >= MOST_ATTEMPTS:
        _end(session, run, "failed")
    else:
        run.owner = None
        run.lease_until = context(session).clock.now() + pause * run.attempts


async def cancel(session: AsyncSession, programme: str, run_id: UUID) -> DryRun:
    """Stop a dry run; what it has found so far stays.

    Raises NotFound, or Conflict when it has ended already.
    """
    run = await run_queries.dry_run(session, programme, run_id, lock=True)
    if run.state not in UNFINISHED:
        raise Conflict(f"This dry run has ended already: it is {run.state}.")
    _end(session, run, "cancelled")
    return run


async def forget(session: AsyncSession, older_than: timedelta) -> int:
    """Delete some of what dry runs left that ended long ago; return how much went."""
    before = context(session).clock.now() - older_than
    over = list(await session.scalars(select(DryRun.id).where(DryRun.finished_at < before)))
    if not over:
        return 0
    key = (DryRunLine.dry_run_id, DryRunLine.candidate_id, DryRunLine.certification)
    some = select(*key).where(one_of(session, DryRunLine.dry_run_id, over)).limit(_AT_ONCE)
    rows = [tuple(row) for row in await session.execute(some)]
    if rows:
        await session.execute(
            delete(DryRunLine)
            .where(one_of(session, key, rows))
            .execution_options(synchronize_session=False)
        )
    if len(rows) < _AT_ONCE:
        await session.execute(
            delete(DryRun)
            .where(one_of(session, DryRun.id, over))
            .execution_options(synchronize_session=False)
        )
    return len(rows) + len(over)


async def _own(session: AsyncSession, claimed: Claimed) -> DryRun | None:
    """Return the run, locked, if it is still this process's and where it left it."""
    return await session.scalar(
        select(DryRun)
        .where(
            DryRun.id == claimed.id,
            DryRun.state == "running",
            DryRun.owner == claimed.owner,
            DryRun.cursor == claimed.cursor,
        )
        .with_for_update()
    )


def _end(session: AsyncSession, run: DryRun, state: str) -> None:
    run.state = state
    run.owner = run.lease_until = None
    run.finished_at = context(session).clock.now()
    if state == "done" and not run.skipped:
        run.problem = None


def _tallied(
    known: Mapping[str, Mapping[str, int]], compared: Compared
) -> dict[str, dict[str, int]]:
    counts = Counter((one.certification, one.change) for _, one in compared.found)
    tally = {code: dict(numbers) for code, numbers in known.items()}
    for (code, change), count in counts.items():
        numbers = tally.setdefault(code, {"gained": 0, "lost": 0, "dates": 0})
        numbers[change] += count
    return dict(sorted(tally.items()))
