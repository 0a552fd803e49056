"""A service cut down to the kernel: a database, an outbox, a consumer and a relay on a real bus."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared import outbox
from shared.bus import Bus
from shared.bus.embedded import EmbeddedBus
from shared.bus.rabbit import RabbitBus
from shared.clock import SystemClock
from shared.consuming import Consumer
from shared.context import ServiceContext
from shared.database import Database
from shared.events import Event, ExamPassed
from shared.ids import uuid7
from shared.outbox import INBOX, OUTBOX, PARKED
from shared.relay import Relay
from shared.rows import upsert
from shared.tables import NAMING, kernel_tables
from tests.modes import Mode

METADATA = MetaData(naming_convention=NAMING)
kernel_tables(METADATA)
EFFECTS = Table(
    "effects",
    METADATA,
    Column("key", String(80), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("times", Integer, nullable=False),
)


def passed(number: int, *, code: str = "200-301", version: int = 1) -> ExamPassed:
    return ExamPassed(
        programme="cisco",
        candidate_id=f"CSCO{10_000_000 + number}",
        version=version,
        result_id=uuid7(),
        vendor="vue",
        registration_number=f"R{number}",
        exam_code=code,
        exam_date=date(2026, 10, 1),
        received_at=datetime.now(UTC),
    )


@dataclass
class Desk:
    """One service's database and its consumer."""

    name: str
    database: Database
    consumer: Consumer
    relay: Relay
    handled: list[Sequence[Event]] = field(default_factory=list)

    async def add(self, *events: Event) -> None:
        async with self.database.transaction() as session:
            await outbox.add(session, *events)

    async def effects(self) -> dict[str, tuple[int, int]]:
        async with self.database.reading() as session:
            rows = (await session.execute(select(EFFECTS))).all()
        return {row.key: (row.version, row.times) for row in rows}

    async def parked(self) -> list[dict[str, Any]]:
        async with self.database.reading() as session:
            return [dict(row) for row in (await session.execute(select(PARKED))).mappings()]

    async def inbox(self) -> int:
        async with self.database.reading() as session:
            return int(
                (await session.execute(select(func.count()).select_from(INBOX))).scalar_one()
            )

    async def unpublished(self) -> int:
        async with self.database.reading() as session:
            query = select(func.count()).where(OUTBOX.c.published_at.is_(None))
            return int((await session.execute(query)).scalar_one())


@dataclass
class House:
    """The desks of one test and the bus between them."""

    mode: Mode
    desks: dict[str, Desk] = field(default_factory=dict)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    buses: list[Bus] = field(default_factory=list)
    shared_bus: EmbeddedBus = field(default_factory=EmbeddedBus)

    async def open(
        self,
        name: str,
        handler: Callable[..., Any] | None = None,
        types: Sequence[type[Event]] = (ExamPassed,),
    ) -> Desk:
        """Open a service; `handler(session, events)` runs before the effect is recorded."""
        database = Database(self.mode.database_url(name))
        database.context = ServiceContext(name, None, SystemClock(), database, None)  # type: ignore[arg-type]  # the kernel alone needs neither settings nor programmes
        async with database.engine.begin() as connection:
            await connection.run_sync(METADATA.create_all)

        async def on_events(session: AsyncSession, events: Sequence[ExamPassed]) -> None:
            if handler is not None:
                await handler(session, events)
            newest = {event.registration_number: event for event in events}
            for event in events:
                if event.version > newest[event.registration_number].version:
                    newest[event.registration_number] = event
            rows = [{"key": k, "version": e.version, "times": 1} for k, e in newest.items()]
            await upsert(session, EFFECTS, rows, key=("key",), update=("version",), newer="version")
            desk.handled.append(events)

        consumer = Consumer(name, database, [(kind, on_events) for kind in types], SystemClock())
        bus = self.bus(name)
        bus.subscribe(name, consumer.types, consumer.deliver)
        desk = Desk(name, database, consumer, Relay(name, database, bus, SystemClock()))
        self.desks[name] = desk
        await bus.start()
        return desk

    def bus(self, name: str) -> Bus:
        if not self.mode.distributed:
            return self.shared_bus
        bus = RabbitBus(self.mode.bus_url, name=name)
        self.buses.append(bus)
        return bus

    def start_relay(self, name: str) -> None:
        self.tasks.append(asyncio.create_task(self.desks[name].relay.run()))

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        for bus in self.buses:
            await bus.stop()
        for desk in self.desks.values():
            await desk.database.close()


@asynccontextmanager
async def house(mode: Mode) -> AsyncIterator[House]:
    opened = House(mode)
    try:
        yield opened
    finally:
        await opened.close()


async def until(holds: Callable[[], Any], seconds: float = 30.0) -> None:
    """Wait until something holds; the limit only ends a test that would never end."""
    async with asyncio.timeout(seconds):
        while True:
            outcome = holds()
            if asyncio.iscoroutine(outcome):
                outcome = await outcome
            if outcome:
                return
            await asyncio.sleep(0.02)
