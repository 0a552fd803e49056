"""The books of all services: what is in them to the last row, and whether all has arrived."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared.bus.topology import subscribers

# What each service keeps of people and results, under the name by which an expectation calls it.
KEPT: Mapping[str, Mapping[str, str]] = {
    "identity": {
        "identity.candidates": "candidates",
        "identity.testing_ids": "testing_ids",
    },
    "exams": {
        "exams.registrations": "registrations",
        "exams.results": "results",
        "exams.waiting": "results WHERE state = 'waiting'",
    },
    "certifications": {
        "certifications.candidates": "candidates WHERE version > 0",
        "certifications.certifications": "certifications",
    },
    "transcripts": {
        "transcripts.holders": "holders",
        "transcripts.holdings": "holdings WHERE version > 0",
    },
    "fulfillment": {"fulfillment.entitlements": "entitlements"},
    "notifications": {
        "notifications.contacts": "contacts",
        "notifications.sent": "emails WHERE state = 'sent'",
        "notifications.failed": "emails WHERE state = 'failed'",
        "notifications.suppressed": "emails WHERE state = 'suppressed'",
        "notifications.unsent": "emails WHERE state IN ('queued', 'waiting')",
    },
}


@dataclass
class Reading:
    """All books at one time.

    counts: rows kept, and events ever written, by name or type; behind: what is still under way.
    """

    counts: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    inboxes: Counter[str] = field(default_factory=Counter)
    unpublished: Counter[str] = field(default_factory=Counter)
    parked: Counter[str] = field(default_factory=Counter)

    @property
    def behind(self) -> dict[str, int]:
        """What has not arrived: rows of outboxes, messages missing in inboxes, mail not sent."""
        missing = {
            f"{consumer}.inbox": sum(self.messages[type_] for type_ in types)
            - self.inboxes[consumer]
            for consumer, types in subscribers().items()
        }
        outboxes = {f"{name}.outbox": rows for name, rows in self.unpublished.items()}
        unsent = {"notifications.unsent": self.counts["notifications.unsent"]}
        return {name: rows for name, rows in (missing | outboxes | unsent).items() if rows}

    def since(self, before: "Reading") -> dict[str, int]:
        """What has been added to the counts."""
        names = self.counts.keys() | before.counts.keys()
        added = {name: self.counts[name] - before.counts[name] for name in names}
        return {name: rows for name, rows in sorted(added.items()) if rows}


class Books:
    """Reads the databases of all services from outside, whoever of them is dead at the time."""

    def __init__(self, databases: Mapping[str, str]) -> None:
        # A connection for each look: the servers are killed between two.
        self._engines: dict[str, AsyncEngine] = {
            name: create_async_engine(url, poolclass=NullPool) for name, url in databases.items()
        }

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for engine in self._engines.values():
            await engine.dispose()

    async def read(self) -> Reading:
        """Read everything."""
        reading = Reading()
        for service, kept in KEPT.items():
            async with self._engines[service].connect() as connection:
                for name, what in kept.items():
                    number = await connection.scalar(text(f"SELECT count(*) FROM {what}"))
                    reading.counts[name] = int(number or 0)
                rows = await connection.execute(
                    text(
                        "SELECT type, count(*), sum(events),"
                        " sum(CASE WHEN published_at IS NULL THEN 1 ELSE 0 END)"
                        " FROM outbox GROUP BY type"
                    )
                )
                for type_, messages, events, unpublished in rows:
                    reading.messages[type_] += int(messages)
                    reading.counts[type_] += int(events)
                    reading.unpublished[service] += int(unpublished)
                inbox = await connection.scalar(text("SELECT count(*) FROM inbox"))
                reading.inboxes[service] = int(inbox or 0)
                parked = await connection.scalar(text("SELECT count(*) FROM parked"))
                reading.parked[service] = int(parked or 0)
        return reading

    async def count(self, name: str) -> int:
        """Read one count of rows kept."""
        service = name.partition(".")[0]
        async with self._engines[service].connect() as connection:
            statement = text(f"SELECT count(*) FROM {KEPT[service][name]}")
            return int(await connection.scalar(statement) or 0)

    async def execute(self, service: str, statement: str) -> None:
        """Change a service's database behind its back."""
        async with self._engines[service].begin() as connection:
            await connection.execute(text(statement))

    async def message_ids(self) -> list[str]:
        """The Message-ID of every mail that is down as sent."""
        async with self._engines["notifications"].connect() as connection:
            statement = text("SELECT message_id FROM emails WHERE state = 'sent'")
            return list((await connection.execute(statement)).scalars())

    async def settled(self, seconds: float = 120, *, but: str = "") -> Reading:
        """Wait until nothing is under way any more; twice, as the books are read one by one.

        but: what may stay, such as mail for people who have no address.
        """
        last = Reading()
        try:
            async with asyncio.timeout(seconds):
                previous = None
                while True:
                    last = await self.read()
                    if last.behind.keys() - {but}:
                        previous = None
                    elif previous == last:
                        return last
                    else:
                        previous = last
                    await asyncio.sleep(0.25)
        except TimeoutError:
            raise AssertionError(f"not settled after {seconds:.0f} s: {last.behind}") from None


async def reached(holds: Callable[[], Awaitable[bool]], seconds: float = 120) -> None:
    """Wait until something holds, whatever is away meanwhile."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                if await holds():
                    return
            except (SQLAlchemyError, OSError):
                pass
            await asyncio.sleep(0.01)
