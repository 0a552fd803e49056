"""A private S3-speaking server, in a process of its own, that forgets everything at its end."""

import subprocess
import sys
from pathlib import Path

import httpx2

from deploy.local.ports import LOCALHOST, answers, free_port, wait_until

BUCKET = "certtrack-files"


class S3Server:
    """moto's server: the S3 protocol over a socket.

    log: where it writes.
    """

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self.url = f"http://{LOCALHOST}:{self.port}"
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it with an empty bucket in it."""
        command = [sys.executable, "-m", "moto.server", "-H", LOCALHOST, "-p", str(self.port)]
        with self._log.open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        self._process = process
        if not wait_until(
            lambda: answers(self.port), seconds=60, alive=lambda: process.poll() is None
        ):
            raise RuntimeError(self._log.read_text())
        httpx2.put(f"{self.url}/{BUCKET}", headers={"Host": f"{LOCALHOST}:{self.port}"})

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def settings(self, prefix: str) -> dict[str, str]:
        """The settings of whoever keeps files there."""
        return {
            "storage_url": f"s3://{BUCKET}/{prefix}",
            "storage_endpoint": self.url,
            "storage_access_key": "test",
            "storage_secret_key": "test-secret",
        }
