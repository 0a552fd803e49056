"""What all tests of a process share, otherwise for one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def altered(thing: Any, **fields: Any) -> Iterator[None]:
    """Give something that cannot be changed, such as a programme, other fields for a while."""
    kept = {name: getattr(thing, name) for name in fields}
    try:
        for name, value in fields.items():
            object.__setattr__(thing, name, value)
        yield
    finally:
        for name, value in kept.items():
            object.__setattr__(thing, name, value)
