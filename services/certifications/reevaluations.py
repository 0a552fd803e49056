"""Re-evaluations: every candidate of a programme anew, under the files that are loaded."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import programme_files, run_queries
from services.certifications.handlers import lock, review
from services.certifications.queries import Person
from services.certifications.run_errors import RunUnderWay
from services.certifications.run_models import Reevaluation
from shared.context import context, wake_after_commit
from shared.database import is_transient
from shared.ids import uuid7
from shared.logs import log
from shared.programmes import Programme

JOB = "reevaluations"
MOST_ATTEMPTS = 5
# After that long without a step, nobody has the files any more that it was begun with.
ABANDONED = timedelta(minutes=1)
_UNDER_WAY = "A re-evaluation of this programme is under way. Wait for its end."


async def begin(
    session: AsyncSession,
    programme: Programme,
    reason: str,
    *,
    requested_by: str,
    requested_by_name: str | None = None,
) -> Reevaluation:
    """Keep what was asked for and have it worked off.

    Raises RunUnderWay while another of the programme is not finished.
    """
    await programme_files.in_force(session, programme)
    if await run_queries.unfinished_reevaluation(session, programme.id) is not None:
        raise RunUnderWay(_UNDER_WAY)
    now = context(session).clock.now()
    run = Reevaluation(
        id=uuid7(),
        programme=programme.id,
        requested_by=requested_by,
        requested_by_name=requested_by_name,
        reason=reason,
        fingerprint=programme.fingerprint,
        state="waiting",
        problem=None,
        cursor="",
        total=await run_queries.people_of(session, programme.id),
        done=0,
        skipped=0,
        attempts=0,
        created_at=now,
        touched_at=now,
    )
    session.add(run)
    try:
        await session.flush()
    except IntegrityError:
        # Another was begun between the two statements.
        raise RunUnderWay(_UNDER_WAY) from None
    wake_after_commit(session, JOB)
    return run


async def claim(session: AsyncSession, only: UUID | None = None) -> Reevaluation | None:
    """Lock the re-evaluation whose turn it is, until the commit; None when there is none.

    only: this one or none. One that was begun under other files than are loaded here is left to
    whoever has them; abandoned, it starts again from the first candidate under the present ones.
    """
    here = context(session)
    now = here.clock.now()
    mine = [
        and_(Reevaluation.programme == one.id, Reevaluation.fingerprint == one.fingerprint)
        for one in here.programmes.values()
    ]
    query = (
        select(Reevaluation)
        .where(
            Reevaluation.finished_at.is_(None),
            Reevaluation.programme.in_(list(here.programmes)),
            or_(*mine, Reevaluation.touched_at < now - ABANDONED),
        )
        .order_by(Reevaluation.touched_at, Reevaluation.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if only is not None:
        query = query.where(Reevaluation.id == only)
    run = await session.scalar(query)
    if run is not None:
        _keep_to(run, here.programmes)
    return run


async def advance(session: AsyncSession, run: Reevaluation, most: int) -> None:
    """Evaluate the next candidates of a claimed run; write and publish what changed."""
    now = context(session).clock.now()
    run.state, run.touched_at, run.attempts = "running", now, 0
    ids = await run_queries.next_people(session, run.programme, run.cursor, most)
    if not ids:
        _end(run, "done", now)
        run.total = run.done
        return
    await _review(session, run, [Person(run.programme, candidate_id) for candidate_id in ids])
    run.cursor = ids[-1]
    run.done += len(ids)
    run.total = max(run.total, run.done)


async def _review(session: AsyncSession, run: Reevaluation, people: Sequence[Person]) -> None:
    """Evaluate candidates; one of whom that fails must not keep all others from it."""
    await lock(session, people)
    try:
        async with session.begin_nested():
            await review(session, people)
    except Exception as fault:
        if is_transient(fault):
            raise
        log.warning("portion taken apart", run_id=str(run.id), fault=repr(fault))
        for person in people:
            await _review_alone(session, run, person)


async def _review_alone(session: AsyncSession, run: Reevaluation, person: Person) -> None:
    try:
        async with session.begin_nested():
            await review(session, [person])
    except Exception as fault:
        if is_transient(fault):
            raise
        log.error("candidate not evaluated", candidate=person.candidate_id, fault=repr(fault))
        if not run.skipped:
            why = f"Candidate {person.candidate_id} could not be evaluated: {fault!r}"
            run.problem = why[:1000]
        run.skipped += 1


async def note_failure(session: AsyncSession, run_id: UUID, fault: Exception) -> None:
    """Count a failed attempt, let others go first, and give up after several in a row."""
    now = context(session).clock.now()
    run = await session.get_one(Reevaluation, run_id, with_for_update=True)
    run.attempts += 1
    run.touched_at = now
    after = f"after candidate {run.cursor}" if run.cursor else "at the first candidates"
    run.problem = f"{after}: {type(fault).__name__}: {fault}"[:1000]
    if run.attempts >= MOST_ATTEMPTS:
        _end(run, "failed", now)


def _keep_to(run: Reevaluation, programmes: Mapping[str, Programme]) -> None:
    """Have a whole run under one version of the files."""
    loaded = programmes[run.programme].fingerprint
    if run.fingerprint != loaded:
        run.fingerprint, run.cursor, run.done, run.skipped = loaded, "", 0, 0


def _end(run: Reevaluation, state: str, now: datetime) -> None:
    run.state = state
    run.finished_at = now
    if state == "done" and not run.skipped:
        run.problem = None
