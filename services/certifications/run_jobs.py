"""The clock edge of what runs over all candidates: dry runs, re-evaluations, tidying."""

import asyncio
import os
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.certifications import dry_runs, programme_files, reevaluations, run_queries
from services.certifications.dry_runs import Claimed
from services.certifications.evaluators import Compared, Evaluators, evaluators
from shared.context import ServiceContext
from shared.database import is_transient
from shared.failpoints import failpoint
from shared.jobs import Job
from shared.logs import log

_PAUSE_AFTER_FAULT = timedelta(seconds=1)


@dataclass(frozen=True)
class _Ahead:
    """A portion that is being evaluated."""

    last: str
    count: int
    compared: "asyncio.Future[Compared]"


async def work_off_dry_runs(here: ServiceContext, only: UUID | None = None) -> None:
    """Work off every dry run that nobody else works on, one after the other."""
    lease = timedelta(seconds=here.settings.dry_run_lease_seconds)
    while True:
        async with here.database.transaction() as session:
            claimed = await dry_runs.claim(session, lease, only)
        if claimed is None:
            return
        try:
            await _work_off(here, claimed, lease)
        except asyncio.CancelledError:
            try:
                async with here.database.transaction() as session:
                    await dry_runs.give_back(session, claimed)
            except Exception as fault:  # the lease runs out by itself
                log.warning("dry run not given back", dry_run_id=str(claimed.id), fault=repr(fault))
            raise
        except Exception as fault:
            log.warning("dry run broken off", dry_run_id=str(claimed.id), fault=repr(fault))
            if _database_away(fault):
                # It comes back, and the run is none the worse for it.
                raise
            async with here.database.transaction() as session:
                await dry_runs.note_failure(session, claimed, fault, _PAUSE_AFTER_FAULT)
            raise


async def _work_off(here: ServiceContext, claimed: Claimed, lease: timedelta) -> None:
    """Compare portion after portion until the last, or until the run is no longer ours."""
    ahead: deque[_Ahead] = deque()
    files = (claimed.programme, claimed.present, claimed.changed)
    async with evaluators(*files, workers(here)) as made:
        try:
            mine = await _compare_all(here, claimed, lease, made, ahead)
        finally:
            for one in ahead:
                one.compared.cancel()
    if not mine:
        log.info("dry run was taken over or cancelled", dry_run_id=str(claimed.id))
        return
    async with here.database.transaction() as session:
        await dry_runs.finish(session, claimed)


async def _compare_all(
    here: ServiceContext,
    claimed: Claimed,
    lease: timedelta,
    made: Evaluators,
    ahead: deque[_Ahead],
) -> bool:
    """Read and evaluate ahead of what is written, in order; False when the run was lost."""
    reading = claimed.cursor
    more = True
    while True:
        while more and len(ahead) < 2 * made.count:
            async with here.database.reading() as session:
                portion = await run_queries.portion(
                    session, claimed.programme, reading, here.settings.dry_run_portion
                )
            if portion is None:
                more = False
            else:
                reading = portion.last
                compared = made.compare(claimed.as_of, portion.facts)
                ahead.append(_Ahead(portion.last, portion.count, compared))
        if not ahead:
            return True
        one = ahead.popleft()
        found = await one.compared
        async with here.database.transaction() as session:
            mine = await dry_runs.advance(session, claimed, one.last, one.count, found, lease)
            failpoint("certifications.dry_run.before_commit")
        failpoint("certifications.dry_run.after_commit")
        if not mine:
            return False


def _database_away(fault: Exception) -> bool:
    # What else the system refuses, such as a new process, has to be seen in the run.
    refused = isinstance(fault, OSError) and not isinstance(fault, ConnectionError | TimeoutError)
    return is_transient(fault) and not refused


def workers(here: ServiceContext) -> int:
    """Return how many processes a dry run may use."""
    return here.settings.dry_run_workers or min(2, os.cpu_count() or 1)


async def work_off_reevaluations(here: ServiceContext, only: UUID | None = None) -> None:
    """Work off every unfinished re-evaluation, a portion of one of them after the other."""
    while True:
        if not await reevaluate_portion(here, only):
            return
        # Between two portions others get a turn, results at SQLite's one writer among them.
        await asyncio.sleep(0)


async def reevaluate_portion(here: ServiceContext, only: UUID | None = None) -> bool:
    """Evaluate one portion of the re-evaluation whose turn it is; False when there is none."""
    claimed_id: UUID | None = None
    try:
        async with here.database.transaction() as session:
            run = await reevaluations.claim(session, only)
            if run is None:
                return False
            claimed_id = run.id
            await reevaluations.advance(session, run, here.settings.reevaluation_portion)
            failpoint("certifications.reevaluation.before_commit")
        failpoint("certifications.reevaluation.after_commit")
    except Exception as fault:
        if claimed_id is not None and not is_transient(fault):
            log.warning("re-evaluation broken off", run_id=str(claimed_id), fault=repr(fault))
            async with here.database.transaction() as session:
                await reevaluations.note_failure(session, claimed_id, fault)
        raise
    return True


async def forget_dry_runs(here: ServiceContext) -> None:
    """Delete what old dry runs found."""
    older_than = timedelta(days=here.settings.dry_run_days)
    gone = 1
    while gone:
        async with here.database.transaction() as session:
            gone = await dry_runs.forget(session, older_than)
        await asyncio.sleep(0)


RUN_JOBS = (
    # Which files are in force is kept as soon as they are loaded.
    Job("programme-versions", timedelta(hours=1), programme_files.remember),
    Job(dry_runs.JOB, timedelta(seconds=5), work_off_dry_runs),
    Job(reevaluations.JOB, timedelta(seconds=5), work_off_reevaluations),
    Job("forget-dry-runs", timedelta(hours=6), forget_dry_runs),
)
