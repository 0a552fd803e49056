"""The product in one process, started as a process: for tests, faults and benchmarks."""

import http
import http.client
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from deploy.local.ports import LOCALHOST, free_port, wait_until
from deploy.local.processes import REPOSITORY, Child, ServerUnavailableError


class EmbeddedProcess:
    """`certtrack run` on a free port with its data in a folder.

    folder: for its log, and its data unless that is named;
    environment: added to this process's own; arguments: further options of `certtrack run`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        data: Path | None = None,
        environment: Mapping[str, str] | None = None,
        arguments: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.port = port or free_port()
        paths = [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
        command = [sys.executable, "-m", "deploy.cli", "run", "--port", str(self.port)]
        self._child = Child(
            [*command, "--data", str((data or folder / "data").absolute()), *arguments],
            log=folder / "certtrack.log",
            environment={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, paths)),
                **(environment or {}),
            },
            folder=REPOSITORY,
        )

    @property
    def url(self) -> str:
        """The product's address."""
        return f"http://{LOCALHOST}:{self.port}"

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._child.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._child.alive

    @property
    def exit_code(self) -> int | None:
        """What it ended with, or None."""
        return self._child.exit_code

    def start(self, *, seconds: float = 60) -> None:
        """Return when it is ready; raise ServerUnavailableError with the end of its log if not."""
        self._child.start()
        if not wait_until(self._ready, seconds=seconds, alive=lambda: self.alive):
            state = "does not get ready" if self.alive else f"ended ({self.exit_code})"
            raise ServerUnavailableError(f"the product {state}:\n{self._child.tail(40)}")

    def stop(self) -> int | None:
        """End it as a deployment would; return its exit code."""
        return self._child.terminate()

    def end_by(self, number: signal.Signals) -> int | None:
        """End it by a signal, such as Ctrl-C's; return its exit code."""
        return self._child.terminate(number=number)

    def kill9(self) -> None:
        """End it as a power cut would."""
        self._child.kill9()

    def restart(self) -> None:
        """Stop and start it."""
        self.stop()
        self.start()

    def output(self) -> str:
        """What it has printed so far."""
        return self._child.tail(10_000)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _ready(self) -> bool:
        connection = http.client.HTTPConnection(LOCALHOST, self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
