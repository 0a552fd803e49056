"""The cursor of a list that is ordered by its ids alone."""

from uuid import UUID

from shared.errors import FieldError, Unprocessable
from shared.pages import decode_cursor


def id_of(cursor: str | None) -> UUID | None:
    """The id inside a cursor; raises Unprocessable if there is none."""
    key = decode_cursor(cursor)
    if key is None:
        return None
    try:
        (written,) = key
        return UUID(written)
    except (ValueError, TypeError, AttributeError):
        problem = FieldError(field="cursor", message="not a cursor that this list has given out")
        raise Unprocessable("the cursor is not valid", errors=[problem]) from None
