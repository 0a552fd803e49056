"""Calls inside one process: answers arrive piece by piece, and a caller may leave."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
from starlette.types import Message, Receive, Scope, Send

from deploy.embedded.within import AHEAD, Within


class Telling:
    """An application that tells a piece for each that is asked for."""

    def __init__(self) -> None:
        self.more = asyncio.Semaphore(0)
        self.heard = b""
        self.left = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (message := await receive()).get("more_body"):
            self.heard += message["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        watching = asyncio.create_task(self._watch(receive))
        number = 0
        while not self.left.is_set():
            await self.more.acquire()
            number += 1
            await send({"type": "http.response.body", "body": b"%d" % number, "more_body": True})
        await send({"type": "http.response.body"})
        await watching

    async def _watch(self, receive: Receive) -> None:
        message: Message = await receive()
        assert message["type"] == "http.disconnect"
        self.left.set()
        self.more.release()


def client(app: object) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=Within(app), base_url="http://within")  # type: ignore[arg-type]  # an application


async def test_pieces_arrive_one_by_one_and_the_application_learns_that_its_caller_left() -> None:
    app = Telling()
    async with client(app) as api:
        async with api.stream("GET", "/") as answer:
            pieces = answer.aiter_raw()
            for expected in (b"1", b"2", b"3"):
                app.more.release()
                assert await anext(pieces) == expected
        await asyncio.wait_for(app.left.wait(), 5)


async def test_a_caller_who_leaves_before_reading_holds_nobody_up() -> None:
    app = Telling()
    async with client(app) as api:
        async with api.stream("GET", "/"):
            for _ in range(3 * AHEAD):
                app.more.release()
            await asyncio.sleep(0)
        await asyncio.wait_for(app.left.wait(), 5)


async def test_a_body_goes_through_while_it_is_sent() -> None:
    app = Telling()

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    async with client(app) as api, api.stream("POST", "/", content=parts()) as answer:
        assert answer.status_code == 200
        assert len(app.heard) == 100_000


async def test_an_application_that_breaks_is_an_answer_of_its_own() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        return None

    for app in (broken, silent):
        async with client(app) as api:
            assert (await api.get("/")).status_code == 500


async def test_a_whole_answer_is_read_in_one_call() -> None:
    heard: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        heard.append(
            (scope["path"], scope["query_string"], dict(scope["headers"]), await receive())
        )
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"a":', "more_body": True})
        await send({"type": "http.response.body", "body": b"1}"})

    answer = await Within(application).read("/api/a%2Fb?c=d", [(b"x-one", b"1")])
    assert (answer.status_code, answer.json()) == (201, {"a": 1})
    asked = {"type": "http.request", "body": b"", "more_body": False}
    assert heard == [("/api/a/b", b"c=d", {b"x-one": b"1"}, asked)]


async def test_a_read_that_breaks_is_a_500() -> None:
    async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
        raise RuntimeError("told of already")

    assert (await Within(broken).read("/api", [])).status_code == 500
