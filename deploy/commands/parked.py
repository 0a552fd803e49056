"""`certtrack parked`: events that could not be handled and wait for a person."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

import typer
from fastapi import FastAPI

from deploy.commands.console import WRONG_INPUT, give_up, say
from deploy.commands.migrate import Data
from deploy.members import SERVICES
from deploy.offline import settings_for, taken
from shared import parked
from shared.errors import Problem

app = typer.Typer(no_args_is_help=True, help="Events that could not be handled.")
_Work = Callable[[FastAPI, UUID], Awaitable[str]]
_MOST = 1_000
_BY = "command line"
Ids = Annotated[list[UUID] | None, typer.Argument(help="Their ids; left out, all of them.")]
Service = Annotated[str, typer.Argument(help="The service whose events they are.")]


def _known(service: str) -> str:
    if service not in SERVICES:
        give_up(f"There is no service {service!r}: {', '.join(SERVICES)}.", WRONG_INPUT)
    return service


@app.command("list")
def list_parked(
    service: Annotated[str | None, typer.Argument(help="Left out, every service.")] = None,
    data: Data = None,
) -> None:
    """List parked events, oldest first, with the error that each met."""

    async def run(name: str) -> int:
        async with (
            taken(name, settings_for(data)) as one,
            one.state.context.database.reading() as session,
        ):
            rows = await parked.waiting(session, after=None, limit=_MOST)
        for row in rows:
            when = row["parked_at"].isoformat(timespec="seconds")
            say(f"{name}  {row['id']}  {when}  {row['type']}  {row['subject'] or '-'}")
            say(f"    {row['error']}")
        return len(rows)

    names = SERVICES if service is None else (_known(service),)
    if not sum(asyncio.run(run(name)) for name in names):
        say("Nothing is parked.")


@app.command()
def retry(service: Service, ids: Ids = None, data: Data = None) -> None:
    """Handle parked events once more; those that fail again stay parked."""
    _each(service, ids, data, _retry)


@app.command()
def discard(service: Service, ids: Ids, data: Data = None) -> None:
    """Give parked events up; they stay on record."""
    if not ids:
        give_up("Name the events to discard.", WRONG_INPUT)
    _each(service, ids, data, _discard)


def _each(service: str, ids: list[UUID] | None, data: Data, work: _Work) -> None:
    async def run() -> None:
        async with taken(_known(service), settings_for(data)) as one:
            database = one.state.context.database
            async with database.reading() as session:
                rows = await parked.waiting(session, after=None, limit=_MOST)
            for event in ids or [row["id"] for row in rows]:
                try:
                    say(f"{event}: {await work(one, event)}")
                except Problem as problem:
                    give_up(f"{event}: {problem.detail or problem.title}")

    asyncio.run(run())


async def _retry(service: FastAPI, event: UUID) -> str:
    async with service.state.context.database.transaction() as session:
        worked = await service.state.consumer.retry(session, event, _BY)
    return "handled" if worked else "failed again, stays parked"


async def _discard(service: FastAPI, event: UUID) -> str:
    context = service.state.context
    async with context.database.transaction() as session:
        await parked.get(session, event)
        await parked.settle(session, event, "discarded", _BY, context.clock.now())
    return "discarded"
