"""Routes that vendors' machines use: each call is on record, and answered once for each key."""

import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from services.exams.errors import UnusableKey
from services.exams.handlers.calls import Answer, Key, Record, begin, digest_of, give_up, keep
from services.exams.routes.body import whole
from shared.auth import Audience, Principal
from shared.context import ServiceContext
from shared.errors import FieldError, Problem
from shared.gather import Gather
from shared.logs import log
from shared.requests import address_of

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

LONGEST_KEY = 255
_CALLER = Audience("vendor-or-staff", None)
_COUNTED = ("accepted", "duplicates", "rejected")


def tally(request: Request, channel: str, counts: Mapping[str, Any]) -> None:
    """Have the record of a call say how it came and what became of its items."""
    request.state.tally = (channel, {name: int(counts.get(name, 0)) for name in _COUNTED})


class Recorded(APIRoute):
    """A route whose calls go on record, and whose answers are kept for an Idempotency-Key.

    The key is that of draft-ietf-httpapi-idempotency-key-header: the same request with the same
    key is answered as before, another one is refused. Only what succeeded is kept.
    """

    # Whether the whole body is read to tell a request from another with the same key.
    whole_body = True

    def get_route_handler(self) -> Handler:
        """Return what handles a request of this route."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            started = time.perf_counter()
            try:
                response = await self._answer(request, inner)
            except Exception as error:
                await _record(request, _status_of(error), time.perf_counter() - started)
                raise
            await _record(request, response.status_code, time.perf_counter() - started)
            return response

        return handler

    async def _answer(self, request: Request, inner: Handler) -> Response:
        given = request.headers.get("idempotency-key")
        if given is None or request.method not in ("POST", "PUT", "PATCH"):
            return await inner(request)
        principal = await _CALLER(request)
        assert principal is not None
        here: ServiceContext = request.app.state.context
        request, body = await self._read(request, here.settings.max_body_bytes)
        parts = (request.method, request.url.path, request.url.query)
        digest = digest_of(*(part.encode() for part in parts), body)
        key = Key(principal.subject, _usable(given), digest)
        async with here.database.transaction() as session:
            known = await begin(session, key)
        if known is not None:
            again = {"Idempotency-Replayed": "true"}
            return Response(known.body, known.status, again, known.media_type)
        try:
            response = await inner(request)
        except Exception:
            async with here.database.transaction() as session:
                await give_up(session, key)
            raise
        answer = Answer(response.status_code, response.media_type, bytes(response.body))
        async with here.database.transaction() as session:
            await keep(session, key, answer)
        return response

    async def _read(self, request: Request, most: int) -> tuple[Request, bytes]:
        """Return the request with its body still to be read, and what tells it from others."""
        if not self.whole_body:
            return request, request.headers.get("content-length", "").encode()
        body = await whole(request, most)

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        return Request(request.scope, receive), body


class RecordedUpload(Recorded):
    """The same for bodies that are too large to be kept: told apart by their length."""

    whole_body = False


def _status_of(error: Exception) -> int:
    if isinstance(error, Problem):
        return error.status
    if isinstance(error, HTTPException):
        return error.status_code
    return 422 if isinstance(error, RequestValidationError) else 500


def _usable(given: str) -> str:
    key = given.strip().strip('"')
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        message = f"must be 1 to {LONGEST_KEY} printable ASCII characters"
        raise UnusableKey(
            f"the Idempotency-Key {message}",
            errors=[FieldError(field="Idempotency-Key", message=message)],
        )
    return key


async def _record(request: Request, status: int, seconds: float) -> None:
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None or principal.kind != "vendor":
        return
    here: ServiceContext = request.app.state.context
    channel, counts = getattr(request.state, "tally", ("api", dict.fromkeys(_COUNTED, 0)))
    address = address_of(request)
    calls: Gather[Record, None] = here.extras["calls"]
    made = Record(
        at=here.clock.now(),
        vendor=principal.vendor or "",
        client=principal.subject,
        programmes=" ".join(sorted(principal.programmes)),
        channel=channel,
        method=request.method,
        # Without the ids in it, which may be of a programme that a reader of the record has no
        # part in; the logs have them, under the request's id.
        path=getattr(request.scope.get("route"), "path", request.url.path)[:500],
        status=status,
        items=sum(counts.values()),
        **counts,
        bytes=int(request.headers.get("content-length") or 0),
        milliseconds=round(seconds * 1000),
        address=None if address is None else str(address),
        request_id=structlog.contextvars.get_contextvars().get("correlation"),
    )
    try:
        await calls.submit(made)
    except Exception as fault:
        # The call itself has been answered; its record is in the log then.
        log.error("a call could not be put on record", call=str(made), fault=repr(fault))
