"""`certtrack serve`: one member as its own process, as in the distributed form."""

import os
import sys
from typing import Annotated

import typer

from deploy.commands.console import WRONG_INPUT, give_up
from deploy.members import PORTAL, SERVICES, member


def serve(
    service: Annotated[str, typer.Argument(help="A service, or portal.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where to listen.")] = 8000,
) -> None:
    """Serve one service, or the portal; its settings are environment variables."""
    if service not in (*SERVICES, PORTAL):
        names = ", ".join((*SERVICES, PORTAL))
        give_up(f"There is no member {service!r}: {names}.", WRONG_INPUT)
    one = member(service)
    command = [sys.executable, "-m", "uvicorn", one.target, "--factory", "--loop", "uvloop"]
    command += ["--host", host, "--port", str(port), "--root-path", one.prefix]
    command += ["--no-access-log", "--no-server-header", "--no-proxy-headers"]
    os.execv(sys.executable, command)  # noqa: S606 - this very interpreter, arguments made here
