"""Failpoints: places where a test may kill the process, to prove that nothing depends on luck.

`CERTTRACK_FAILPOINT=consumer.after_commit:3` kills this process with SIGKILL the third time it
passes that point. Without the variable a failpoint is one comparison.
"""

import os
import signal

_wanted, _, _times = os.environ.get("CERTTRACK_FAILPOINT", "").partition(":")
_left = int(_times or 1)


def failpoint(name: str) -> None:
    """Kill this process here, if the environment asks for it."""
    global _left  # noqa: PLW0603 - counts passes of the one failpoint that a process can have
    if _wanted and name == _wanted:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
