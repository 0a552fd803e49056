"""A request's body up to a limit, refused in our own words."""

from collections.abc import AsyncIterator

from fastapi import Request

from shared.errors import TooLarge


async def parts_of(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body as it arrives; raises TooLarge, naming the limit, as soon as it is passed."""
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise TooLarge(f"the body may have at most {most:,} bytes", limit=most)
        yield part


async def whole(request: Request, most: int) -> bytes:
    """The whole body, if it is not larger than allowed."""
    return b"".join([part async for part in parts_of(request, most)])
