"""What every answer carries: the security headers, and the cookies its visit set."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
ALWAYS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
HTTPS_ONLY = {"strict-transport-security": "max-age=31536000; includeSubDomains"}


def harden(headers: MutableHeaders, *, secure: bool) -> None:
    """Add the security headers that the answer has not set itself."""
    for name, value in (ALWAYS | HTTPS_ONLY if secure else ALWAYS).items():
        headers.setdefault(name, value)


class AnswerHeaders:
    """Middleware around every answer, also those about failures."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        """Take the application; secure when visitors use https."""
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and complete its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                harden(headers, secure=self._secure)
                visit = scope.get("state", {}).get("visit")
                for cookie in visit.cookies() if visit else ():
                    headers.append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, complete)
