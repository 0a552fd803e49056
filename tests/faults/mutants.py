"""Builds broken on purpose, one promise each, which the check of the faults must find out.

Each breaks the running process for good: only for processes of their own, which are `desk_process`
and a service whose application is made by `create_app` here.
"""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.members import member
from shared import inbox, outbox
from shared.bus import Deliver
from shared.bus.embedded import EmbeddedBus
from shared.bus.rabbit import RabbitBus, _message
from shared.envelope import Message
from shared.failpoints import failpoint
from shared.relay import BATCH, Relay


def ack_before_commit() -> None:
    """Whoever delivers is told "done" before the effect is committed."""

    async def consume(self: RabbitBus, inward: asyncio.Queue[Any], deliver: Deliver) -> None:
        while True:
            incoming = await inward.get()
            await incoming.ack()
            # An answer on the same channel: the acknowledgement is with the broker by now.
            await incoming.channel.basic_qos(prefetch_count=self.prefetch)
            await deliver([_message(incoming)])
            failpoint("consumer.before_ack")

    marked = asyncio.Event()
    send = Relay.send

    async def send_and_tell(self: Relay) -> int:
        sent = await send(self)
        marked.set()
        return sent

    working: set[asyncio.Task[None]] = set()

    async def publish(self: EmbeddedBus, messages: Sequence[Message]) -> None:
        async def later(deliver: Deliver, mine: list[Message]) -> None:
            await marked.wait()
            await deliver(mine)

        for types, deliver in self._subscribers.values():
            if mine := [message for message in messages if message.type in types]:
                working.add(asyncio.create_task(later(deliver, mine)))

    _replace(RabbitBus, "_consume", consume)
    _replace(Relay, "send", send_and_tell)
    _replace(EmbeddedBus, "publish", publish)


def mark_before_publish() -> None:
    """The outbox's rows are marked and committed before they are with the bus."""

    async def send(self: Relay) -> int:
        async with self.database.transaction() as session:
            messages = await outbox.unpublished(session, BATCH)
            if messages:
                await outbox.mark_published(session, messages, self.clock.now())
        if messages:
            await self._publish(messages)
        return len(messages)

    _replace(Relay, "send", send)


def no_inbox() -> None:
    """Every message is taken for new."""

    async def claim(
        _session: AsyncSession, messages: Sequence[Message], _now: datetime
    ) -> list[Message]:
        return list(messages)

    _replace(inbox, "claim", claim)


def _replace(owner: Any, name: str, broken: Any) -> None:
    assert hasattr(owner, name), f"{owner} has no {name} to break"
    setattr(owner, name, broken)


MUTANTS: Mapping[str, Callable[[], None]] = {
    "as it is": lambda: None,
    "ack before commit": ack_before_commit,
    "mark before publish": mark_before_publish,
    "no inbox": no_inbox,
}


def create_app() -> FastAPI:
    """Make the application of the service named in the environment, broken as named there."""
    MUTANTS[os.environ["CERTTRACK_BROKEN_BUILD"]]()
    return member(os.environ["CERTTRACK_BROKEN_SERVICE"]).factory()()
