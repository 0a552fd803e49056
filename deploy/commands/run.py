"""`certtrack run`: the whole product in one process."""

import asyncio
import contextlib
import ctypes
import fcntl
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from fastapi import FastAPI

from deploy.commands.console import give_up, say
from deploy.commands.migrate import bring_up_to_date
from deploy.commands.programmes import load
from deploy.commands.sign_ins import sign_ins
from deploy.embedded.app import create_app
from deploy.embedded.settings import EmbeddedSettings
from shared.errors import StartRefused
from shared.programmes import Programmes

DATA = Path("var/data")
PORT = 8080
_RATES = ("GATEWAY_RATE_", "GATEWAY_BURST_")


def run(
    port: Annotated[int, typer.Option(envvar="CERTTRACK_PORT", help="Where to listen.")] = PORT,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    data: Annotated[Path, typer.Option(envvar="CERTTRACK_DATA", help="Folder of the data.")] = DATA,
    *,
    demonstration: Annotated[
        bool, typer.Option(help="Put the demonstration's people there when they are missing.")
    ] = True,
) -> None:
    """Run the whole product in one process on one port.

    Settings are environment variables (docs/operations.md); what is in the data folder is kept.
    """
    _share_one_heap()
    with _listening(host, port) as listener, _alone_in(data):
        known: dict[str, Any] = {
            "data": data,
            "log_level": os.environ.get("CERTTRACK_LOG_LEVEL", "WARNING"),
        }
        if "CERTTRACK_PUBLIC_URL" not in os.environ:
            known["public_url"] = f"http://{host}:{port}"
        settings = EmbeddedSettings(**known)
        programmes = load(settings.programmes_folder)
        bring_up_to_date(settings)
        demonstration = demonstration and settings.environment != "production"
        try:
            rates = {k: v for k, v in os.environ.items() if k.startswith(_RATES)}
            app = create_app(settings, limits=rates, demonstration=demonstration)
            banner = _banner(settings.public_url, programmes, data, demonstration=demonstration)
            with asyncio.Runner(loop_factory=_loop) as runner:
                runner.run(_serve(app, listener, banner))
        except StartRefused as refusal:
            give_up(f"Certtrack does not start: {refusal}")
        except KeyboardInterrupt:
            pass


def _share_one_heap() -> None:
    # Every thread's heap of its own would keep what one large import needed (mallopt(3),
    # M_ARENA_MAX); other C libraries than glibc do not know the call and do not need it.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(-8, 1)


async def _serve(app: FastAPI, listener: socket.socket, banner: str) -> None:
    # Entered here and not by the server, so that a refusal to start keeps its own words.
    async with app.router.lifespan_context(app):
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=10,
            )
        )
        # The server ends on these and then sends them to us again, when all there is left to do
        # is to leave in order.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        listener.listen(2048)
        say(banner)
        await server.serve(sockets=[listener])


def _loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # not made for Windows
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as fault:
            give_up(
                f"Port {port} of {host} cannot be had: {fault.strerror}.\n"
                "Is Certtrack running already? Choose another with --port, for instance"
                f" --port {port + 1}."
            )
        yield listener


@contextlib.contextmanager
def _alone_in(data: Path) -> Iterator[None]:
    """Refuse a data folder that another process works in: each outbox has one relay."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / ".lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            give_up(f"Process {lock.read() or '?'} already works in {data}. Choose another --data.")
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _banner(url: str, programmes: Programmes, data: Path, *, demonstration: bool) -> str:
    portals = [f"  {programme.name:<16} {url}/{programme.id}/" for programme in programmes.values()]
    lines = [f"Certtrack runs at {url}", "", *portals]
    lines += [f"  {'staff':<16} {url}/{next(iter(programmes))}/staff/"]
    lines += [f"  {'mailbox':<16} {url}/mailbox"] if demonstration else []
    lines += [f"  {'API':<16} {url}/api/docs", ""]
    lines += sign_ins() if demonstration else []
    return "\n".join([*lines, f"Data: {data.absolute()}   Stop: Ctrl-C"])
