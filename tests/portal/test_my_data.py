"""My data: the copy and the erasure, as candidates and staff see them."""

import pytest

from tests.portal.conftest import Visitor
from tests.portal.data_gateway import OWN, READY, WAITING, ZIP, request
from tests.portal.gateway import World
from tests.portal.refusals import Refused

PAGE = "/cisco/personal-info/my-data"
STAFF = "/cisco/staff/data-requests"
CANDIDATE = f"/cisco/staff/candidates/{OWN}/data"


async def test_copies_are_shown_asked_for_and_fetched(jane: Visitor, world: World) -> None:
    page = (await jane.get(PAGE)).text
    assert "1.8 MB" in page
    assert page.count("Download") == 1
    asked = await jane.post(f"{PAGE}/copies", page=PAGE)
    assert asked.headers["location"] == f"{PAGE}?done=copy"
    page = (await jane.get(asked.headers["location"])).text
    assert "We mail you when it is ready" in page
    assert f'action="{PAGE}/copies"' not in page
    file = await jane.get(f"{PAGE}/copies/{READY}/file")
    assert file.content == ZIP
    assert file.headers["content-disposition"] == 'attachment; filename="cisco-data.zip"'
    assert (await jane.get(f"{PAGE}/copies/other/file")).status_code == 404
    world.my_data.copies[0] |= {"late": True}
    assert "longer than it should" in (await jane.get(PAGE)).text


@pytest.mark.parametrize("path", [f"{PAGE}/erase", f"{PAGE}/copies/{READY}/file"])
async def test_who_was_here_long_confirms_and_comes_back(
    jane: Visitor, world: World, path: str
) -> None:
    world.factors.recent = False
    asked = await jane.get(path)
    assert asked.status_code == 303
    assert asked.headers["location"].startswith("/cisco/confirm-it-is-you?next=")
    assert path in asked.headers["location"]


async def test_an_erasure_is_meant_and_can_be_taken_back(jane: Visitor, world: World) -> None:
    page = (await jane.get(f"{PAGE}/erase")).text
    assert "after 14 days" in page
    assert "no longer by whom" in page
    wrong = await jane.post(f"{PAGE}/erase", {"candidate_id": "CSCO1"})
    assert wrong.status_code == 422
    assert f"This is not {OWN}." in wrong.text
    assert world.my_data.erasure is None
    meant = await jane.post(f"{PAGE}/erase", {"candidate_id": OWN.lower()})
    assert meant.headers["location"] == f"{PAGE}?done=erasure"
    page = (await jane.get(PAGE)).text
    assert "2026-Dec-05" in page
    assert "See what it means" not in page
    back = await jane.post(f"{PAGE}/keep", page=PAGE)
    assert back.headers["location"] == f"{PAGE}?done=kept"
    assert "See what it means" in (await jane.get(PAGE)).text


async def test_what_is_refused_is_said(jane: Visitor, world: World) -> None:
    world.my_data.refused = Refused(429, "too-many-copies", "At most 5 copies are made in a day.")
    refused = await jane.post(f"{PAGE}/copies", page=PAGE)
    assert refused.status_code == 429
    assert "At most 5 copies" in refused.text
    world.my_data.refused = Refused(409, "request-under-way", "It has been asked for already.")
    twice = await jane.post(f"{PAGE}/erase", {"candidate_id": OWN})
    assert twice.status_code == 409
    assert "asked for already" in twice.text


async def test_no_form_from_elsewhere_does_anything(jane: Visitor, world: World) -> None:
    for path in (f"{PAGE}/copies", f"{PAGE}/erase", f"{PAGE}/keep"):
        answer = await jane.client.post(path, data={"form_token": "forged", "candidate_id": OWN})
        assert answer.status_code == 403
    assert world.my_data.erasure is None
    assert len(world.my_data.copies) == 2


async def test_staff_see_what_was_asked_for(staff: Visitor, world: World) -> None:
    world.my_data.erasure = WAITING | {"state": "erasing", "missing": ["exams"], "late": True}
    page = (await staff.get(STAFF)).text
    assert "still to do: exams" in page
    assert "late" in page
    only = (await staff.get(f"{STAFF}?kind=copy&state=ready&cursor=x")).text
    assert "still to do" not in only
    assert "Nobody has asked" in (await staff.get(f"{STAFF}?state=done")).text
    assert "1 December" not in only
    gone = (await staff.get(CANDIDATE)).text
    assert "Nothing can be asked for any more" in gone


async def test_staff_ask_with_a_reason(staff: Visitor, world: World) -> None:
    copy = await staff.post(CANDIDATE, {"action": "copy", "reason": "Asked for by letter"})
    assert copy.headers["location"] == f"{CANDIDATE}?done=copy"
    silent = await staff.post(CANDIDATE, {"action": "copy", "reason": "x"})
    assert silent.status_code == 422
    assert "3 to 500 characters" in silent.text
    wrong = {"action": "erase", "reason": "Asked for by letter", "typed": "CSCO1"}
    assert "This is not the candidate ID." in (await staff.post(CANDIDATE, wrong)).text
    meant = wrong | {"typed": OWN, "at_once": "on"}
    assert (await staff.post(CANDIDATE, meant)).status_code == 303
    odd = await staff.post(CANDIDATE, {"action": "sing", "reason": "Asked for by letter"})
    assert odd.status_code == 422
    assert world.my_data.bodies == [
        {"what": "copies", "reason": "Asked for by letter"},
        {
            "what": "erasure",
            "reason": "Asked for by letter",
            "candidate_id": OWN,
            "at_once": True,
        },
    ]
    world.my_data.erasure = request("erasure", "waiting", due_at="2026-12-05T09:30:00Z")
    back = {"action": "take-back", "reason": "A misunderstanding"}
    assert (await staff.post(CANDIDATE, back)).status_code == 303
    world.my_data.refused = Refused(409, "nothing-to-take-back", "No erasure waits.")
    assert "No erasure waits." in (await staff.post(CANDIDATE, back)).text
