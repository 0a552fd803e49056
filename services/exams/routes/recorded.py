"""Routes that vendors' machines use: each call is on record, and answered once for each key."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive, Scope, Send

from services.exams.errors import UnusableKey
from services.exams.handlers.calls import (
    Along,
    Answer,
    Key,
    Record,
    begin,
    digest_of,
    give_up,
    keep,
)
from services.exams.routes.body import whole
from shared.auth import Audience, Principal
from shared.context import ServiceContext
from shared.errors import FieldError
from shared.gather import Gather
from shared.logs import log
from shared.problems import problem_of
from shared.requests import address_of

LONGEST_KEY = 255
# What the column holds; a caller may claim any number, and a body so large is never taken.
MOST_BYTES = 2**31 - 1
_CALLER = Audience("vendor-or-staff", None)
_COUNTED = ("accepted", "duplicates", "rejected")


def tally(request: Request, channel: str, counts: Mapping[str, Any]) -> None:
    """Have the record of a call say how it came and what became of its items."""
    request.state.tally = (channel, {name: int(counts.get(name, 0)) for name in _COUNTED})


def record_of(request: Request, status: int) -> Record | None:
    """The record of a call as it stands now; None if it is no vendor's machine that calls."""
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None or principal.kind != "vendor":
        return None
    channel, counts = getattr(request.state, "tally", ("api", dict.fromkeys(_COUNTED, 0)))
    address = address_of(request)
    here: ServiceContext = request.app.state.context
    return Record(
        at=here.clock.now(),
        vendor=principal.vendor or "",
        client=principal.subject[:80],
        programmes=" ".join(sorted(principal.programmes)),
        channel=channel,
        method=request.method,
        # Without the ids in it, which may be of a programme that a reader of the record has
        # no part in; the logs have them, under the request's id.
        path=getattr(request.scope.get("route"), "path", request.url.path)[:500],
        status=status,
        items=sum(counts.values()),
        **counts,
        bytes=min(int(request.headers.get("content-length") or 0), MOST_BYTES),
        milliseconds=round((time.perf_counter() - request.state.started) * 1000),
        address=None if address is None else str(address),
        request_id=structlog.contextvars.get_contextvars().get("correlation"),
    )


def record_along(request: Request, channel: str) -> Along | None:
    """What makes the record of a call that is answered well, to be written with what it does.

    One transaction less for each post. None for a call with a key, which is on record only once
    its answer is kept. Whoever writes it says so once that is committed (`on_record`).
    """
    if getattr(request.state, "keyed", False):
        return None
    # Now, because whoever writes several at once knows nothing of their requests.
    begun = record_of(request, HTTPStatus.OK)
    if begun is None:
        return None

    def made(counts: Mapping[str, int]) -> Record:
        took = round((time.perf_counter() - request.state.started) * 1000)
        return replace(
            begun,
            channel=channel,
            items=sum(counts.values()),
            accepted=counts["accepted"],
            duplicates=counts["duplicates"],
            rejected=counts["rejected"],
            milliseconds=took,
        )

    return made


def on_record(request: Request) -> None:
    """Have a call not put on record again when it is answered."""
    request.state.on_record = True


class Recorded(APIRoute):
    """A route whose calls go on record, and whose answers are kept for an Idempotency-Key.

    The key is that of draft-ietf-httpapi-idempotency-key-header: the same request with the same
    key is answered as before, another one is refused. Only what succeeded is kept.
    """

    # Whether the whole body is read to tell a request from another with the same key.
    whole_body = True

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; what is answered is sent once it is committed, kept and on record."""
        request = Request(scope, receive)
        request.state.started = time.perf_counter()
        answering = _Answering(request, send)
        try:
            receive = await self._begin(request, answering)
        except Exception as fault:
            await answering.record(problem_of(fault).status)
            raise
        if answering.known is not None:
            await answering.repeat(answering.known)
            return
        try:
            await super().handle(scope, receive, answering.send)
        except Exception as fault:
            # It is answered further out, past what holds answers back.
            await answering.fail(problem_of(fault).status)
            raise

    async def _begin(self, request: Request, answering: "_Answering") -> Receive:
        """Take the request's key, if it has one; return what its body is to be read from."""
        given = request.headers.get("idempotency-key")
        if given is None or request.method not in ("POST", "PUT", "PATCH"):
            return request.receive
        principal = await _CALLER(request)
        assert principal is not None
        receive, body = request.receive, request.headers.get("content-length", "").encode()
        if self.whole_body:
            body = await whole(request, answering.here.settings.max_body_bytes)
            receive = _again(body)
        parts = (request.method, request.url.path, request.url.query)
        digest = digest_of(*(part.encode() for part in parts), body)
        key = Key(principal.subject, _usable(given), digest)
        async with answering.here.database.transaction() as session:
            answering.known = await begin(session, key)
        answering.key = key
        request.state.keyed = True
        return receive


class RecordedUpload(Recorded):
    """The same for bodies that are too large to be kept: told apart by their length."""

    whole_body = False


def _usable(given: str) -> str:
    key = given.strip().strip('"')
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        message = f"must be 1 to {LONGEST_KEY} printable ASCII characters"
        raise UnusableKey(
            f"the Idempotency-Key {message}",
            errors=[FieldError(field="Idempotency-Key", message=message)],
        )
    return key


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


class _Answering:
    """What is sent of an answer, held back until it is on record, and with a key until it is kept.

    The first part of an answer comes after the transaction of a request has ended.
    """

    def __init__(self, request: Request, send: Send) -> None:
        self.here: ServiceContext = request.app.state.context
        self.key: Key | None = None
        self.known: Answer | None = None
        self._request = request
        self._send = send
        self._start: Message | None = None
        self._body = b""
        self._told = False

    async def send(self, message: Message) -> None:
        """Send a part of the answer on, or hold it back."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is None:
            await self._send(message)
            return
        if self.key is not None:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            await self._keep(self.key, self._start)
            message = {**message, "body": self._body}
        await self.record(self._start["status"])
        start, self._start = self._start, None
        await self._send(start)
        await self._send(message)

    async def repeat(self, known: Answer) -> None:
        """Give an answer again."""
        again = {"Idempotency-Replayed": "true"}
        response = Response(known.body, known.status, again, known.media_type)
        self.key = None
        await response(self._request.scope, self._request.receive, self.send)

    async def fail(self, status: int) -> None:
        """Put a call that broke down on record, and give its key back for the next try."""
        if self.key is not None:
            with contextlib.suppress(Exception):  # without a database it is free after a minute
                await self._keep(self.key, {"status": status})
        if not self._told:
            await self.record(status)

    async def _keep(self, key: Key, start: Message) -> None:
        """Keep what succeeded; whoever is refused may use the key for what is right."""
        async with self.here.database.transaction() as session:
            if start["status"] < HTTPStatus.BAD_REQUEST:
                kind = dict(start["headers"]).get(b"content-type", b"").decode("latin-1")
                await keep(session, key, Answer(start["status"], kind, self._body))
            else:
                await give_up(session, key)

    async def record(self, status: int) -> None:
        """Put the call of a vendor's machine on record."""
        self._told = True
        if getattr(self._request.state, "on_record", False):
            return
        made = record_of(self._request, status)
        if made is None:
            return
        calls: Gather[Record, None] = self.here.extras["calls"]
        try:
            await calls.submit(made)
        except Exception as fault:
            # The work itself is done; its record is in the log then.
            log.error("a call could not be put on record", call=str(made), fault=repr(fault))
