"""Staff let candidates book; candidates see what they may."""

import asyncio
from typing import Any

import pytest

from shared.events import ExamAuthorized
from tests.services.exams.conftest import Desk, known
from tests.services.exams.feeds.bookings import (
    STAFF,
    body,
    made,
    make,
)


async def test_an_authorization_is_made_seen_and_published(desk: Desk) -> None:
    await desk.hear(known())
    said = await made(desk)
    assert (said["state"], said["created_by"]) == ("pending", "staff@example.com")
    assert said["accommodations"] == ["ET01HR", "BR0110"]
    own = await desk.get("/authorizations", desk.candidate())
    (seen,) = own["items"]
    assert seen == {
        "id": said["id"],
        "number": said["number"],
        "vendor": "vue",
        "vendor_name": "Pearson VUE",
        "exam_code": "200-301",
        "exam_name": seen["exam_name"],
        "attempts": 1,
        "first_day": "2026-11-23",
        "last_day": "2027-11-23",
        "state": "pending",
        "scheduling_url": "https://home.pearsonvue.com/cisco",
        "updated_at": "2026-11-22T12:00:00Z",
    }
    await desk.settled()
    (event,) = desk.told(ExamAuthorized)
    assert (event.candidate_id, event.number, event.state, event.version) == (
        "CSCO10000001",
        said["number"],
        "pending",
        1,
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"exam_code": "999-999"}, "exam_code"),
        ({"vendor": "nobody"}, "vendor"),
        ({"first_day": "2026-12-02", "last_day": "2026-12-01"}, "last_day"),
        ({"first_day": "2026-11-01", "last_day": "2026-11-20"}, "last_day"),
        ({"last_day": "2036-11-20"}, "last_day"),
        ({"attempts": 0}, "attempts"),
        ({"accommodations": ["et\t1"]}, "accommodations.0"),
        ({"candidate_id": "CSCO\x00"}, "candidate_id"),
        ({"exam_code": ...}, "exam_code"),
    ],
)
async def test_what_is_wrong_with_one_is_named(
    desk: Desk, changes: dict[str, Any], field: str
) -> None:
    await desk.hear(known())
    answer = await make(desk, **changes)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_an_unknown_candidate_or_programme_is_404_and_a_foreign_one_403(desk: Desk) -> None:
    assert (await make(desk)).status_code == 404
    await desk.hear(known())
    assert (await make(desk, programme="nowhere")).status_code == 403
    answer = await desk.client.post(
        "/authorizations", headers=desk.staff(STAFF, ["juniper"]), json=body()
    )
    assert answer.status_code == 403


async def test_of_two_at_once_for_the_same_exam_only_one_is_made(desk: Desk) -> None:
    await desk.hear(known())
    answers = await asyncio.gather(*(make(desk) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    conflict = next(answer for answer in answers if answer.status_code == 409)
    assert conflict.json()["type"].endswith("/problems/authorization-stands")
    assert (await make(desk, exam_code="350-401")).status_code == 201
    other_time = {"first_day": "2027-11-24", "last_day": "2028-01-01"}
    assert (await make(desk, **other_time)).status_code == 201


async def test_staff_and_candidates_see_their_own_only(desk: Desk) -> None:
    await desk.hear(known(), known("CSCO10000002"))
    said = await made(desk)
    assert (await desk.get("/authorizations", desk.candidate("CSCO10000002")))["items"] == []
    path = f"/authorizations/{said['id']}/withdraw"
    elsewhere = await desk.client.post(path, headers=desk.staff(STAFF, ["juniper"]))
    assert elsewhere.status_code == 404
    for headers in (desk.staff("imports:write"), desk.candidate(), desk.vendor()):
        assert (await desk.client.post(path, headers=headers)).status_code == 403
