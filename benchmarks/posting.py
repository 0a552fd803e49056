"""Many machines that each post one thing at a time, at so little cost that they measure little."""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlsplit


class Poster:
    """One machine with one connection (HTTP/1.1, kept alive)."""

    def __init__(self, url: str, token: str) -> None:
        self._address = urlsplit(url)
        self._token = token
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: bytes) -> tuple[float, int, bytes]:
        """Post one body; return the seconds until the whole answer was there, status and body."""
        started = time.perf_counter()
        if self._writer is None:
            host, port = self._address.hostname, self._address.port
            self._reader, self._writer = await asyncio.open_connection(host, port)
        assert self._reader is not None
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._address.netloc}\r\n"
            f"Authorization: {self._token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = (line.partition(":") for line in answer.split("\r\n")[1:])
        fields = {name.lower(): value.strip() for name, _, value in lines}
        said = await self._reader.readexactly(int(fields["content-length"]))
        if fields.get("connection") == "close":
            await self.close()
        return time.perf_counter() - started, int(answer.split(" ", 2)[1]), said

    async def close(self) -> None:
        """Close the connection."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


async def post_all(
    url: str, token: str, path: str, bodies: Sequence[bytes], *, at_once: int
) -> tuple[float, list[float]]:
    """Post every body, each machine one after the other; return all seconds and those of each.

    Raises RuntimeError unless everything is accepted.
    """
    waiting = list(reversed(bodies))
    took: list[float] = []

    async def machine() -> None:
        poster = Poster(url, token)
        try:
            while waiting:
                seconds, status, said = await poster.post(path, waiting.pop())
                if status != 200 or b'"rejected":0' not in said or b'"duplicates":0' not in said:
                    raise RuntimeError(f"not accepted: {status} {said[:500]!r}")
                took.append(seconds)
        finally:
            await poster.close()

    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(machine())
    return time.perf_counter() - started, took
