"""Calls: what vendors' machines asked for is put on record, and answered once for each key."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.errors import KeyInUse, KeyReused
from services.exams.models import Call, IdempotencyKey
from shared.context import context
from shared.errors import FieldError
from shared.ids import uuid7
from shared.rows import insert_new

# A first request that has not been answered after so long died with its process.
ABANDONED = timedelta(seconds=60)
KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Record:
    """One call as it goes on record.

    milliseconds: how long it took to answer, or until what it did was about to be committed.
    """

    at: datetime
    vendor: str
    client: str
    programmes: str
    channel: str
    method: str
    path: str
    status: int
    items: int
    accepted: int
    duplicates: int
    rejected: int
    bytes: int
    milliseconds: int
    address: str | None
    request_id: str | None


Along: TypeAlias = Callable[[Mapping[str, int]], Record]
"""Makes the record of a call from what became of its items, when that is about to be committed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is given again."""

    status: int
    media_type: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """A client's key for one request; digest: of the request, see `digest_of`."""

    client: str
    key: str
    digest: str


def digest_of(*parts: bytes) -> str:
    """Return the SHA-256, as hexadecimal text, of what makes a request the same one."""
    digest = hashlib.sha256()
    for part in parts:
        # With lengths, so that nothing can move from one part to another unseen.
        digest.update(f"{len(part)}\n".encode() + part)
    return digest.hexdigest()


async def record(session: AsyncSession, records: Sequence[Record]) -> None:
    """Put calls on record."""
    await insert_new(session, Call, [{"id": uuid7(), **asdict(one)} for one in records])


async def begin(session: AsyncSession, key: Key) -> Answer | None:
    """Take a key for a request; return the answer if there is one already.

    Raises KeyReused for a key that another request had, and KeyInUse while the first request
    with it is still being answered.
    """
    now = context(session).clock.now()
    row = {"client": key.client, "key": key.key, "digest": key.digest, "created_at": now}
    if await insert_new(session, IdempotencyKey, [row], returning=("key",)):
        return None
    known = await session.get_one(
        IdempotencyKey, (key.client, key.key), with_for_update=True, populate_existing=True
    )
    if known.digest != key.digest:
        message = "was sent before with another request; a new request needs a new key"
        raise KeyReused(
            f"the Idempotency-Key {message}",
            errors=[FieldError(field="Idempotency-Key", message=message)],
        )
    if known.status is not None:
        return Answer(known.status, known.media_type, known.body or b"")
    if now - known.created_at < ABANDONED:
        raise KeyInUse(
            "The first request with this Idempotency-Key is still being answered.",
            headers={"Retry-After": "1"},
        )
    known.created_at = now
    return None


async def keep(session: AsyncSession, key: Key, answer: Answer) -> None:
    """Keep the answer of a request, to be given again."""
    await session.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.client == key.client, IdempotencyKey.key == key.key)
        .values(status=answer.status, media_type=answer.media_type, body=answer.body)
    )


async def give_up(session: AsyncSession, key: Key) -> None:
    """Forget a key whose request was refused: nothing was done that must not be done again."""
    await session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.client == key.client,
            IdempotencyKey.key == key.key,
            IdempotencyKey.status.is_(None),
        )
    )


async def forget(session: AsyncSession, kept_days: int) -> None:
    """Take away keys of yesterday, and calls that are older than so many days."""
    now = context(session).clock.now()
    await session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT))
    await session.execute(delete(Call).where(Call.at < now - timedelta(days=kept_days)))
