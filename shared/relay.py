"""The relay: takes rows from the outbox to the bus, and marks them only then."""

import asyncio
import contextlib

from shared import metrics, outbox
from shared.bus import Bus
from shared.clock import Clock
from shared.database import Database
from shared.envelope import Message
from shared.failpoints import failpoint
from shared.logs import log

BATCH = 40
POLL_SECONDS = 1.0


class Relay:
    """Sends one service's outbox, woken by each commit, polling as a fall-back."""

    def __init__(self, name: str, database: Database, bus: Bus, clock: Clock) -> None:
        self.name = name
        self.database = database
        self.bus = bus
        self.clock = clock

    async def run(self) -> None:
        """Send until cancelled; a fault is logged and tried again, nothing is given up."""
        pause = 0.1
        while True:
            self.database.committed.clear()
            try:
                while await self.send() == BATCH:
                    pass
                pause = 0.1
            except asyncio.CancelledError:
                raise
            except Exception as fault:  # whatever it was, the rows are still there
                log.warning("relay waits", service=self.name, fault=repr(fault), seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.database.committed.wait(), POLL_SECONDS)

    async def send(self) -> int:
        """Send the oldest rows; return how many there were."""
        if self.database.dialect == "sqlite":
            # One process, one relay: nothing to lock, and no writer is held up while sending.
            async with self.database.reading() as session:
                messages = await outbox.unpublished(session, BATCH)
            if messages:
                await self._publish(messages)
                async with self.database.transaction() as session:
                    await outbox.mark_published(session, messages, self.clock.now())
            return len(messages)
        async with self.database.transaction() as session:
            # The row locks keep other relays away until the rows are marked.
            messages = await outbox.unpublished(session, BATCH)
            if messages:
                await self._publish(messages)
                await outbox.mark_published(session, messages, self.clock.now())
        return len(messages)

    async def _publish(self, messages: list[Message]) -> None:
        failpoint("relay.before_publish")
        await self.bus.publish(messages)
        failpoint("relay.after_publish")
        metrics.published(self.name, messages)
