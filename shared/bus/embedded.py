"""The bus of one process: the publisher's outbox is the durable queue.

A row is marked published only after every subscriber has committed, so a crash anywhere leaves
the row to be sent again, and the inbox absorbs what had already taken effect.
"""

import asyncio
from collections.abc import Collection, Iterator, Sequence

from shared.bus import PORTION_BYTES, Deliver
from shared.envelope import Message


class EmbeddedBus:
    """Hands messages to subscribers in the same process."""

    def __init__(self) -> None:
        self._subscribers: dict[str, tuple[frozenset[str], Deliver]] = {}

    def subscribe(self, consumer: str, types: Collection[str], deliver: Deliver) -> None:
        """Have messages of these types delivered to a consumer."""
        self._subscribers[consumer] = (frozenset(types), deliver)

    async def publish(self, messages: Sequence[Message]) -> None:
        """Deliver to all subscribers at once; raise the first fault when all have ended."""
        deliveries = []
        for types, deliver in self._subscribers.values():
            mine = [message for message in messages if message.type in types]
            if mine:
                deliveries.append(_in_portions(deliver, mine))
        for outcome in await asyncio.gather(*deliveries, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def send(self, consumer: str, messages: Sequence[Message]) -> None:
        """Deliver messages to one consumer only."""
        types, deliver = self._subscribers[consumer]
        await _in_portions(deliver, [message for message in messages if message.type in types])

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to disconnect from."""

    def fault(self) -> str | None:
        """Return None: the bus is always there."""
        return None


async def _in_portions(deliver: Deliver, messages: Sequence[Message]) -> None:
    for portion in _portions(messages):
        await deliver(portion)


def _portions(messages: Sequence[Message]) -> Iterator[list[Message]]:
    portion: list[Message] = []
    size = 0
    for message in messages:
        portion.append(message)
        size += len(message.body)
        if size >= PORTION_BYTES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
