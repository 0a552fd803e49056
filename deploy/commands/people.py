"""`certtrack clients` and `certtrack staff`: who may use the API and the staff pages."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.commands.console import give_up, say
from deploy.commands.migrate import Data
from deploy.offline import settings_for, taken
from services.identity.domain.roles import ROLES
from services.identity.domain.scopes import VENDOR_SCOPES
from services.identity.handlers.clients import create_api_client
from services.identity.handlers.staff import create_staff
from shared.errors import Problem

clients = typer.Typer(no_args_is_help=True, help="Machines of testing vendors.")
staff = typer.Typer(no_args_is_help=True, help="People who work for programmes.")

_Result = TypeVar("_Result")
Programmes = Annotated[list[str], typer.Option("--programme", help="May be given several times.")]


def _in_identity(data: Data, work: Callable[[AsyncSession], Awaitable[_Result]]) -> _Result:
    async def run() -> _Result:
        async with (
            taken("identity", settings_for(data)) as identity,
            identity.state.context.database.transaction() as session,
        ):
            return await work(session)

    try:
        return asyncio.run(run())
    except Problem as problem:
        give_up(problem.detail or problem.title)


@clients.command("create")
def create_client(
    client_id: Annotated[str, typer.Argument(help="The id that the vendor signs in with.")],
    vendor: Annotated[str, typer.Option(help="The vendor's short name, such as vue.")],
    programme: Programmes,
    scope: Annotated[list[str] | None, typer.Option(help="Default: all.")] = None,
    name: Annotated[str | None, typer.Option(help="A name for people.")] = None,
    address: Annotated[
        list[str] | None,
        typer.Option(help="A network it may ask from, such as 192.0.2.0/24. Default: anywhere."),
    ] = None,
    data: Data = None,
) -> None:
    """Create a vendor's client and print its secret, which cannot be shown again."""

    async def create(session: AsyncSession) -> str:
        return await create_api_client(
            session,
            client_id=client_id,
            vendor=vendor,
            programmes=programme,
            scopes=scope or sorted(VENDOR_SCOPES),
            name=name,
            addresses=address or (),
        )

    say(f"client id      {client_id}\nclient secret  {_in_identity(data, create)}")


@staff.command("create")
def create_staff_member(
    email: Annotated[str, typer.Argument(help="Their address, which they sign in with.")],
    name: Annotated[str, typer.Option(help="Their name.")],
    programme: Programmes,
    password: Annotated[
        str,
        typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for."),
    ],
    role: Annotated[
        list[str] | None,
        typer.Option(help=f"{', '.join(ROLES)}. Default: administrator."),
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="Instead of roles: single things to allow.")
    ] = None,
    data: Data = None,
) -> None:
    """Create a staff member."""

    async def create(session: AsyncSession) -> object:
        return await create_staff(
            session,
            email=email,
            name=name,
            password=password,
            programmes=programme,
            scopes=scope or (),
            roles=role or ("administrator",),
        )

    _in_identity(data, create)
    say(f"{name} <{email}> may sign in for {', '.join(programme)}.")
