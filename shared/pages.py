"""Lists by cursor: a page of items and the cursor of the next one."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel
from pydantic_core import from_json, to_json

from shared.errors import FieldError, Unprocessable

T = TypeVar("T")

# How many items a page may have.
LARGEST = 200
Limit = Annotated[int, Query(ge=1, le=LARGEST, description="How many items at most")]
CursorText = Annotated[str | None, Query(max_length=400, description="`next` of the page before")]


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is null on the last."""

    items: list[T]
    next: str | None = None


def encode_cursor(key: Sequence[Any]) -> str:
    """Return an opaque cursor for the sort key of a page's last item."""
    return base64.urlsafe_b64encode(to_json(list(key))).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> list[Any] | None:
    """Return the sort key inside a cursor; raise Unprocessable if it is not one of ours."""
    if cursor is None:
        return None
    try:
        key = from_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        key = None
    if not isinstance(key, list):
        problem = FieldError(field="cursor", message="not a cursor that this list has given out")
        raise Unprocessable("the cursor is not valid", errors=[problem])
    return key


def page(found: Sequence[Any], limit: int, key: Callable[[Any], Sequence[Any]]) -> dict[str, Any]:
    """Make a page of rows of which one more than `limit` was asked for."""
    more = len(found) > limit
    items = list(found[:limit])
    return {"items": items, "next": encode_cursor(key(items[-1])) if more else None}
