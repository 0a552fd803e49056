"""Lists: of one state, page by page, as staff ask for them; and whole ones that are short."""

from collections.abc import Collection, Mapping
from typing import Any

from portal.visits import Visit

PIECE = "200"
MOST_PIECES = 25


def of_state(visit: Visit, states: Collection[str], usual: str) -> tuple[dict[str, str], str]:
    """Return what to ask an API for, and the state that is shown, empty for all of them.

    usual: the state without one in the page's address; any other word there shows all.
    """
    assert visit.programme
    query = visit.request.query_params
    state = query.get("state", usual)
    shown = state if state in states else ""
    asked = {"programme": visit.programme.id}
    if shown:
        asked["state"] = shown
    if cursor := query.get("cursor"):
        asked["cursor"] = cursor
    return asked, shown


async def whole(
    visit: Visit, path: str, params: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return all items of a short list; its pieces come one after the other."""
    asked = {"limit": PIECE, **(params or {})}
    items: list[dict[str, Any]] = []
    for _ in range(MOST_PIECES):
        piece = await visit.get(path, asked)
        items += piece["items"]
        if not piece.get("next"):
            break
        asked["cursor"] = piece["next"]
    return items
