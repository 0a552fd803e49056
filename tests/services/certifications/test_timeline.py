"""A candidate's whole record in one list."""

from typing import Any

import pytest

from tests.services.certifications.acting import (
    CCNA,
    WHOSE,
    WHY,
    act,
    undo,
)
from tests.services.certifications.desk import JANE, Desk, failed, passed, registered


async def test_the_timeline_tells_facts_terms_and_actions_newest_first(desk: Desk) -> None:
    await desk.hear(
        registered(),
        failed("200-301", "2026-10-01"),
        passed("200-301", "2026-11-01"),
        passed("350-401", "2026-11-10"),
    )
    void = {"action": "void", "fact": f"{JANE}/350-401/2026-11-10", "reason": WHY}
    await act(desk, void)
    undone = await act(desk, {"action": "suspend", **CCNA, "day": "2026-11-15"})
    await undo(desk, undone)
    shown = await desk.get(f"{WHOSE}/timeline", desk.staff())
    items = shown["items"]
    assert [one["date"] for one in items] == sorted((one["date"] for one in items), reverse=True)
    facts = {one["fact_id"]: one for one in items if one["kind"] == "fact"}
    assert "Failed 200-301" in facts[f"{JANE}/200-301/2026-10-01"]["text"]
    assert facts[f"{JANE}/350-401/2026-11-10"]["voided"]
    assert not facts[f"{JANE}/200-301/2026-11-01"]["voided"]
    terms = [one for one in items if one["kind"] == "term"]
    assert {one["certification"] for one in terms} == {"CCNA"}
    actions = {one["action_id"]: one for one in items if one["kind"] == "action"}
    assert actions[undone["id"]]["undone"]
    assert {(one["reason"], one["author"]) for one in actions.values()} == {
        (WHY, "staff@example.com")
    }
    assert shown["next"] is None
    # By pages it is the same list.
    paged: list[Any] = []
    path: str | None = f"{WHOSE}/timeline?limit=2"
    while path is not None:
        page = await desk.get(path, desk.staff())
        paged += page["items"]
        path = page["next"] and f"{WHOSE}/timeline?limit=2&cursor={page['next']}"
    assert paged == items


@pytest.mark.parametrize("cursor", ["garbage", "WyJhIl0", "Wy0xXQ", "WzEsMl0"])
async def test_a_cursor_of_another_list_is_refused(desk: Desk, cursor: str) -> None:
    await desk.hear(registered())
    answer = await desk.answer(f"{WHOSE}/timeline?cursor={cursor}", desk.staff())
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"
