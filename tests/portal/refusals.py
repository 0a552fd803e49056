"""How the fake gateway refuses."""

from typing import Any


class Refused(Exception):
    """An answer that is application/problem+json."""

    def __init__(self, status: int, slug: str, detail: str = "", **extra: Any) -> None:
        self.status, self.slug, self.detail, self.extra = status, slug, detail, extra


def one_of(rows: list[dict[str, Any]], wanted: str) -> dict[str, Any]:
    """Return the row with an id, or refuse."""
    for row in rows:
        if row["id"] == wanted:
            return row
    raise Refused(404, "not-found")
