"""The bus: carries messages from a service's relay to the consumers that subscribe to them."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol

from shared.envelope import Message

# So much is worth a transaction of its own, some hundreds of events. More of them in one would
# make it long, and the process large, without making it faster.
PORTION_BYTES = 150_000
# Returns once the effect of the messages is committed; raises if they are to come again.
Deliver = Callable[[Sequence[Message]], Awaitable[None]]


class Bus(Protocol):
    """What both buses promise: at least once to every subscriber, in no particular order."""

    def subscribe(self, consumer: str, types: Collection[str], deliver: Deliver) -> None:
        """Have messages of these types delivered to a consumer; before `start`."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """Return once every message is safe with every subscriber; raise if one may not be."""

    async def send(self, consumer: str, messages: Sequence[Message]) -> None:
        """Deliver messages to one consumer only (for replays)."""

    async def start(self) -> None:
        """Begin to deliver; does not wait for a broker that is away."""

    async def stop(self) -> None:
        """Stop delivering; what was not committed comes again."""

    def fault(self) -> str | None:
        """Return why the bus can't be used for the moment, or None."""
