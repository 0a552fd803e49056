"""Staff look into results and decide: with a reason that is kept, and told."""

from datetime import timedelta
from typing import Any

import pytest

from shared.events import ResultHeld, ResultReinstated, ResultReleased, ResultRevoked
from tests.services.exams.conftest import Desk, known, result
from tests.services.exams.test_changes import at, change

UNKNOWN = "01900000-0000-7000-8000-000000000000"


async def recorded(desk: Desk) -> str:
    await desk.hear(known())
    await desk.accepted("/results", result(stated_at=at(0)))
    (exam,) = (await desk.get("/history", desk.candidate()))["exams"]
    return str(exam["id"])


async def decide(
    desk: Desk, result_id: str, action: str, reason: str = "An audit.", **who: Any
) -> tuple[int, dict[str, Any]]:
    answer = await desk.post(
        f"/results/{result_id}/{action}", {"reason": reason}, headers=desk.staff(**who)
    )
    return answer.status_code, answer.json()


async def test_staff_hold_and_release_a_result(desk: Desk) -> None:
    result_id = await recorded(desk)
    status, story = await decide(desk, result_id, "hold", "Two people sat.")
    assert status == 200
    assert (story["state"], story["reason"], story["may"]) == (
        "held",
        "Two people sat.",
        ["release", "invalidate"],
    )
    (kept,) = story["changes"]
    assert (kept["kind"], kept["said_by"], kept["channel"]) == (
        "review_hold",
        "staff@example.com",
        "staff",
    )
    (exam,) = (await desk.get("/history", desk.candidate()))["exams"]
    assert (exam["state"], exam["reason"]) == ("held", "Two people sat.")
    _, story = await decide(desk, result_id, "release")
    assert (story["state"], story["reason"]) == ("recorded", None)
    await desk.settled()
    assert [event.version for event in desk.told(ResultHeld)] == [2]
    assert [event.version for event in desk.told(ResultReleased)] == [3]


async def test_an_invalidated_result_stays_so_whatever_its_vendor_says(desk: Desk) -> None:
    result_id = await recorded(desk)
    _, story = await decide(desk, result_id, "invalidate", "A proxy sat.")
    assert (story["state"], story["expires_on"]) == ("revoked", None)
    for kind in ("reinstate", "release", "hold"):
        said = await desk.accepted("/changes", change(kind, 5))
        assert said["items"][0]["state"] == "revoked"
    _, story = await decide(desk, result_id, "validate", "It was a twin.")
    assert story["state"] == "held"
    assert [one["kind"] for one in story["changes"]] == [
        "invalidate",
        "reinstate",
        "release",
        "hold",
        "validate",
    ]
    await desk.accepted("/changes", change("release", 6))
    await desk.settled()
    assert [len(desk.told(kind)) for kind in (ResultRevoked, ResultHeld, ResultReleased)] == [1] * 3
    assert desk.told(ResultReinstated) == []
    assert desk.told(ResultRevoked)[0].reason == "A proxy sat."


async def test_the_last_to_decide_decides_whatever_the_clock_says(desk: Desk) -> None:
    result_id = await recorded(desk)
    await decide(desk, result_id, "hold")
    desk.clock.advance(timedelta(minutes=-2))
    _, story = await decide(desk, result_id, "release")
    assert story["state"] == "recorded"
    _, story = await decide(desk, result_id, "invalidate")
    assert story["state"] == "revoked"


async def test_a_validated_result_counts_again(desk: Desk) -> None:
    result_id = await recorded(desk)
    await decide(desk, result_id, "invalidate")
    _, story = await decide(desk, result_id, "validate")
    assert story["state"] == "recorded"
    await desk.settled()
    assert len(desk.told(ResultReinstated)) == 1


async def test_a_vendors_hold_is_released_by_its_vendor_alone(desk: Desk) -> None:
    result_id = await recorded(desk)
    await desk.accepted("/changes", change("hold", 1))
    (held,) = (await desk.get("/held?programme=cisco"))["items"]
    assert (held["id"], held["held_by"]) == (result_id, "vendor")
    status, problem = await decide(desk, result_id, "release")
    assert status == 409
    assert "only its vendor can release it" in problem["detail"]
    await decide(desk, result_id, "hold")
    assert (await desk.get("/held"))["items"][0]["held_by"] == "both"
    _, story = await decide(desk, result_id, "release")
    assert story["state"] == "held"


@pytest.mark.parametrize(
    ("before", "action", "words"),
    [
        ([], "release", "it is not held"),
        ([], "validate", "it has not been invalidated"),
        (["hold"], "hold", "it is held already"),
        (["invalidate"], "invalidate", "it has been invalidated already"),
        (["invalidate"], "hold", "it has been invalidated already"),
    ],
)
async def test_a_decision_that_does_not_fit_is_refused(
    desk: Desk, before: list[str], action: str, words: str
) -> None:
    result_id = await recorded(desk)
    for one in before:
        await decide(desk, result_id, one)
    status, problem = await decide(desk, result_id, action)
    assert (status, problem["type"].rpartition("/")[2]) == (409, "not-as-it-stands")
    assert words in problem["detail"]


async def test_what_the_vendor_revoked_is_not_held(desk: Desk) -> None:
    result_id = await recorded(desk)
    await desk.accepted("/changes", change("revoke", 1))
    status, problem = await decide(desk, result_id, "hold")
    assert (status, "its vendor has revoked it" in problem["detail"]) == (409, True)


async def test_a_decision_needs_a_reason_a_scope_and_a_result_of_ones_own(desk: Desk) -> None:
    result_id = await recorded(desk)
    assert (await decide(desk, result_id, "hold", "  "))[0] == 422
    assert (await decide(desk, result_id, "hold", scope="candidates:read"))[0] == 403
    assert (await decide(desk, result_id, "hold", programmes=["juniper"]))[0] == 404
    assert (await decide(desk, UNKNOWN, "hold"))[0] == 404
    other = desk.staff(programmes=["juniper"])
    assert (await desk.client.get(f"/results/{result_id}", headers=other)).status_code == 404
    assert (await desk.get("/held", other))["items"] == []
    assert (await desk.get("/flags", other))["items"] == []
    refused = await desk.client.get("/held?programme=cisco", headers=other)
    assert refused.status_code == 403


async def test_a_flag_is_closed_with_a_note_once(desk: Desk) -> None:
    await desk.hear(known())
    retired = result(exam_code="200-125", exam_date="2020-03-01")
    await desk.accepted("/results", retired)
    (flag,) = (await desk.get("/flags"))["items"]
    assert (flag["check"], flag["state"], flag["exam_name"]) == (
        "exam_retired",
        "recorded",
        "Cisco Certified Network Associate (CCNA)",
    )
    path = f"/flags/{flag['id']}/close"
    answer = await desk.post(path, {"note": "A late sitting."}, headers=desk.staff())
    assert answer.status_code == 200
    (closed,) = answer.json()["flags"]
    assert (closed["note"], closed["closed_by"]) == ("A late sitting.", "staff@example.com")
    assert (await desk.get("/flags"))["items"] == []
    assert len((await desk.get("/flags?open=false"))["items"]) == 1
    assert (await desk.post(path, {}, headers=desk.staff())).status_code == 409
    other = desk.staff(programmes=["juniper"])
    assert (await desk.post(path, {}, headers=other)).status_code == 404
    unknown = f"/flags/{UNKNOWN}/close"
    assert (await desk.post(unknown, {}, headers=desk.staff())).status_code == 404


async def test_held_results_are_listed_page_by_page(desk: Desk) -> None:
    await desk.hear(known())
    numbers = [str(number) for number in range(5)]
    await desk.accepted("/results", {"results": [result(number) for number in numbers]})
    await desk.accepted("/changes", {"changes": [change("hold", 1, one) for one in numbers]})
    found: list[str] = []
    path = "/held?limit=2"
    while True:
        page = await desk.get(path)
        found += [one["registration_number"] for one in page["items"]]
        if not page["next"]:
            break
        path = f"/held?limit=2&cursor={page['next']}"
    assert sorted(found) == numbers


async def test_a_story_tells_what_was_said_in_the_vendors_own_order(desk: Desk) -> None:
    result_id = await recorded(desk)
    item = change("change", 3, score="810", reason="Rescored.", notice_id="N7")
    await desk.accepted("/changes", item)
    story = await desk.get(f"/results/{result_id}")
    first, said = story["changes"]
    assert (first["kind"], first["data"]["grade"]) == ("statement", "pass")
    assert (said["kind"], said["said_by"], said["channel"]) == ("change", "vue-client", "api")
    assert (said["reason"], said["data"]) == ("Rescored.", {"score": "810", "notice_id": "N7"})
    assert said["stated_at"].startswith("2026-11-22T02:03:00")
    assert story["version"] == 2
