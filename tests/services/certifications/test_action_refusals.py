"""What staff cannot do by hand: a wrong field, a contradiction, a lack of scope."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.services.certifications.acting import (
    ACTIONS,
    BOTH,
    CCNA,
    WHOSE,
    WHY,
    act,
    ccna,
)
from tests.services.certifications.desk import JANE, Desk, passed, registered
from tests.services.certifications.guild import ANN, NAME, open_guild, took


@pytest.fixture
async def guild(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_guild(database_url, tmp_path / "programmes") as desk:
        yield desk


REFUSED: list[tuple[dict[str, Any], int, str, str]] = [
    ({"action": "grant", "certification": "NOPE", "reason": WHY}, 422, "certification", "'NOPE'"),
    ({"action": "grant", **CCNA, "day": "1926-01-01"}, 422, "day", "50 years"),
    ({"action": "grant", **CCNA, "day": "2126-01-01"}, 422, "day", "50 years"),
    (
        {"action": "grant", **CCNA, "day": "2026-01-02", "expires_on": "2026-01-02"},
        422,
        "expires_on",
        "not after",
    ),
    ({"action": "grant", "certification": "CCNA", "reason": " a "}, 422, "reason", "3 characters"),
    ({"action": "grant", **CCNA, "reason": "x" * 501}, 422, "reason", "500 characters"),
    ({"action": "grant", "reason": WHY}, 422, "certification", "required"),
    ({"action": "grant", **CCNA, "expires": "2026-01-02"}, 422, "expires", "not permitted"),
    ({"action": "grant", **CCNA, "day": "soon"}, 422, "day", "date"),
    ({"action": "bless", **CCNA}, 422, "action", "'bless'"),
    ({**CCNA}, 422, "action", "'action'"),
    ({"action": "void", "fact": "nothing", "reason": WHY}, 422, "fact", "'nothing'"),
    (
        {"action": "credits", "points": 0, "title": "A", "reason": WHY},
        422,
        "points",
        "greater than 0",
    ),
    (
        {"action": "credits", "points": 5, "title": "A", "category": "zen", "reason": WHY},
        422,
        "category",
        "'zen'",
    ),
    (
        {"action": "course", "course": "NOPE", "reason": WHY},
        422,
        "course",
        "'NOPE'",
    ),
    (
        {"action": "agreement", "agreement": "x", "version": "1", "reason": WHY},
        422,
        "agreement",
        "",
    ),
    ({"action": "fee", "fee": "none", "reason": WHY}, 422, "fee", "'none'"),
    ({"action": "approval", "approval": "none", "reason": WHY}, 422, "approval", "'none'"),
    (
        {"action": "extend", **CCNA, "expires_on": "2027-01-01"},
        409,
        "certification",
        "never earned",
    ),
    ({"action": "suspend", **CCNA}, 409, "certification", "never earned"),
    ({"action": "revoke", **CCNA}, 409, "certification", "never earned"),
    ({"action": "reinstate", **CCNA}, 409, "certification", "neither"),
    ({"action": "reinstate", "reason": WHY}, 409, "certification", "nothing"),
]


@pytest.mark.parametrize(
    ("order", "status", "field", "said"), REFUSED, ids=lambda one: str(one)[:50]
)
async def test_what_cannot_be_is_refused_by_field(
    desk: Desk, order: dict[str, Any], status: int, field: str, said: str
) -> None:
    await desk.hear(registered())
    answer = await desk.post(ACTIONS, order, desk.staff(BOTH))
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    (fault,) = answer.json()["errors"]
    assert fault["field"] == field
    assert said in fault["message"]
    assert (await desk.get(ACTIONS, desk.staff()))["items"] == []
    assert desk.told() == []


# What is done first to somebody who holds CCNA, and what cannot be done then.
CONTRADICTIONS: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({}, {"action": "grant", **CCNA}, "certification", "active already"),
    ({}, {"action": "extend", **CCNA, "expires_on": "2029-11-20"}, "expires_on", "valid through"),
    ({"action": "suspend"}, {"action": "suspend", **CCNA}, "certification", "suspended already"),
    ({"action": "revoke"}, {"action": "revoke", **CCNA}, "certification", "revoked already"),
    ({"action": "revoke"}, {"action": "suspend", **CCNA}, "certification", "revoked already"),
    ({"action": "revoke"}, {"action": "revoke", "reason": WHY}, "certification", "everything"),
    ({"action": "revoke"}, {"action": "grant", **CCNA}, "certification", "reinstate it first"),
    (
        {"action": "void", "fact": f"{JANE}/200-301/2026-11-20", "certification": None},
        {"action": "void", "fact": f"{JANE}/200-301/2026-11-20", "reason": WHY},
        "fact",
        "void already",
    ),
]


@pytest.mark.parametrize(
    ("first", "second", "field", "said"), CONTRADICTIONS, ids=lambda one: str(one)[:40]
)
async def test_what_contradicts_how_the_candidate_stands_is_refused(
    desk: Desk, first: dict[str, Any], second: dict[str, Any], field: str, said: str
) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    if first:
        order = {**CCNA, **first}
        await act(desk, {key: value for key, value in order.items() if value is not None})
    answer = await desk.post(ACTIONS, second, desk.staff(BOTH))
    assert answer.status_code in (409, 422), answer.text
    (fault,) = answer.json()["errors"]
    assert (fault["field"], said in fault["message"]) == (field, True)


async def test_a_lifetime_cannot_be_extended_and_days_have_an_order(guild: Desk) -> None:
    path = f"/candidates/guild/{ANN}/actions"
    await guild.hear(took("WOOD", "2026-06-01"))
    order = {
        "action": "credits",
        "points": 1,
        "title": "Talk",
        "day": "2026-11-10",
        "submitted_on": "2026-11-09",
        "reason": WHY,
    }
    answer = await guild.post(path, order, guild.staff(BOTH, [NAME]))
    (fault,) = answer.json()["errors"]
    assert (fault["field"], "before 2026-11-10" in fault["message"]) == ("submitted_on", True)
    wrong = {"action": "agreement", "agreement": "conduct", "version": "V9", "reason": WHY}
    answer = await guild.post(path, wrong, guild.staff(BOTH, [NAME]))
    (fault,) = answer.json()["errors"]
    assert (fault["field"], "it has V1" in fault["message"]) == ("version", True)


async def test_only_staff_with_the_scope_act_and_only_in_their_programmes(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    order = {"action": "suspend", **CCNA}
    refused = [
        ({}, 401),
        (desk.candidate(), 403),
        (desk.token("vendor", "vue", BOTH, programmes=["cisco"]), 403),
        (desk.staff("candidates:read"), 403),
        (desk.staff(BOTH, ["juniper"]), 403),
    ]
    for headers, status in refused:
        assert (await desk.post(ACTIONS, order, headers)).status_code == status
    for path in (ACTIONS, f"{WHOSE}/timeline"):
        assert (await desk.answer(path, desk.staff("certifications:write"))).status_code == 403
        assert (await desk.answer(path, desk.staff(programmes=["juniper"]))).status_code == 403
        assert (await desk.answer(path, desk.candidate())).status_code == 403
    done = await act(desk, order)
    for headers, status in refused:
        path = f"{ACTIONS}/{done['id']}/undo"
        assert (await desk.post(path, {"reason": WHY}, headers)).status_code == status
    assert (await ccna(desk))["status"] == "suspended"


async def test_an_action_is_found_only_below_its_own_candidate(desk: Desk) -> None:
    await desk.hear(registered(), registered("CSCO2"), passed("200-301", "2026-11-20"))
    done = await act(desk, {"action": "suspend", **CCNA})
    body, staff = {"reason": WHY}, desk.staff(BOTH)
    others = [
        f"/candidates/cisco/CSCO2/actions/{done['id']}/undo",
        f"{ACTIONS}/{uuid4()}/undo",
        f"/candidates/cisco/CSCO3/actions/{done['id']}/undo",
        f"/candidates/juniper/{JANE}/actions/{done['id']}/undo",
    ]
    for path in others:
        assert (await desk.post(path, body, staff)).status_code == 404
    unknown = "/candidates/cisco/CSCO3/actions"
    assert (await desk.post(unknown, {"action": "grant", **CCNA}, staff)).status_code == 404
    path = f"{ACTIONS}/{done['id']}/undo"
    assert (await desk.post(path, {"reason": "no"}, staff)).status_code == 422
    assert (await desk.post(path, body, staff)).status_code == 200
    twice = await desk.post(path, body, staff)
    assert (twice.status_code, twice.json()["type"].rpartition("/")[2]) == (
        409,
        "action-already-undone",
    )
    assert "staff@example.com" in twice.json()["detail"]
