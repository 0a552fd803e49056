"""What an operation can ask for: the running service, a session, and who connected."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from shared.addresses import Address, client_address
from shared.context import ServiceContext


# Each of these is a coroutine, because the framework runs a plain function in a thread: two
# changes of thread for every request.
async def here(request: Request) -> ServiceContext:
    """Return the context of the service that a request is for."""
    found: ServiceContext = request.app.state.context
    return found


Here = Annotated[ServiceContext, Depends(here)]


async def write(here: Here) -> AsyncIterator[AsyncSession]:
    """Give a request one transaction, committed before the response goes out."""
    async with here.database.transaction() as session:
        yield session


async def read(here: Here) -> AsyncIterator[AsyncSession]:
    """Give a request a session for reading."""
    async with here.database.reading() as session:
        yield session


# scope="function": with the default the commit would come after the client has its answer.
Write = Annotated[AsyncSession, Depends(write, scope="function")]
Read = Annotated[AsyncSession, Depends(read, scope="function")]


def address_of(request: Request) -> Address | None:
    """Return the address of the client that a request comes from; None if it cannot be told."""
    hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    if request.client is not None:
        hops.append(request.client.host)
    return client_address(hops, request.app.state.context.settings.trusted_proxies)
