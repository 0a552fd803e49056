"""What the gateway is in the distributed form: the way in, from outside and for the portal."""

import ipaddress
from uuid import uuid4

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.embedded.limits import Limiter
from shared.errors import NotFound, TooManyRequests
from shared.problems import render

# As the gateway: said about the way here by the caller, and not believed.
_STRIPPED = frozenset(
    {
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-prefix",
        b"x-forwarded-proto",
        b"x-real-ip",
        b"x-original-url",
        b"x-rewrite-url",
        b"x-http-method-override",
        b"forwarded",
        b"proxy",
    }
)
_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=()",
    b"cross-origin-opener-policy": b"same-origin",
}
_API_POLICY = b"default-src 'none'; frame-ancestors 'none'"
_INTERNAL = ("/metrics", "/healthz", "/readyz")
_SERVICE_PATH = 3  # slashes in /api/<service>/<internal>


class Door:
    """Middleware around the whole product: limits, header stripping, security headers.

    inside: the portal's own way in, on which it names the visitor it asks for.
    """

    def __init__(
        self, app: ASGIApp, limiter: Limiter, *, public_url: str, inside: bool = False
    ) -> None:
        self._app = app
        self._limiter = limiter
        self._public_url = public_url
        self._scheme = public_url.partition(":")[0].encode()
        self._inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        client = self._client(scope)
        request_id = next((v for k, v in scope["headers"] if k == b"x-request-id"), None)
        kept = [pair for pair in scope["headers"] if pair[0] not in _STRIPPED]
        if client:
            kept.append((b"x-forwarded-for", client.encode("latin-1")))
        kept.append((b"x-forwarded-proto", self._scheme))
        if request_id is None:
            kept.append((b"x-request-id", uuid4().hex.encode()))
        inner = {**scope, "headers": kept}

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _completed(message["headers"], path)}
            await send(message)

        refusal = self._refusal(scope["method"], path, client)
        await (refusal or self._app)(inner, receive, sending)

    def _client(self, scope: Scope) -> str | None:
        if not self._inside:
            return scope["client"][0] if scope.get("client") else "unknown"
        for key, value in scope["headers"]:
            if key == b"x-forwarded-for":
                named = value.decode("latin-1").rpartition(",")[2].strip()
                return named if _is_address(named) else "unknown"
        return None

    def _refusal(self, method: str, path: str, client: str | None) -> Response | None:
        if client is not None and (wait := self._limiter.refuse(method, path, client)):
            return render(
                TooManyRequests(
                    f"Too many requests from this address. Try again in {wait} s.",
                    headers={"Retry-After": str(wait)},
                ),
                self._public_url,
            )
        # A service's own health and figures: here they are the whole product's, at the root.
        if (
            path.startswith("/api/")
            and path.rstrip("/").endswith(_INTERNAL)
            and path.count("/") == _SERVICE_PATH
        ):
            return render(NotFound("There is nothing at this address."), self._public_url)
        return None


def _completed(headers: list[tuple[bytes, bytes]], path: str) -> list[tuple[bytes, bytes]]:
    present = {key.lower() for key, _ in headers}
    added = [(key, value) for key, value in _ALWAYS.items() if key not in present]
    if path.startswith("/api/") and b"content-security-policy" not in present:
        added.append((b"content-security-policy", _API_POLICY))
    return [*headers, *added]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
