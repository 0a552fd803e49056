"""A TCP proxy in front of a server, that delays, freezes and cuts what goes through it."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from deploy.local.ports import LOCALHOST


@dataclass
class Link:
    """One connection through the proxy: two streams, each with a gate that may be shut."""

    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    upward: asyncio.Event = field(default_factory=asyncio.Event)
    downward: asyncio.Event = field(default_factory=asyncio.Event)


class Proxy:
    """Stands in front of the server of an address; `url` is the address to use instead.

    port: where to listen, if that matters; delay: seconds that each piece of data is held up.
    """

    def __init__(self, behind: str, port: int = 0) -> None:
        self.behind = urlsplit(behind)
        self._port = port
        self.delay = 0.0
        self.links: list[Link] = []
        self._server: asyncio.Server | None = None
        self._pumps: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        user, at, _ = self.behind.netloc.rpartition("@")
        return urlunsplit(self.behind._replace(netloc=f"{user}{at}{LOCALHOST}:{port}"))

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connect, LOCALHOST, self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    def freeze(self, *, upward: bool = True, downward: bool = True) -> None:
        """Hold up what the present connections send (upward) or are sent; new ones are well."""
        for link in self.links:
            if upward:
                link.upward.clear()
            if downward:
                link.downward.clear()

    def thaw(self) -> None:
        """Let everything through that was held up."""
        for link in self.links:
            link.upward.set()
            link.downward.set()

    def give_up(self) -> None:
        """Reset the server's side of what is held up; the client's side stays silent.

        As its operating system does when probes of a silent connection stay without answer.
        """
        for link in self.links:
            if not link.upward.is_set():
                link.writers[1].transport.abort()

    def cut(self) -> None:
        """Reset every present connection on both sides; what was held up is gone."""
        links, self.links = self.links, []
        for link in links:
            for writer in link.writers:
                writer.transport.abort()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server = await asyncio.open_connection(self.behind.hostname, self.behind.port)
        except OSError:
            writer.transport.abort()
            return
        link = Link((writer, server[1]))
        link.upward.set()
        link.downward.set()
        self.links.append(link)
        for source, target, gate in (
            (reader, server[1], link.upward),
            (server[0], writer, link.downward),
        ):
            pump = asyncio.create_task(self._pump(source, target, gate))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, gate: asyncio.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65_536):
                await asyncio.sleep(self.delay)
                await gate.wait()
                target.write(data)
                await target.drain()
        target.close()
