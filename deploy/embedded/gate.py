"""The embedded bus behind a gate: nothing is delivered before every subscriber is ready."""

import asyncio
from collections.abc import Sequence

from shared.bus.embedded import EmbeddedBus
from shared.envelope import Message


class GatedBus(EmbeddedBus):
    """Holds messages back until it is opened.

    The services of one process start one after the other, and the first one's relay finds what
    an earlier run left in its outbox before the last one has its mailer.
    """

    def __init__(self) -> None:
        super().__init__()
        self._open = asyncio.Event()

    def open(self) -> None:
        """Deliver from now on."""
        self._open.set()

    async def publish(self, messages: Sequence[Message]) -> None:
        """Deliver to all subscribers, when all are ready."""
        await self._open.wait()
        await super().publish(messages)
