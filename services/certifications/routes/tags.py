"""Entity tags: whether what a client has is still what there is (RFC 9110, section 8.8.3)."""

from hashlib import sha256
from typing import Annotated

from fastapi import Header

IfNoneMatch = Annotated[str | None, Header()]


def tag_of(text: str) -> str:
    """Return the tag of a state."""
    return f'"{sha256(text.encode()).hexdigest()[:24]}"'


def matches(if_none_match: str | None, tag: str) -> bool:
    """Tell whether a client has this state already."""
    # A proxy that compresses makes a tag weak; that it names the same state stays true.
    given = (part.strip().removeprefix("W/") for part in (if_none_match or "").split(","))
    return any(one in (tag, "*") for one in given)
