"""Events that nobody of the house would send, or that a mistake since mended has parked."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic_core import to_json
from sqlalchemy import insert

from shared.database import Database
from shared.envelope import encode
from shared.events import Event
from shared.ids import uuid7
from shared.outbox import OUTBOX, PARKED
from tests.journeys.product import Json


def publish(database_url: str, kind: type[Event], envelopes: Sequence[Json]) -> None:
    """Have a producer's relay send envelopes as they are."""
    row = {
        "id": uuid7(),
        "type": kind.type,
        "events": len(envelopes),
        "body": to_json(list(envelopes)),
        "secret": 0,
        "created_at": datetime.now(UTC),
    }
    asyncio.run(_write(database_url, insert(OUTBOX).values(row)))


def park(database_url: str, event: Event, error: str) -> None:
    """Set a right event aside in a service, as one of its mistakes would have."""
    now = datetime.now(UTC)
    row = {
        "id": uuid7(),
        "message_id": str(uuid7()),
        "event_id": str(uuid7()),
        "programme": event.programme,
        "type": event.type,
        "subject": event.candidate_id,
        "body": encode([event], now),
        "error": error,
        "parked_at": now,
    }
    asyncio.run(_write(database_url, insert(PARKED).values(row)))


async def _write(database_url: str, statement: Json) -> None:
    database = Database(database_url)
    try:
        async with database.transaction() as session:
            await session.execute(statement)
    finally:
        await database.close()
