"""`certtrack demo`."""


def demo() -> None:
    """Replay."""
