"""The world that the request at hand is about: the fake gateway's routes are built once for all."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_PLAYED: ContextVar[Any] = ContextVar("world")


@contextmanager
def playing(world: Any) -> Iterator[None]:
    """Let the stand-ins stand for this world."""
    before = _PLAYED.set(world)
    try:
        yield
    finally:
        _PLAYED.reset(before)


class StandIn:
    """Stands for a world, or for a part of it: while routes are built there is none yet."""

    def __init__(self, *path: str) -> None:
        object.__setattr__(self, "_path", path)

    def __getattr__(self, name: str) -> Any:
        if _PLAYED.get(None) is None:
            return StandIn(*self._path, name)
        return getattr(self._meant(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._meant(), name, value)

    def _meant(self) -> Any:
        meant = _PLAYED.get()
        for name in self._path:
            meant = getattr(meant, name)
        return meant
