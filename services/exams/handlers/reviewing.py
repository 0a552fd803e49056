"""Staff's word on results: held, released, invalidated, validated; and flags closed."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.life import Word, digest_of, microseconds
from services.exams.domain.review import KINDS, Action, refusal
from services.exams.errors import NotAsItStands, UnknownFlag, UnknownResult
from services.exams.handlers.lives import Said, Words, keep, key_of, relive, words_of
from services.exams.handlers.recording import follow, prepare
from services.exams.models import Flag, Result
from shared.context import context
from shared.ids import uuid7
from shared.rows import one_of


async def decide(
    session: AsyncSession,
    result_id: UUID,
    action: Action,
    reason: str,
    staff: str,
    programmes: Collection[str],
) -> None:
    """Take staff's decision on a result; its open flags are closed with it, unless it is held.

    Raises UnknownResult, or NotAsItStands, which says why it cannot be.
    """
    now = context(session).clock.now()
    mine = (Result.id == result_id, one_of(session, Result.programme, programmes))
    named = (
        await session.execute(
            select(Result.programme, Result.vendor, Result.registration_number).where(*mine)
        )
    ).one_or_none()
    if named is None:
        raise UnknownResult("there is no result with this id, or it is not of your programmes")
    key = (named.programme, named.vendor, named.registration_number)
    await prepare(session, {"result": {key}})
    found = await session.execute(select(Result.__table__).where(*mine).with_for_update())
    row = dict(found.mappings().one())
    if why := refusal(action, row):
        raise NotAsItStands(f"the result cannot be {_done(action)}: {why}")
    data = {"reason": reason}
    kind = KINDS[action]
    before = (await words_of(session, "result", [key])).get(key, Words())
    # Whoever holds the row decides last, whatever the clock of another instance said.
    stamp = max([microseconds(now), *(one.stamp + 1 for one in before.reviews)])
    # Two decisions of the same words are two all the same.
    word = Word(kind, stamp, data, digest_of(kind, str(uuid7()), data))
    await keep(session, "result", [Said(key_of(row), word, staff, "staff")])
    words = await words_of(session, "result", [key])
    await follow(session, "result", await relive(session, "result", [row], words))
    if action != "hold":
        await session.execute(
            update(Flag)
            .where(Flag.result_id == result_id, Flag.closed_at.is_(None))
            .values(closed_at=now, closed_by=staff, note=reason)
            .execution_options(synchronize_session=False)
        )


def _done(action: Action) -> str:
    return {
        "hold": "held",
        "release": "released",
        "invalidate": "invalidated",
        "validate": "validated",
    }[action]


async def close_flag(
    session: AsyncSession, flag_id: UUID, note: str, staff: str, programmes: Collection[str]
) -> UUID:
    """Close what a check found and return its result's id; raises UnknownFlag or NotAsItStands.

    The result stays as it is: what a check holds is released by a decision on the result.
    """
    flag = await session.get(Flag, flag_id, with_for_update=True)
    if flag is None or flag.programme not in programmes:
        raise UnknownFlag("there is no flag with this id, or it is not of your programmes")
    if flag.closed_at is not None:
        raise NotAsItStands("the flag cannot be closed: it has been closed already")
    flag.closed_at = context(session).clock.now()
    flag.closed_by = staff
    flag.note = note or None
    return flag.result_id
