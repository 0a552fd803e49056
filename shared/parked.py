"""Parked events: what could not be handled waits here for a person, and is never dropped."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.envelope import Message
from shared.errors import Conflict, NotFound
from shared.ids import uuid7
from shared.outbox import PARKED


async def park(
    session: AsyncSession,
    message: Message,
    body: bytes,
    error: BaseException,
    now: datetime,
    *,
    event_id: str | None = None,
    programme: str | None = None,
    subject: str | None = None,
) -> None:
    """Set an event, or a message that could not be decoded, aside with its error.

    programme: None for what cannot be read, which may be any programme's.
    """
    await session.execute(
        insert(PARKED).values(
            id=uuid7(),
            message_id=str(message.id),
            event_id=event_id,
            programme=programme,
            type=message.type[:200],
            subject=subject,
            body=body,
            error=f"{type(error).__name__}: {error}"[:4000],
            parked_at=now,
        )
    )


def _of(programmes: Collection[str] | None) -> ColumnElement[bool]:
    if programmes is None:
        return true()
    return PARKED.c.programme.is_(None) | PARKED.c.programme.in_(programmes)


async def waiting(
    session: AsyncSession,
    *,
    after: UUID | None,
    limit: int,
    programmes: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """Return parked events that nobody has settled, oldest first.

    programmes: only these, and what may be any programme's.
    """
    query = select(PARKED).where(PARKED.c.state == "parked", _of(programmes))
    query = query.order_by(PARKED.c.id).limit(limit)
    if after is not None:
        query = query.where(PARKED.c.id > after)
    return [dict(row) for row in (await session.execute(query)).mappings()]


async def count(session: AsyncSession) -> int:
    """Return how many events are parked."""
    query = select(func.count()).select_from(PARKED).where(PARKED.c.state == "parked")
    return int((await session.execute(query)).scalar_one())


async def get(
    session: AsyncSession, parked_id: UUID, programmes: Collection[str] | None = None
) -> dict[str, Any]:
    """Return one parked event, locked; raise NotFound, or Conflict if it is already settled."""
    query = select(PARKED).where(PARKED.c.id == parked_id, _of(programmes)).with_for_update()
    row = (await session.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound("there is no parked event with this id")
    if row["state"] != "parked":
        raise Conflict(f"this event was already {row['state']} by {row['settled_by']}")
    return dict(row)


async def settle(
    session: AsyncSession, parked_id: UUID, state: str, by: str, now: datetime
) -> None:
    """Note that a parked event was retried with success, or discarded, and by whom."""
    await session.execute(
        update(PARKED)
        .where(PARKED.c.id == parked_id)
        .values(state=state, settled_at=now, settled_by=by)
    )


async def failed_again(session: AsyncSession, parked_id: UUID, error: BaseException) -> None:
    """Note that a retry failed too."""
    await session.execute(
        update(PARKED)
        .where(PARKED.c.id == parked_id)
        .values(attempts=PARKED.c.attempts + 1, error=f"{type(error).__name__}: {error}"[:4000])
    )
