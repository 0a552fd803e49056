"""`certtrack run-distributed`: every member its own process, on this machine."""

import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy import seeding
from deploy.commands.console import give_up, say
from deploy.commands.programmes import load
from deploy.commands.sign_ins import sign_ins
from deploy.embedded.settings import EmbeddedSettings

if TYPE_CHECKING:
    from deploy.distributed import Topology

PORT = 8080


def run_distributed(
    port: Annotated[int, typer.Option(help="Where the gateway listens.")] = PORT,
    folder: Annotated[
        Path | None,
        typer.Option(help="Keep data and logs there; left out, a temporary folder is used."),
    ] = None,
) -> None:
    """Run the distributed form: PostgreSQL, RabbitMQ, six services, portal and gateway.

    The same topology and the same gateway configuration as docker-compose.yml, with private
    servers on free ports of 127.0.0.1. Mail ends up as files.
    """
    load(Path(os.environ.get("CERTTRACK_PROGRAMMES_FOLDER", "programmes")))
    try:
        from deploy.distributed import Topology
        from deploy.local.ports import answers
        from deploy.local.processes import ServerUnavailableError
    except ModuleNotFoundError as missing:
        give_up(
            f"The distributed form on one machine needs {missing.name}:"
            " pip install 'certtrack[local]'"
        )
    if answers(port):
        give_up(f"Something listens on port {port} already. Choose another with --port.")
    ended = threading.Event()
    try:
        topology = Topology(folder, port=port, before_services=seed)
        say("Starting PostgreSQL, RabbitMQ, six services, the portal and the gateway …")
        topology.start()
    except ServerUnavailableError as reason:
        give_up(str(reason))
    try:
        say(_banner(topology))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        told: set[str] = set()
        while not ended.wait(1):
            for name in set(topology.dead()) - told:
                say(f"{name} has ended; its log: {topology.log(name)}")
                told.add(name)
    finally:
        say("Stopping …")
        topology.stop()


def seed(topology: "Topology") -> None:
    """Put the demonstration's people into identity's database; for a topology's start."""
    settings = EmbeddedSettings(
        databases=topology.databases["identity"],
        programmes_folder=Path(topology.environment_of("identity")["CERTTRACK_PROGRAMMES_FOLDER"]),
        log_level="ERROR",
    )
    seeding.seed(settings)


def _banner(topology: "Topology") -> str:
    lines = [f"Certtrack runs at {topology.url}", ""]
    lines += [f"  {name:<16} {address}" for name, address in topology.addresses.items()]
    lines += [
        f"  {'mail':<16} {topology.folder / 'mail'}",
        f"  {'logs':<16} {topology.folder / 'logs'}",
    ]
    return "\n".join([*lines, "", *sign_ins(), "Stop: Ctrl-C"])
