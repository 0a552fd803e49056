"""Free ports on this machine, and waiting for somebody to answer there."""

import socket
import time
from collections.abc import Callable

LOCALHOST = "127.0.0.1"
_given: set[int] = set()


def free_port() -> int:
    """A port nobody listens on, never the same twice in this process."""
    while True:
        with socket.socket() as probe:
            probe.bind((LOCALHOST, 0))
            port = int(probe.getsockname()[1])
        if port not in _given:
            _given.add(port)
            return port


def answers(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOCALHOST, port)) == 0


def wait_until(
    ready: Callable[[], bool],
    *,
    seconds: float,
    alive: Callable[[], bool] = lambda: True,
    every: float = 0.05,
) -> bool:
    """Ask again and again until ready; False when time is up or what we wait for has died."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        if not alive():
            return False
        time.sleep(every)
    return ready()
