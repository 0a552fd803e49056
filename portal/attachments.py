"""Files out of the API, handed on to be saved and never shown in the page."""

from collections.abc import AsyncIterator

import httpx2
from fastapi.responses import Response, StreamingResponse

LOCKED = "sandbox; default-src 'none'; frame-ancestors 'none'"


def passed_on(answer: httpx2.Response, name: str) -> Response:
    """Return an API's file as an attachment.

    name: what to call it when the API does not say; plain letters only.
    """
    return Response(
        answer.content,
        media_type=answer.headers.get("content-type", "application/octet-stream"),
        headers=_saved(answer, name),
    )


def _saved(answer: httpx2.Response, name: str) -> dict[str, str]:
    said = answer.headers.get("content-disposition", "")
    if not said.startswith("attachment"):
        said = f'attachment; filename="{name}"'
    return {"content-disposition": said, "content-security-policy": LOCKED}


def streamed_on(answer: httpx2.Response, name: str) -> Response:
    """Return an API's file as an attachment while it arrives: it may be too large for memory."""
    type_ = answer.headers.get("content-type", "application/octet-stream")
    return StreamingResponse(pieces_of(answer), media_type=type_, headers=_saved(answer, name))


async def pieces_of(answer: httpx2.Response) -> AsyncIterator[bytes]:
    """Yield an API's answer as it arrives, and leave when its reader leaves."""
    try:
        async for piece in answer.aiter_bytes():
            yield piece
    finally:
        await answer.aclose()
