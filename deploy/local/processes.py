"""Processes that we start by a command and end by their pid."""

import atexit
import contextlib
import http.client
import os
import pwd
import signal
import subprocess
import sys
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from deploy.local.ports import LOCALHOST, free_port, wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
_running: "weakref.WeakSet[Child]" = weakref.WeakSet()


class ServerUnavailableError(RuntimeError):
    """A server cannot be had or did not come up; says why in words for a person."""


class Child:
    """One process of ours in its own process group, with its output in a log file."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        user: str | None = None,
    ) -> None:
        self.command = list(command)
        self.log = log
        self.environment = dict(environment) if environment is not None else None
        self.folder = folder
        self.user = user
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            message = f"{self.command[0]} has not been started"
            raise ServerUnavailableError(message)
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.poll()

    def start(self) -> None:
        """Start it; output is added to the log, so that a restart loses nothing."""
        if self.alive:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.folder,
                user=self.user,
                group=None if self.user is None else pwd.getpwnam(self.user).pw_gid,
                extra_groups=None if self.user is None else [],
                start_new_session=True,
            )
        _running.add(self)

    def send(self, number: signal.Signals) -> None:
        if self.alive:
            os.kill(self.pid, number)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within that time."""
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def terminate(self, seconds: float = 15, number: signal.Signals = signal.SIGTERM) -> int | None:
        """Ask it to end, insist when it does not; the exit code."""
        self.send(number)
        if not self.wait(seconds):
            self.kill9()
        return self.exit_code

    def kill9(self) -> None:
        """SIGKILL for it and everything it started, and wait until all are gone."""
        if not self.alive:
            return
        family = _family(self.pid)
        os.killpg(self.pid, signal.SIGKILL)
        self.wait(10)
        # Grandchildren may have made groups of their own (PostgreSQL's do): most notice and end.
        _, stubborn = psutil.wait_procs(family, timeout=5)
        for process in stubborn:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stubborn, timeout=5)

    def tail(self, lines: int = 15) -> str:
        """The end of its log, for an error message."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class ServiceProcess:
    """One of our own web applications under uvicorn, as in production, on a free port.

    ``target`` is the factory (``services.exams.app:create_app``); ``environment`` is added to
    this process's own; ``root_path`` is the prefix that a gateway in front has cut off.
    """

    def __init__(
        self,
        name: str,
        *,
        target: str,
        log: Path,
        environment: Mapping[str, str] | None = None,
        port: int | None = None,
        root_path: str = "",
    ) -> None:
        self.name = name
        self.port = port or free_port()
        command = [sys.executable, "-m", "uvicorn", target, "--factory"]
        command += ["--host", LOCALHOST, "--port", str(self.port), "--no-access-log"]
        if root_path:
            command += ["--root-path", root_path]
        paths = [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
        self._child = Child(
            command,
            log=log,
            environment={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, paths)),
                **(environment or {}),
            },
            folder=REPOSITORY,
        )

    @property
    def url(self) -> str:
        return f"http://{LOCALHOST}:{self.port}"

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child.alive

    @property
    def log(self) -> Path:
        return self._child.log

    def start(self, *, wait: bool = True, seconds: float = 60) -> None:
        self._child.start()
        if wait:
            self.wait_ready(seconds)

    def wait_ready(self, seconds: float = 60, path: str = "/readyz") -> None:
        """Return when ``path`` answers 200, or raise with the end of the log."""
        if not wait_until(lambda: self._answers(path), seconds=seconds, alive=lambda: self.alive):
            state = "does not get ready" if self.alive else f"ended ({self._child.exit_code})"
            message = f"{self.name} {state}:\n{self._child.tail()}"
            raise ServerUnavailableError(message)

    def terminate(self, seconds: float = 15) -> int | None:
        """End it as a deployment would (SIGTERM); the exit code."""
        return self._child.terminate(seconds)

    def kill9(self) -> None:
        self._child.kill9()

    def send(self, number: signal.Signals) -> None:
        """Any other signal, such as SIGSTOP and SIGCONT."""
        self._child.send(number)

    def restart(self) -> None:
        self.terminate()
        self.start()

    def _answers(self, path: str) -> bool:
        connection = http.client.HTTPConnection(LOCALHOST, self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def _family(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


@atexit.register
def _end_all() -> None:
    # Nothing of ours outlives us, however we end (short of SIGKILL).
    for child in list(_running):
        child.kill9()
