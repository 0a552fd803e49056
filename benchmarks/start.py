"""How soon a newcomer sees the first page the second time."""

import asyncio
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, figure
from deploy.local.ports import LOCALHOST, free_port
from deploy.local.processes import REPOSITORY

RUNS = 5


async def start_warm() -> list[Figure]:
    """Measure `make run` with its environment and data made before."""
    return await asyncio.to_thread(_measure)


def _measure() -> list[Figure]:
    with TemporaryDirectory(prefix="certtrack-bench-") as folder:
        _start(folder)
        times = [_start(folder) for _ in range(RUNS)]
        bare = [_python() for _ in range(RUNS)]
    return [
        figure(
            "start_warm",
            times,
            "s",
            yardstick=bare,
            note="`make run` to the first page; beside Python importing the web framework",
        )
    ]


def _start(folder: str) -> float:
    port = free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        ["make", "run", f"ARGS=--port {port} --data {folder}"],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while time.perf_counter() - started < 120:
            try:
                with urllib.request.urlopen(f"http://{LOCALHOST}:{port}/", timeout=5) as answer:
                    answer.read()
                    return time.perf_counter() - started
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.02)
        raise TimeoutError("no first page in 120 s")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _python() -> float:
    started = time.perf_counter()
    subprocess.run([REPOSITORY / ".venv/bin/python", "-c", "import fastapi"], check=True)
    return time.perf_counter() - started
