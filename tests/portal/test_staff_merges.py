"""Staff look at two candidates who may be one person, and decide."""

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import World
from tests.portal.merges_gateway import MERGE
from tests.portal.refusals import Refused

LIST = "/cisco/staff/merges"
ONE = f"{LIST}/{MERGE}"
REASON = "Both answered the same phone."


async def test_what_waits_is_listed_with_the_reasons(staff: Visitor) -> None:
    page = (await staff.get(LIST)).text
    for words in ("Jane Doe", "Featherstonehaugh", "the same name", "CSCO10000007"):
        assert words in page
    assert "Nothing here" in (await staff.get(f"{LIST}?which=merged")).text


async def test_a_merge_shows_what_it_comes_to_before_it_is_done(
    staff: Visitor, world: World
) -> None:
    page = (await staff.get(ONE)).text
    for words in (
        "CCNP Enterprise",
        "Earned by both together",
        "Lasts longer",
        "59870, the older number",
        "10 years of CCIE",
        "Printed kits, each once",
    ):
        assert words in page
    assert world.merging.asked[-1]["survivor"] == "CSCO10000000"
    await staff.get(f"{ONE}?survivor=CSCO10000007")
    assert world.merging.asked[-1]["survivor"] == "CSCO10000007"
    assert not world.merging.done


async def test_a_merge_is_confirmed_and_can_be_undone(staff: Visitor, world: World) -> None:
    filled = {"action": "confirm", "survivor": "CSCO10000000", "reason": REASON}
    answer = await staff.post(f"{ONE}/decide", filled, page=ONE)
    assert answer.headers["location"] == f"{ONE}?done=confirm"
    page = (await staff.get(f"{ONE}?done=confirm")).text
    for words in ("They are one person from now on", "CSCO10000007 merged into", "until", REASON):
        assert words in page
    undone = await staff.post(f"{ONE}/decide", {"action": "undo", "reason": REASON}, page=ONE)
    assert undone.headers["location"] == f"{ONE}?done=undo"
    assert world.merging.done == [
        ("confirm", {"reason": REASON, "survivor": "CSCO10000000"}),
        ("undo", {"reason": REASON}),
    ]
    assert "Undone" in (await staff.get(ONE)).text


async def test_two_are_told_apart(staff: Visitor, world: World) -> None:
    filled = {"action": "dismiss", "survivor": "CSCO10000000", "reason": "Father and daughter."}
    await staff.post(f"{ONE}/decide", filled, page=ONE)
    assert world.merging.done == [("dismiss", {"reason": "Father and daughter."})]


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"reason": REASON}, "Choose what to do."),
        ({"action": "undo", "reason": REASON}, "Choose what to do."),
        ({"action": "confirm", "reason": REASON}, "Choose which candidate ID goes on."),
        ({"action": "dismiss", "reason": "x"}, "Give a reason of 3 to 500"),
    ],
)
async def test_what_is_missing_is_told_by_the_field(
    staff: Visitor, world: World, filled: dict[str, str], words: str
) -> None:
    answer = await staff.post(f"{ONE}/decide", filled, page=ONE)
    assert answer.status_code == 422
    assert words in answer.text
    assert not world.merging.done


async def test_what_the_service_refuses_is_said(staff: Visitor, world: World) -> None:
    message = "CSCO10000000 has no e-mail address: let CSCO10000007 go on"
    error = {"field": "survivor", "message": message}
    world.merging.refuse = Refused(422, "merge-impossible", "Cannot.", errors=[error])
    filled = {"action": "confirm", "survivor": "CSCO10000000", "reason": REASON}
    answer = await staff.post(f"{ONE}/decide", filled, page=ONE)
    assert answer.status_code == 422
    assert message in answer.text
    world.merging.preview = None
    assert "cannot be shown at the moment" in (await staff.get(ONE)).text


async def test_staff_name_two_candidates(staff: Visitor, world: World) -> None:
    named = {"first": "csco10000000", "second": "CSCO10000007"}
    answer = await staff.post(LIST, named)
    assert answer.headers["location"] == ONE
    assert world.merging.done[0][1]["candidate_ids"] == ["CSCO10000000", "CSCO10000007"]
    for wrong, words in (
        ({"first": "CSCO10000000"}, "Fill in a candidate ID."),
        ({"first": "CSCO1", "second": "csco1"}, "This is the same candidate ID."),
        ({"first": "CSCO1", "second": "CSCO2"}, "There is no such candidate"),
    ):
        answer = await staff.post(LIST, wrong)
        assert answer.status_code in (404, 422)
        assert words in answer.text


async def test_an_old_id_leads_to_the_person(staff: Visitor, world: World) -> None:
    for section in ("", "/learning"):
        answer = await staff.get(f"/cisco/staff/candidates/CSCO10000007{section}")
        target = f"/cisco/staff/candidates/CSCO10000000{section}?instead_of=CSCO10000007"
        assert answer.headers["location"] == target
    theirs = "/cisco/staff/candidates/CSCO10000000/merges"
    assert "No merges" in (await staff.get(theirs)).text
    world.merging.about = True
    page = (await staff.get(theirs)).text
    assert f'href="{ONE}"' in page
    assert "To decide" in page


async def test_who_may_not_merge_is_told_so(arrive: object, staff: Visitor, world: World) -> None:
    del arrive
    assert (await staff.get(f"{LIST}/unknown")).status_code == 404
    assert (await staff.get(f"{LIST}?which=nonsense")).status_code == 200
