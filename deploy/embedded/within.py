"""The portal's way to the services inside one process: answers arrive piece by piece."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import unquote

import httpx2
from starlette.types import ASGIApp, Message

# So many pieces of an answer may wait to be read before its writer has to wait.
AHEAD = 8


class Within(httpx2.AsyncBaseTransport):
    """Calls an application without a socket.

    httpx2's own transport hands an answer over once it is whole: a stream of events would then
    arrive when it has ended, and a large file would lie in memory.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Take the application."""
        self._app = app
        self._running: set[asyncio.Task[None]] = set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Begin a call; return when its answer begins."""
        call = _Call(self._app, request)
        self._running.add(call.task)
        call.task.add_done_callback(self._running.discard)
        try:
            status, headers = await call.begun
        except BaseException:
            await call.aclose()
            raise
        return httpx2.Response(status, headers=headers, stream=call)

    async def read(self, target: str, headers: Sequence[tuple[bytes, bytes]]) -> httpx2.Response:
        """Ask for something and return the whole answer, in the caller's own task.

        target: a path with its query, in the letters that an address may have. For what pages
        ask again and again: no request to put together, no task, no answer piece by piece.
        """
        path, _, query = target.partition("?")
        answer = _Answer()
        asked = {"type": "http.request", "body": b"", "more_body": False}

        async def receive() -> Message:
            if answer.asked:
                await asyncio.get_running_loop().create_future()
            answer.asked = True
            return asked

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "headers": list(headers),
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "server": ("certtrack", None),
            "client": ("127.0.0.1", 123),
            "root_path": "",
        }
        try:
            await self._app(scope, receive, answer.take)
        except Exception:
            # The application has told of it; its caller sees a 500.
            if not answer.whole:
                return httpx2.Response(500)
        return httpx2.Response(answer.status, headers=answer.headers, content=answer.body)

    async def aclose(self) -> None:
        """Wait for the calls that are still at work."""
        await asyncio.gather(*self._running, return_exceptions=True)


class _Answer:
    """What an application answers, put together."""

    def __init__(self) -> None:
        self.asked = self.whole = False
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            self.whole = not message.get("more_body")


class _Call(httpx2.AsyncByteStream):
    """One call: the application runs in a task of its own while its answer is read."""

    def __init__(self, app: ASGIApp, request: httpx2.Request) -> None:
        self.begun: asyncio.Future[tuple[int, list[tuple[bytes, bytes]]]] = (
            asyncio.get_running_loop().create_future()
        )
        assert isinstance(request.stream, httpx2.AsyncByteStream)
        self._body = aiter(request.stream)
        self._heard = self._gone = False
        self._left = asyncio.Event()
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue(AHEAD)
        self.task = asyncio.create_task(self._run(app, _scope(request)))

    async def _run(self, app: ASGIApp, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception:
            # The application has told of it; its caller sees a 500.
            if not self.begun.done():
                self.begun.set_result((500, []))
        if not self.begun.done():
            self.begun.set_result((500, []))
        if not self._gone:
            await self._pieces.put(None)

    async def _receive(self) -> Message:
        if self._heard:
            await self._left.wait()
            return {"type": "http.disconnect"}
        try:
            return {"type": "http.request", "body": await anext(self._body), "more_body": True}
        except StopAsyncIteration:
            self._heard = True
            return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun.set_result((message["status"], list(message.get("headers", ()))))
        elif message["type"] == "http.response.body":
            if (body := message.get("body")) and not self._gone:
                await self._pieces.put(body)
            if not message.get("more_body"):
                self._left.set()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await self._pieces.get()) is not None:
            yield piece

    async def aclose(self) -> None:
        """Nobody listens any more: the application is told so, and ends by itself."""
        self._gone = True
        self._left.set()
        while not self._pieces.empty():
            self._pieces.get_nowait()


def _scope(request: httpx2.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 123),
        "root_path": "",
    }
