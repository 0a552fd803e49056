"""`certtrack events replay`: one service's history into another."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Annotated

import typer

from deploy.commands.console import WRONG_INPUT, give_up, say
from deploy.commands.migrate import Data
from deploy.embedded.settings import EmbeddedSettings
from deploy.members import SERVICES
from deploy.offline import settings_for, taken
from shared import outbox
from shared.bus.topology import subscribers
from shared.envelope import Message

app = typer.Typer(no_args_is_help=True, help="What the services have published.")


@app.callback()
def events() -> None:
    """What the services have published."""


@app.command()
def replay(
    producer: Annotated[str, typer.Option("--from", help="Whose history.")],
    consumer: Annotated[str, typer.Option("--to", help="Who is to hear it again.")],
    since: Annotated[
        datetime | None, typer.Option(help="Only what was written from then on (UTC).")
    ] = None,
    data: Data = None,
) -> None:
    """Tell a service again what another has published: to rebuild it, or when it is new.

    With CERTTRACK_BUS_URL the messages go into the consumer's queue at the broker; otherwise they
    are handled here. Consumers are repeatable: what they know already changes nothing.
    """
    for name in (producer, consumer):
        if name not in SERVICES:
            give_up(f"There is no service {name!r}: {', '.join(SERVICES)}.", WRONG_INPUT)
    types = sorted(kind for kind in subscribers()[consumer] if kind.partition(".")[0] == producer)
    if not types:
        give_up(f"{consumer} listens to nothing that {producer} publishes.", WRONG_INPUT)
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    count = asyncio.run(_replay(producer, consumer, types, since, settings_for(data)))
    say(f"{count} messages of {producer} replayed into {consumer}: {', '.join(types)}")


async def _replay(
    producer: str,
    consumer: str,
    types: list[str],
    since: datetime | None,
    settings: EmbeddedSettings,
) -> int:
    count = 0
    async with AsyncExitStack() as stack:
        source = await stack.enter_async_context(taken(producer, settings))
        deliver = await _way_to(consumer, settings, stack)
        async for messages in outbox.history(source.state.context.database, types, since):
            await deliver(messages)
            count += len(messages)
    return count


async def _way_to(
    consumer: str, settings: EmbeddedSettings, stack: AsyncExitStack
) -> Callable[[list[Message]], Awaitable[None]]:
    if settings.bus_url.startswith("amqp"):
        from shared.bus.rabbit import RabbitBus

        bus = RabbitBus(settings.bus_url, name="replay")
        await bus.start()
        stack.push_async_callback(bus.stop)

        async def send(messages: list[Message]) -> None:
            await bus.send(consumer, messages)

        return send
    target = await stack.enter_async_context(taken(consumer, settings))

    async def handle(messages: list[Message]) -> None:
        await target.state.consumer.deliver(messages)

    return handle
