"""Staff assign what waits, decide about results, and review course completions."""

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import PASSWORD, World

WAITING = "/cisco/staff/waiting"
RESULT = "/cisco/staff/results/r1"
COMPLETION = "/cisco/staff/completions/c1"
REASON = "She sent a copy of her score report."


async def test_what_waits_is_assigned_once_confirmed(staff: Visitor, world: World) -> None:
    page = await staff.get(WAITING)
    assert "The testing id differs" in page.text or "the testing id differs" in page.text
    filled = {"candidate_id": "CSCO10000000", "reason": REASON}
    sure = await staff.post(f"{WAITING}/w1/assign", filled, page=WAITING)
    for words in ("Confirm the assignment", "Jane Doe", "The names differ", REASON):
        assert words in sure.text
    assert not world.desk.done
    answer = await staff.post(f"{WAITING}/w1/assign", filled | {"confirmed": "yes"}, page=WAITING)
    assert answer.headers["location"] == f"{WAITING}?done=assigned&to=CSCO10000000"
    assert world.desk.done == [("assign", {"candidate_id": "CSCO10000000", "reason": REASON})]


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"reason": REASON}, "Choose a candidate, or fill in an ID."),
        ({"other": "CSCO19999999", "reason": REASON}, "There is no candidate with this ID."),
        ({"candidate_id": "CSCO10000000", "reason": "x"}, "Give a reason of 3 to 500"),
    ],
)
async def test_an_assignment_that_is_not_right_is_told(
    staff: Visitor, world: World, filled: dict[str, str], words: str
) -> None:
    answer = await staff.post(f"{WAITING}/w2/assign", filled, page=WAITING)
    assert answer.status_code == 422
    assert words in answer.text
    assert not world.desk.done


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "yes"}])
async def test_what_waits_no_more_is_told(staff: Visitor, confirmed: dict[str, str]) -> None:
    filled = {"candidate_id": "CSCO10000000", "reason": REASON, **confirmed}
    answer = await staff.post(f"{WAITING}/gone/assign", filled, page=WAITING)
    assert answer.headers["location"] == f"{WAITING}?done=gone"


async def test_one_thing_that_waits_is_found_and_assigned_on_its_own(
    staff: Visitor, world: World
) -> None:
    world.desk.result |= {"candidate_id": None, "state": "waiting"}
    assert f'href="{WAITING}/r1"' in (await staff.get(RESULT)).text
    assert f'href="{WAITING}/w2"' in (await staff.get("/cisco/staff/search?q=w2")).text
    page = (await staff.get(f"{WAITING}/w2")).text
    assert "Advanced routing" in page
    assert "No candidate has this id." in page
    filled = {"other": "CSCO19999999", "reason": REASON}
    wrong = await staff.post(f"{WAITING}/w2/assign", filled, page=f"{WAITING}/w2")
    assert 'value="CSCO19999999"' in wrong.text
    assert "490200001" not in wrong.text


async def test_an_address_with_what_can_be_no_id_is_no_page(staff: Visitor) -> None:
    answer = await staff.get(f"{WAITING}/no.id")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert "what you filled in" not in answer.text


async def test_one_thing_that_waits_no_more_leads_to_the_list(staff: Visitor) -> None:
    answer = await staff.get(f"{WAITING}/gone")
    assert answer.headers["location"] == f"{WAITING}?done=gone"


async def test_an_id_may_be_typed_in_small_letters(staff: Visitor) -> None:
    filled = {"other": "csco10000000", "reason": REASON}
    sure = await staff.post(f"{WAITING}/w1/assign", filled, page=WAITING)
    assert "Confirm the assignment" in sure.text
    assert 'value="CSCO10000000"' in sure.text


async def test_an_assignment_can_be_changed_before_it_is_made(staff: Visitor) -> None:
    filled = {"candidate_id": "CSCO10000000", "reason": REASON, "change": "yes"}
    answer = await staff.post(f"{WAITING}/w1/assign", filled, page=WAITING)
    assert answer.status_code == 200
    assert REASON in answer.text


async def test_a_story_tells_who_said_what_and_when(staff: Visitor) -> None:
    page = (await staff.get(RESULT)).text
    for words in (
        "Corrected",
        "Put on hold",
        "Event date",
        "Received",
        "2026-Nov-20",
        "Network access",
        "The recording is being looked at.",
        "Two test centres at once",
        "Our own hold ends; its vendor still holds it.",
    ):
        assert words in page


async def test_a_result_is_decided_with_a_reason(staff: Visitor, world: World) -> None:
    filled = {"action": "release", "reason": "The recording is clean."}
    answer = await staff.post(f"{RESULT}/decide", filled, page=RESULT)
    assert answer.headers["location"] == f"{RESULT}?done=release"
    assert world.desk.done == [("release", {"reason": "The recording is clean."})]


@pytest.mark.parametrize(
    ("filled", "status", "words"),
    [
        ({"reason": REASON}, 422, "Choose what to do."),
        ({"action": "release", "reason": ""}, 422, "Give a reason of 3 to 500"),
        ({"action": "hold", "reason": REASON}, 409, "it is held already"),
    ],
)
async def test_a_decision_that_is_not_right_is_told(
    staff: Visitor, filled: dict[str, str], status: int, words: str
) -> None:
    answer = await staff.post(f"{RESULT}/decide", filled, page=RESULT)
    assert answer.status_code == status
    assert words in answer.text


async def test_a_flag_is_closed_once(staff: Visitor, world: World) -> None:
    path = f"{RESULT}/flags/f1/close"
    answer = await staff.post(path, {"note": "Two time zones."}, page=RESULT)
    assert answer.headers["location"] == f"{RESULT}?done=closed"
    assert "Two time zones." in (await staff.get(RESULT)).text
    assert "No flag is open" in (await staff.get("/cisco/staff/results/flags")).text
    assert "Flag closed" in (await staff.get("/cisco/staff/results/flags?show=all")).text
    assert (await staff.post(path, page=RESULT)).status_code == 409


async def test_the_score_report_of_a_result_is_handed_through(staff: Visitor) -> None:
    answer = await staff.get(f"{RESULT}/report")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("action", ["approve", "reject", "return"])
async def test_a_completion_is_decided(staff: Visitor, world: World, action: str) -> None:
    filled = {"action": action, "reason": "The name is not readable.", "version": "1"}
    answer = await staff.post(f"{COMPLETION}/decide", filled, page=COMPLETION)
    assert answer.headers["location"] == f"{COMPLETION}?done={action}"
    told = "Approved" if action == "approve" else "The name is not readable."
    assert told in (await staff.get(COMPLETION)).text


@pytest.mark.parametrize(
    ("filled", "status", "words"),
    [
        ({"version": "1"}, 422, "Choose what to do."),
        ({"action": "reject", "version": "1"}, 422, "Say why: the candidate reads it."),
        ({"action": "approve", "version": "7"}, 409, "This has changed in the meantime."),
    ],
)
async def test_a_review_that_is_not_right_is_told(
    staff: Visitor, filled: dict[str, str], status: int, words: str
) -> None:
    answer = await staff.post(f"{COMPLETION}/decide", filled, page=COMPLETION)
    assert answer.status_code == status
    assert words in answer.text


async def test_a_certificate_is_only_saved(staff: Visitor) -> None:
    answer = await staff.get(f"{COMPLETION}/file")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_those_who_only_read_are_offered_no_decision(visitor: Visitor) -> None:
    filled = {"login": "cisco-only@example.com", "password": PASSWORD}
    await visitor.post("/cisco/staff/sign-in", filled)
    for page in (WAITING, RESULT, COMPLETION):
        assert "Go on to confirm" not in (shown := (await visitor.get(page)).text)
        assert "/decide" not in shown
    sent = {"form_token": await visitor.token("/cisco/staff/"), "action": "hold", "reason": REASON}
    assert (await visitor.client.post(f"{RESULT}/decide", data=sent)).status_code == 403


async def test_empty_queues_say_so(staff: Visitor, world: World) -> None:
    world.desk.waiting.clear()
    world.desk.held.clear()
    world.desk.completions.clear()
    assert "Nothing waits" in (await staff.get(WAITING)).text
    assert "No result is on hold" in (await staff.get("/cisco/staff/results")).text
    assert "Nothing to review" in (await staff.get("/cisco/staff/completions")).text
