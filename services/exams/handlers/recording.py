"""What happens when results count for somebody, or no longer do: checks first, then the word."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.life import Subject
from services.exams.handlers.announcing import (
    announce_bookings,
    announce_results,
    announce_transitions,
)
from services.exams.handlers.checking import CandidateKey, hold_candidates, look
from services.exams.handlers.entries import Key
from services.exams.handlers.lives import Row, Transition, hold_unknown
from services.exams.models import NATURAL_KEY, Result
from shared.context import context
from shared.programmes.feeds import NEEDS_HISTORY
from shared.rows import one_of


async def record(
    session: AsyncSession,
    rows: Iterable[Mapping[Any, Any]],
    alone: Collection[CandidateKey] = (),
) -> list[Row]:
    """Look at results whose candidate has just been found, and publish each as what it is.

    alone: see `look`. Returns them as they are then: a check may hold them.
    """
    given = {row["id"]: row if isinstance(row, dict) else dict(row) for row in rows}
    others: list[Transition] = []
    for before, after in await look(session, given.values(), alone):
        if before["id"] in given:
            given[before["id"]] = after
        else:
            others.append((before, after))
    await announce_results(session, given.values())
    await announce_transitions(session, others)
    return list(given.values())


async def follow(
    session: AsyncSession, subject: Subject, transitions: Sequence[Transition]
) -> dict[Any, Row]:
    """Publish what has changed in the lives of rows; return them by id as they are then."""
    if subject == "registration":
        await announce_bookings(session, transitions)
        return {after["id"]: after for _, after in transitions}
    before = {old["id"]: old for old, _ in transitions}
    after = {new["id"]: new for _, new in transitions}
    # What is said of a result that waits is told when its candidate appears.
    known = [row for row in after.values() if row["candidate_id"] is not None]
    for old, new in await look(session, known):
        before.setdefault(old["id"], old)
        after[new["id"]] = new
    await announce_transitions(
        session, [(before[row_id], row) for row_id, row in after.items() if row["candidate_id"]]
    )
    return after


async def prepare(session: AsyncSession, wanted: Mapping[Subject, Collection[Key]]) -> None:
    """Take the locks that words about these need, in one order for all, before any row's own."""
    await hold_unknown(session, wanted)
    programmes = context(session).programmes
    keys = [
        key
        for key in wanted.get("result", ())
        if any(check.check in NEEDS_HISTORY for check in programmes[key[0]].checks)
    ]
    if not keys or session.get_bind().dialect.name != "postgresql":
        return
    table = Result.__table__
    found = await session.execute(
        select(table.c.programme, table.c.candidate_id).where(
            one_of(session, tuple(table.c[column] for column in NATURAL_KEY), keys),
            table.c.candidate_id.is_not(None),
        )
    )
    await hold_candidates(session, [(programme, candidate) for programme, candidate in found])
