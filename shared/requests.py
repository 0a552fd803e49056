"""What an operation can ask for: the running service, and a session to write or to read."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from shared.context import ServiceContext


def here(request: Request) -> ServiceContext:
    """Return the context of the service that a request is for."""
    found: ServiceContext = request.app.state.context
    return found


async def write(request: Request) -> AsyncIterator[AsyncSession]:
    """Give a request one transaction, committed before the response goes out."""
    async with here(request).database.transaction() as session:
        yield session


async def read(request: Request) -> AsyncIterator[AsyncSession]:
    """Give a request a session for reading."""
    async with here(request).database.reading() as session:
        yield session


Here = Annotated[ServiceContext, Depends(here)]
# scope="function": with the default the commit would come after the client has its answer.
Write = Annotated[AsyncSession, Depends(write, scope="function")]
Read = Annotated[AsyncSession, Depends(read, scope="function")]
