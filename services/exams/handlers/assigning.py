"""Staff say whom something that waits concerns."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.life import digest_of, microseconds
from services.exams.errors import NotAsItStands, UnknownCandidate, UnknownWaiting
from services.exams.handlers.crediting import announce_credits
from services.exams.handlers.linking import STANDING
from services.exams.handlers.recording import record
from services.exams.models import Candidate, Change, Credit, Result
from shared.context import context
from shared.ids import uuid7


async def assign(
    session: AsyncSession,
    waiting_id: UUID,
    candidate_id: str,
    reason: str,
    staff: str,
    programmes: Collection[str],
) -> dict[str, Any]:
    """Link a waiting result, or credits, to a candidate for good, and publish it; return its row.

    Who said so and why is kept among the changes. Raises UnknownWaiting, UnknownCandidate, or
    NotAsItStands if it has found its candidate meanwhile.
    """
    for model in (Result, Credit):
        found = (
            await session.execute(
                select(model.programme, model.candidate_id).where(model.id == waiting_id)
            )
        ).one_or_none()
        if found is not None and found.programme in programmes:
            break
    else:
        raise UnknownWaiting("nothing with this id waits, or it is not of your programmes")
    if await session.get(Candidate, (found.programme, candidate_id)) is None:
        raise UnknownCandidate(f"no candidate {candidate_id!r} in programme {found.programme!r}")
    state = {"state": STANDING} if model is Result else {}
    # The transition is in the statement: whoever takes it up at this moment, only one of us does.
    linked = await session.execute(
        update(model)
        .where(model.id == waiting_id, model.candidate_id.is_(None))
        .values(candidate_id=candidate_id, version=model.version + 1, **state)
        .returning(*model.__table__.columns)
        .execution_options(synchronize_session=False)
    )
    row = linked.mappings().one_or_none()
    if row is None:
        raise NotAsItStands("it waits no longer: its candidate has been found")
    return await _settle(session, dict(row), model is Result, reason, staff)


async def _settle(
    session: AsyncSession, row: dict[str, Any], result: bool, reason: str, staff: str
) -> dict[str, Any]:
    now = context(session).clock.now()
    data = {"reason": reason, "candidate_id": row["candidate_id"]}
    session.add(
        Change(
            id=uuid7(),
            programme=row["programme"],
            vendor=row["vendor"],
            registration_number=row["registration_number" if result else "external_id"],
            subject="result" if result else "credit",
            kind="assign",
            stamp=microseconds(now),
            data=data,
            digest=digest_of("assign", str(uuid7()), data),
            said_by=staff,
            channel="staff",
            received_at=now,
        )
    )
    if result:
        (row,) = await record(session, [row])
    else:
        await announce_credits(session, [row])
    return row
