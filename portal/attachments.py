"""Files out of the API, handed on to be saved and never shown in the page."""

import httpx2
from fastapi.responses import Response

LOCKED = "sandbox; default-src 'none'; frame-ancestors 'none'"


def passed_on(answer: httpx2.Response, name: str) -> Response:
    """Return an API's file as an attachment.

    name: what to call it when the API does not say; plain letters only.
    """
    said = answer.headers.get("content-disposition", "")
    if not said.startswith("attachment"):
        said = f'attachment; filename="{name}"'
    return Response(
        answer.content,
        media_type=answer.headers.get("content-type", "application/octet-stream"),
        headers={"content-disposition": said, "content-security-policy": LOCKED},
    )
