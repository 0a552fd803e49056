"""Staff authorize exams, take authorizations back, and make the files that tell the vendor."""

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import PASSWORD, World

PLACE = "/cisco/staff/candidates/CSCO10000000/authorizations"
FILES = "/cisco/staff/vendors/files"
FILLED = {
    "exam_code": "350-801",
    "vendor": "vue",
    "first_day": "2026-12-01",
    "last_day": "2027-03-01",
    "attempts": "2",
    "accommodations": "et01hr, SR02",
}


async def test_what_a_candidate_may_book_is_told_with_the_vendors_answer(staff: Visitor) -> None:
    page = (await staff.get(PLACE)).text
    for words in ("CT2001", "the exam is not offered", "ead-20261121-120000.dat", "ET01HR"):
        assert words in page


async def test_an_exam_is_authorized(staff: Visitor, world: World) -> None:
    answer = await staff.post(PLACE, FILLED)
    assert answer.headers["location"] == f"{PLACE}?done=made"
    ((_, body),) = world.desk.done
    assert body == {
        **FILLED,
        "programme": "cisco",
        "candidate_id": "CSCO10000000",
        "attempts": 2,
        "accommodations": ["ET01HR", "SR02"],
    }


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"exam_code": ""}, "Fill this in."),
        ({"attempts": "two"}, "A number from 1 to 20."),
        ({"last_day": "2026-11-30"}, "Is before the first day"),
    ],
)
async def test_an_authorization_that_is_not_right_is_told(
    staff: Visitor, world: World, changed: dict[str, str], words: str
) -> None:
    answer = await staff.post(PLACE, FILLED | changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert not world.desk.done


async def test_an_authorization_is_withdrawn(staff: Visitor, world: World) -> None:
    answer = await staff.post(f"{PLACE}/au-1/withdraw", page=PLACE)
    assert answer.headers["location"] == f"{PLACE}?done=withdrawn"
    assert world.desk.authorizations[0]["state"] == "withdrawn"
    assert "/au-1/withdraw" not in (await staff.get(PLACE)).text


@pytest.mark.parametrize("kind", ["cdd", "ead"])
async def test_files_are_looked_at_and_made(staff: Visitor, world: World, kind: str) -> None:
    looked = await staff.get(f"{FILES}/{kind}")
    made = await staff.post(f"{FILES}/{kind}", page=FILES)
    for answer in (looked, made):
        assert f"{kind}-20261122-120000.dat" in answer.headers["content-disposition"]
    asked = [one for one in world.asked if f"/files/{kind}" in one]
    assert asked == [
        f"GET exams/feeds/pearson-vue/files/{kind}",
        f"POST exams/feeds/pearson-vue/files/{kind}/sent",
    ]


async def test_a_file_is_fetched_again_by_its_name(staff: Visitor) -> None:
    known = {"name": "cdd-20261101-120000.dat"}
    assert (await staff.post(f"{FILES}/cdd", known, page=FILES)).status_code == 200
    answer = await staff.post(f"{FILES}/cdd", {"name": "cdd-1.dat"}, page=FILES)
    assert answer.headers["location"] == f"{FILES}?done=unknown"
    assert "No file of this name" in (await staff.get(f"{FILES}?done=unknown")).text


async def test_nothing_new_is_told(staff: Visitor, world: World) -> None:
    world.desk.news = False
    answer = await staff.post(f"{FILES}/ead", page=FILES)
    assert answer.headers["location"] == f"{FILES}?done=nothing"
    assert (await staff.get(f"{FILES}/other")).status_code == 404


async def test_those_who_may_not_authorize_only_look(visitor: Visitor) -> None:
    filled = {"login": "cisco-only@example.com", "password": PASSWORD}
    await visitor.post("/cisco/staff/sign-in", filled)
    assert "Authorize an exam" not in (await visitor.get(PLACE)).text
    assert (await visitor.get(FILES)).status_code == 403
    sent = FILLED | {"form_token": await visitor.token("/cisco/staff/")}
    assert (await visitor.client.post(PLACE, data=sent)).status_code == 403
