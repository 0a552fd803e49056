"""The outbox: events are written in the transaction that makes them true, and sent afterwards."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from shared.context import context
from shared.database import Database
from shared.driver import fetch
from shared.envelope import MOST_EVENTS, Message, encode
from shared.events import Event, event_class
from shared.ids import uuid7
from shared.rows import one_of, update_rows
from shared.tables import kernel_tables

_metadata = MetaData()
kernel_tables(_metadata)
OUTBOX: Table = _metadata.tables["outbox"]
INBOX: Table = _metadata.tables["inbox"]
PARKED: Table = _metadata.tables["parked"]

# Put together once: these run with every message, and building them anew costs more than they do.
_COLUMNS = ("id", "type", "events", "body", "secret", "created_at")
_ADD = text(
    f"INSERT INTO outbox ({', '.join(_COLUMNS)}) "  # noqa: S608 - names of our own columns
    f"VALUES ({', '.join(f':{column}' for column in _COLUMNS)})"
).bindparams(*(bindparam(column, type_=OUTBOX.c[column].type) for column in _COLUMNS))
_ADD_ONE = (
    f"INSERT INTO outbox ({', '.join(_COLUMNS)}) "  # noqa: S608 - names of our own columns
    f"VALUES ({', '.join(f'${place}' for place, _ in enumerate(_COLUMNS, 1))})"
)
_OLDEST = "SELECT id, type, body FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT "
_CLAIM = f"{_OLDEST}$1 FOR UPDATE SKIP LOCKED"
_UNPUBLISHED = text(f"{_OLDEST}:most").columns(OUTBOX.c.id, OUTBOX.c.type, OUTBOX.c.body)


async def add(session: AsyncSession, *events: Event) -> None:
    """Write events into the caller's transaction, one row per type and per 500 events."""
    now = context(session).clock.now()
    by_type: dict[type[Event], list[Event]] = defaultdict(list)
    for event in events:
        by_type[type(event)].append(event)
    rows = [
        {
            "id": uuid7(),
            "type": kind.type,
            "events": len(chunk),
            "body": encode(chunk, now),
            "secret": int(kind.secret),
            "created_at": now,
        }
        for kind, group in by_type.items()
        for chunk in _chunks(group)
    ]
    if not rows:
        return
    session.info["outbox"] = True
    if _dialect(session) == "postgresql":
        for row in rows:
            await fetch(session, _ADD_ONE, *row.values())
    else:
        await session.execute(_ADD, rows)


def _dialect(session: AsyncSession) -> str:
    return session.get_bind().dialect.name


def _chunks(events: list[Event]) -> list[list[Event]]:
    return [events[start : start + MOST_EVENTS] for start in range(0, len(events), MOST_EVENTS)]


async def unpublished(session: AsyncSession, most: int) -> list[Message]:
    """Return the oldest messages not sent yet, each claimed by one relay only."""
    if _dialect(session) == "postgresql":
        return [Message(*row) for row in await fetch(session, _CLAIM, most)]
    rows = await session.execute(_UNPUBLISHED, {"most": most})
    return [Message(*row) for row in rows]


async def mark_published(session: AsyncSession, messages: Sequence[Message], at: datetime) -> None:
    """Note that messages are with every subscriber; the bodies of secret ones are blanked."""
    rows = [{"id": message.id, "published_at": at} for message in messages]
    await update_rows(session, OUTBOX, rows, key=("id",))
    secret = [m.id for m in messages if (kind := event_class(m.type)) is None or kind.secret]
    if secret:
        blank = update(OUTBOX).where(one_of(session, OUTBOX.c.id, secret))
        await session.execute(
            blank.where(OUTBOX.c.secret == 1).values(body=bindparam("blank", b"", LargeBinary))
        )


async def age(session: AsyncSession, now: datetime) -> tuple[int, float]:
    """Return how many rows wait to be sent and how many seconds the oldest has waited."""
    waiting, oldest = (
        await session.execute(
            select(func.count(), func.min(OUTBOX.c.created_at)).where(
                OUTBOX.c.published_at.is_(None)
            )
        )
    ).one()
    return waiting, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


async def history(
    database: Database, types: Sequence[str], since: datetime | None = None
) -> AsyncIterator[list[Message]]:
    """Yield what a producer has published, oldest first, under new message ids.

    The new ids let a replay pass the inbox of a consumer that has seen the originals; consumers
    are repeatable by design. Blanked secret messages are left out.
    """
    last = None
    while True:
        query = select(OUTBOX.c.id, OUTBOX.c.type, OUTBOX.c.body).where(
            OUTBOX.c.type.in_(types), OUTBOX.c.secret == 0
        )
        if since is not None:
            query = query.where(OUTBOX.c.created_at >= since)
        if last is not None:
            query = query.where(OUTBOX.c.id > last)
        async with database.reading() as session:
            rows = (await session.execute(query.order_by(OUTBOX.c.id).limit(20))).all()
        if not rows:
            return
        last = rows[-1].id
        yield [Message(uuid7(), row.type, row.body) for row in rows]


async def prune(session: AsyncSession, *, older_than: timedelta) -> int:
    """Delete what was published long ago; return how many rows went."""
    before = context(session).clock.now() - older_than
    gone = await session.execute(delete(OUTBOX).where(OUTBOX.c.published_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE gives a cursor result
