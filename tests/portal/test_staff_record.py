"""Staff and one candidate's record: as of any day, the timeline, actions and their undoing."""

import re

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import PASSWORD, World
from tests.portal.rules import PASSED_ID

JANE = "/cisco/staff/candidates/CSCO10000000"
GRANT = {
    "certification": "CCNA",
    "day": "2026-11-01",
    "expires_on": "2029-11-01",
    "reason": "A lost result",
}


@pytest.fixture
async def reader(visitor: Visitor) -> Visitor:
    """Staff who may look but not act."""
    filled = {"login": "cisco-only@example.com", "password": PASSWORD}
    assert (await visitor.post("/cisco/staff/sign-in", filled)).status_code == 303
    return visitor


async def test_a_candidate_is_shown_as_of_any_day(staff: Visitor, world: World) -> None:
    page = (await staff.get(f"{JANE}?as_of=2025-01-01")).text
    asked = "certifications/candidates/cisco/CSCO10000000/certifications"
    assert f"{asked}?available=false&as_of=2025-01-01" in world.queried
    assert "Shown as it stood" in page
    assert "/certifications/CCNA?as_of=2025-01-01" in page
    assert "Shown as it stood" not in (await staff.get(f"{JANE}?as_of=yesterday")).text


async def test_one_certification_is_shown_as_of_any_day(staff: Visitor, world: World) -> None:
    page = (await staff.get(f"{JANE}/certifications/CCNP-ENTERPRISE?as_of=2027-05-05")).text
    for each in ("Current progress", "Your fastest way to renew", "2027-May-05", "Facts and rule"):
        assert each in page
    assert "Suspend a certification" not in page
    asked = [each for each in world.queried if each.endswith("as_of=2027-05-05")]
    assert len(asked) == 3
    today = (await staff.get(f"{JANE}/certifications/CCNP-ENTERPRISE")).text
    assert f"{JANE}/actions/suspend?certification=CCNP-ENTERPRISE" in today
    assert (await staff.get(f"{JANE}/certifications/NONE")).status_code == 404


async def test_the_timeline_tells_facts_terms_and_actions(staff: Visitor) -> None:
    page = (await staff.get(f"{JANE}/timeline")).text
    for each in ("CCNP Enterprise: earned", "Sam Staff", "doctor&#39;s note", "Does not count"):
        assert each in page
    assert page.count("Void it") == 1
    assert "actions/void?fact=vue%3A469250118" in page


async def test_an_action_is_confirmed_before_it_is_done(staff: Visitor, world: World) -> None:
    before = len(world.actions)
    form = (await staff.get(f"{JANE}/actions/grant?certification=CCNA")).text
    assert '<option value="CCNA" selected>' in form
    page = await staff.post(f"{JANE}/actions/grant", GRANT)
    assert page.status_code == 200
    assert "Confirm: Grant a certification" in page.text
    assert "2029-Nov-01" in page.text
    assert len(world.actions) == before

    back = await staff.post(f"{JANE}/actions/grant", GRANT | {"change": "yes"})
    assert 'value="2029-11-01"' in back.text
    assert "A lost result" in back.text
    assert len(world.actions) == before

    done = await staff.post(f"{JANE}/actions/grant", GRANT | {"confirmed": "yes"})
    assert done.headers["location"] == f"{JANE}/actions?done=grant"
    assert world.actions[0]["action"] == "grant"
    assert world.actions[0]["reason"] == "A lost result"
    assert "Certification granted" in (await staff.get(done.headers["location"])).text


@pytest.mark.parametrize(
    ("kind", "filled"),
    [
        ("extend", {"certification": "CCNA", "day": "2026-11-01", "expires_on": "2029-11-01"}),
        ("suspend", {"certification": "CCNA", "day": "2026-11-01"}),
        ("revoke", {"certification": "*", "day": "2026-11-01"}),
        ("reinstate", {"certification": "*", "day": "2026-11-01"}),
        ("void", {"fact": PASSED_ID}),
        ("credits", {"title": "A course", "points": "12.5", "day": "2026-11-01"}),
        ("course", {"course": "AJER", "day": "2026-11-01"}),
        ("agreement", {"agreement": "confidentiality", "version": "V9", "day": "2026-11-01"}),
        ("fee", {"fee": "ce-fee", "day": "2026-11-01"}),
        ("approval", {"approval": "board-review", "day": "2026-11-01"}),
    ],
)
async def test_every_kind_of_action(
    staff: Visitor, world: World, kind: str, filled: dict[str, str]
) -> None:
    given = filled | {"reason": "Because it is so"}
    confirm = await staff.post(f"{JANE}/actions/{kind}", given)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', confirm.text))
    del hidden["form_token"]
    assert {name: value for name, value in hidden.items() if value} == given
    done = await staff.post(f"{JANE}/actions/{kind}", hidden | {"confirmed": "yes"})
    assert done.status_code == 303
    made = world.actions[0]
    assert made["action"] == kind
    for name, value in filled.items():
        assert made[name] == value or value == "*"
    assert made["certification"] != "*"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"certification": ""}, "Fill this in."),
        ({"certification": "*"}, "Fill this in."),
        ({"day": "soon"}, "Choose a day."),
        ({"reason": "x"}, "Give a reason"),
        ({"reason": "x" * 501}, "Give a reason"),
        ({"expires_on": "2020-01-01", "confirmed": "yes"}, "The last day lies before the day."),
        ({"certification": "CCT", "confirmed": "yes"}, "It has never been held."),
    ],
)
async def test_what_is_wrong_is_told_at_its_field(
    staff: Visitor, world: World, changed: dict[str, str], words: str
) -> None:
    before = len(world.actions)
    page = await staff.post(f"{JANE}/actions/grant", GRANT | changed)
    assert page.status_code in (409, 422)
    assert words in page.text
    assert len(world.actions) == before


async def test_points_are_a_number(staff: Visitor) -> None:
    filled = {"title": "A", "points": "many", "day": "2026-11-01", "reason": "Because"}
    page = await staff.post(f"{JANE}/actions/credits", filled)
    assert "Points are a number above 0" in page.text


async def test_an_action_is_undone_with_a_reason(staff: Visitor, world: World) -> None:
    page = (await staff.get(f"{JANE}/actions/a1/undo")).text
    assert "Illness, with a doctor" in page
    short = await staff.post(f"{JANE}/actions/a1/undo", {"reason": "x"})
    assert short.status_code == 422
    done = await staff.post(f"{JANE}/actions/a1/undo", {"reason": "The note was false"})
    assert done.headers["location"] == f"{JANE}/actions?done=undone"
    assert world.actions[0]["undo_reason"] == "The note was false"
    again = await staff.post(f"{JANE}/actions/a1/undo", {"reason": "Once more"})
    assert again.status_code == 409
    assert "Somebody else has undone it." in again.text
    assert (await staff.get(f"{JANE}/actions/none/undo")).status_code == 404


async def test_without_the_scope_there_are_no_forms(reader: Visitor, world: World) -> None:
    page = (await reader.get(f"{JANE}/actions")).text
    assert "Sam Staff" in page
    assert "What do you want to do?" not in page
    assert "/undo" not in page
    assert "Void it" not in (await reader.get(f"{JANE}/timeline")).text
    assert "Suspend" not in (await reader.get(f"{JANE}/certifications/CCNA")).text
    for path in ("actions/grant", "actions/a1/undo"):
        assert (await reader.get(f"{JANE}/{path}")).status_code == 403
    answer = await reader.post(
        f"{JANE}/actions/grant", GRANT | {"confirmed": "yes"}, page="/cisco/staff/candidates"
    )
    assert answer.status_code == 403


async def test_a_kind_of_action_that_is_none_is_not_there(staff: Visitor) -> None:
    assert (await staff.get(f"{JANE}/actions/promote")).status_code == 404


async def test_a_record_is_shown_without_rules_when_they_are_away(
    staff: Visitor, world: World
) -> None:
    world.away.add("certifications")
    page = await staff.get(JANE)
    assert page.status_code == 200
    assert "Certifications cannot be shown" in page.text
