"""A private RabbitMQ: from the environment or from Debian's package, without its service."""

import atexit
import contextlib
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

import psutil

from deploy.local.ports import LOCALHOST, free_port, wait_until
from deploy.local.processes import Child, ServerUnavailableError

ENVIRONMENT_VARIABLE = "CERTTRACK_TEST_AMQP_URL"
# Six seconds alone, thirteen on a busy machine.
STARTING = 60.0
SPARE_VHOSTS = 16
# Debian's wrappers in /usr/sbin insist on the system's own broker; these are the programs.
PROGRAMS = Path("/usr/lib/rabbitmq/bin")
HANDSHAKE = b"AMQP\x00\x00\x09\x01"

CONFIGURATION = """\
loopback_users.guest = true
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 2GB
log.file.level = warning
"""


class NamedRabbitmq:
    """A RabbitMQ that somebody else runs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.description = f"RabbitMQ named in {ENVIRONMENT_VARIABLE}"

    def create_vhost(self) -> str:
        """The address for one test: here always the one given, as we may not make any."""
        return self.url

    def start(self) -> None:
        """Nothing: it runs already."""

    def stop(self) -> None:
        """Nothing: it is not ours to stop."""


class RabbitmqServer(NamedRabbitmq):
    """A RabbitMQ of our own on a free port of 127.0.0.1, with its data in ``folder``."""

    def __init__(
        self, folder: Path, *, port: int | None = None, configuration: str = CONFIGURATION
    ) -> None:
        program = find_program("rabbitmq-server")
        control = find_program("rabbitmqctl")
        if program is None or control is None:
            message = "No RabbitMQ on this machine (Debian: apt-get install rabbitmq-server)."
            raise ServerUnavailableError(message)
        self.port = port or free_port()
        super().__init__(f"amqp://guest:guest@{LOCALHOST}:{self.port}/")
        self.description = f"RabbitMQ from {program.parent}"
        self.folder = folder
        self._control = control
        self._configuration = configuration
        self._mapper_port = free_port()
        self._environment = self._own_environment()
        self._child = Child(
            [str(program)], log=self.log, environment=self._environment, folder=folder
        )
        self._spare: list[str] = []
        self._vhosts = 0

    @property
    def log(self) -> Path:
        return self.folder / "rabbitmq.log"

    @property
    def alive(self) -> bool:
        return self._child.alive

    @property
    def pid(self) -> int:
        """The Erlang machine's: the program is a shell script around it."""
        for process in [psutil.Process(self._child.pid), *_descendants(self._child.pid)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.name().startswith("beam"):
                    return process.pid
        message = f"RabbitMQ does not run:\n{self._child.tail()}"
        raise ServerUnavailableError(message)

    def start(self) -> None:
        """Return when it shakes hands; data of an earlier start is kept."""
        if self.alive:
            return
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        (self.folder / "rabbitmq.conf").write_text(self._configuration)
        self._child.start()
        atexit.register(self._end_port_mapper)
        if not wait_until(self._greets, seconds=STARTING, alive=lambda: self.alive, every=0.1):
            tail = self._child.tail()
            self.kill9()
            message = f"RabbitMQ did not start:\n{tail}"
            raise ServerUnavailableError(message)

    def stop(self) -> None:
        """Stop it as its service would, and its port mapper, which would outlive it."""
        if self.alive:
            with contextlib.suppress(ServerUnavailableError, ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
            if not self._child.wait(30):
                self._child.kill9()
        self._end_port_mapper()

    def kill9(self) -> None:
        """SIGKILL, as a power cut would."""
        self._child.kill9()
        self._end_port_mapper()

    def restart(self) -> None:
        self.stop()
        self.start()

    def create_vhost(self) -> str:
        """An address of its own for one test: nobody else's queues are there.

        Made in dozens: a call of rabbitmqctl starts an Erlang machine and takes most of a second.
        """
        if not self._spare:
            names = [f"v{self._vhosts + n}" for n in range(SPARE_VHOSTS)]
            self._vhosts += SPARE_VHOSTS
            listed = ",".join(f'<<"{name}">>' for name in names)
            self.control(
                "eval",
                f'[begin rabbit_vhost:add(V, <<"certtrack">>), rabbit_auth_backend_internal:'
                f'set_permissions(<<"guest">>, V, <<".*">>, <<".*">>, <<".*">>, <<"certtrack">>)'
                f" end || V <- [{listed}]].",
            )
            self._spare = names
        return self.url + quote(self._spare.pop(0), safe="")

    def control(self, *arguments: str) -> str:
        """What ``rabbitmqctl`` answers."""
        done = subprocess.run(
            [str(self._control), *arguments],
            check=False,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        if done.returncode:
            message = f"rabbitmqctl {arguments[0]}: {done.stdout}"
            raise ServerUnavailableError(message)
        return done.stdout

    def _own_environment(self) -> dict[str, str]:
        folder = self.folder
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("RABBITMQ_", "ERL_"))}
        return {
            **kept,
            "HOME": str(folder / "home"),  # Has the Erlang cookie.
            "ERL_EPMD_ADDRESS": LOCALHOST,
            "ERL_EPMD_PORT": str(self._mapper_port),
            "RABBITMQ_NODENAME": f"certtrack{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": LOCALHOST,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _greets(self) -> bool:
        try:
            with socket.create_connection((LOCALHOST, self.port), timeout=2) as connection:
                connection.sendall(HANDSHAKE)
                # A method frame (Connection.Start); until its vhost is up it hangs up instead.
                return connection.recv(1) == b"\x01"
        except OSError:
            return False

    def _end_port_mapper(self) -> None:
        # epmd detaches itself and names no parent: ours is the one on our port.
        for process in psutil.process_iter(["name", "cmdline"]):
            with contextlib.suppress(psutil.Error):
                if process.info["name"] == "epmd" and _listens(process, self._mapper_port):
                    process.kill()
                    process.wait(5)


def find_program(name: str) -> Path | None:
    """Where RabbitMQ's own program of that name is."""
    if (PROGRAMS / name).exists():
        return PROGRAMS / name
    found = shutil.which(name)
    return Path(found) if found else None


def private_or_named(folder: Path) -> NamedRabbitmq:
    """The broker named in the environment, else one of our own (not yet started)."""
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    return NamedRabbitmq(named) if named else RabbitmqServer(folder)


def describe() -> str:
    """Which RabbitMQ would be taken, in a few words."""
    if os.environ.get(ENVIRONMENT_VARIABLE):
        return f"RabbitMQ from {ENVIRONMENT_VARIABLE}"
    program = find_program("rabbitmq-server")
    return f"RabbitMQ from {program.parent}" if program else "no RabbitMQ"


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _listens(process: psutil.Process, port: int) -> bool:
    return any(port in c.laddr[1:] for c in process.net_connections("tcp"))
