"""Erasing: a person's rows go in the transaction that hears of it; bodies and files right after.

A request that was under way, or a token that has not run out, may still write something. So all is
gone through once more when nothing of that kind can come any more, and only then is it finished.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.context import ServiceContext, context, wake_after_commit
from shared.events import CandidateErased
from shared.my_data.register import Person, Register
from shared.my_data.tombstones import ERASURES, mark, remember
from shared.my_data.traces import Traces
from shared.rows import insert_new

JOB = "my-data"
# A registration under way when its owner was erased; who books after that has come back.
QUIET = timedelta(hours=24)


async def erase_rows(
    session: AsyncSession, register: Register, person: Person, keep: Sequence[str]
) -> None:
    """Take a person's rows away, or what is personal in those that a policy keeps."""
    for table, entry in register.held():
        if entry.rows is None:
            continue
        theirs = register.where(table, person)
        if entry.stays(keep):
            await session.execute(update(table).where(theirs).values(dict(entry.leaves)))
        else:
            await session.execute(delete(table).where(theirs))


async def entomb(
    session: AsyncSession, event: CandidateErased, candidate_id: str, traces: Traces
) -> bool:
    """Note that a candidate is erased, and by what their data is still found.

    Returns False where that is known already.
    """
    here = context(session)
    settles = timedelta(minutes=here.settings.erasure_settle_minutes)
    row = {
        "candidate_id": candidate_id,
        "programme": event.programme,
        "request_id": event.request_id,
        "keep": list(event.keep),
        "traces": traces.written(),
        "erased_at": event.at,
        "settles_at": here.clock.now() + settles,
    }
    new = await insert_new(
        session, ERASURES, [row], conflict=("candidate_id",), returning=("candidate_id",)
    )
    wake_after_commit(session, JOB)
    if not new:
        return False
    await remember(session, [mark("registration", event.programme, *one) for one in traces.numbers])
    await remember(
        session,
        [mark("testing_id", event.programme, *one) for one in traces.testing_ids],
        until=here.clock.now() + QUIET,
    )
    return True


async def unfinished(here: ServiceContext) -> Sequence[Row[Any]]:
    """Return the erasures that are not finished, oldest first."""
    async with here.database.reading() as session:
        found = await session.execute(
            select(ERASURES)
            .where(ERASURES.c.finished_at.is_(None))
            .order_by(ERASURES.c.erased_at, ERASURES.c.candidate_id)
        )
        return found.all()


async def note_traces(session: AsyncSession, candidate_id: str, traces: Traces) -> None:
    """Keep what was found since by which a person's data is still looked for."""
    mine = ERASURES.c.candidate_id == candidate_id
    await session.execute(update(ERASURES).where(mine).values(traces=traces.written()))


async def note_swept(session: AsyncSession, candidate_ids: Sequence[str]) -> None:
    """Note that bodies and files have been gone through once."""
    mine = ERASURES.c.candidate_id.in_(candidate_ids)
    await session.execute(
        update(ERASURES).where(mine).values(swept_at=context(session).clock.now())
    )


async def finish(session: AsyncSession, candidate_id: str) -> bool:
    """Note that an erasure is finished, and forget the traces; False if somebody else has."""
    done = await session.execute(
        update(ERASURES)
        .where(ERASURES.c.candidate_id == candidate_id, ERASURES.c.finished_at.is_(None))
        .values(finished_at=context(session).clock.now(), traces=None)
        .returning(ERASURES.c.candidate_id)
    )
    return done.first() is not None
