"""Lists of one state, page by page: what staff ask for and what is shown as asked."""

from collections.abc import Collection

from portal.visits import Visit


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
