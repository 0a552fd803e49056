"""Vendors post results: each item has its own outcome, and the same again changes nothing."""

import asyncio
from typing import Any

import pytest

from shared.events import ExamFailed, ExamPassed
from tests.services.exams.conftest import Desk, known, result


async def test_a_result_of_a_known_candidate_is_recorded_and_published(desk: Desk) -> None:
    await desk.hear(known())
    said = await desk.accepted("/results", {"results": [result("1", score="865")]})
    assert said == {
        "accepted": 1,
        "duplicates": 0,
        "rejected": 0,
        "items": [
            {
                "index": 0,
                "registration_number": "1",
                "outcome": "accepted",
                "state": "recorded",
                "errors": [],
            }
        ],
    }
    await desk.settled()
    (event,) = desk.told()
    assert isinstance(event, ExamPassed)
    assert (event.programme, event.candidate_id, event.vendor) == ("cisco", "CSCO10000001", "vue")
    assert (event.exam_code, event.score, event.version) == ("200-301", "865", 1)
    assert event.exam_date.isoformat() == "2026-11-20"
    assert event.received_at == desk.clock.now()


async def test_a_fail_is_published_as_a_fail(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T1"))
    by_testing_id = result("1", grade="fail", candidate_id=..., testing_id="T1")
    assert (await desk.accepted("/results", by_testing_id))["items"][0]["state"] == "recorded"
    await desk.settled()
    (event,) = desk.told()
    assert isinstance(event, ExamFailed)
    assert event.candidate_id == "CSCO10000001"


async def test_a_testing_id_is_the_vendors_own(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T1", vendor="psi"))
    by_testing_id = result("1", candidate_id=..., testing_id="T1")
    assert (await desk.accepted("/results", by_testing_id))["items"][0]["state"] == "waiting"


async def test_the_same_again_changes_nothing(desk: Desk) -> None:
    await desk.hear(known())
    body = {"results": [result(str(number)) for number in range(20)]}
    assert (await desk.accepted("/results", body))["accepted"] == 20
    again = await desk.accepted("/results", body)
    assert (again["accepted"], again["duplicates"]) == (0, 20)
    assert {item["state"] for item in again["items"]} == {"recorded"}
    assert (await desk.accepted("/results", result("7")))["duplicates"] == 1
    await desk.settled()
    assert len(desk.told(ExamPassed)) == 20


async def test_two_identical_items_in_one_body(desk: Desk) -> None:
    said = await desk.accepted(
        "/results", {"results": [result("1"), result("1"), result("1", grade="fail")]}
    )
    assert [item["outcome"] for item in said["items"]] == ["accepted", "duplicate", "rejected"]
    assert said["items"][2]["errors"][0]["field"] == "grade"


async def test_other_content_under_the_same_number_is_refused_field_by_field(desk: Desk) -> None:
    await desk.accepted("/results", result("1", last_name="Roe", score="800"))
    changed = result(
        "1",
        grade="fail",
        score="801",
        exam_date="2026-11-19",
        exam_code="350-401",
        candidate_id="CSCO10000002",
        last_name="Poe",
    )
    said = await desk.accepted("/results", {"results": [changed, result("2")]})
    assert (said["accepted"], said["rejected"]) == (1, 1)
    fields = {error["field"] for error in said["items"][0]["errors"]}
    assert fields == {"grade", "score", "exam_date", "exam_code", "candidate_id", "last_name"}
    alone = await desk.post("/results", changed)
    assert alone.status_code == 409
    assert alone.headers["content-type"] == "application/problem+json"
    assert {error["field"] for error in alone.json()["errors"]} == fields
    assert alone.json()["items"][0]["outcome"] == "rejected"


async def test_what_one_channel_leaves_out_is_no_contradiction(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T1"))
    await desk.accepted("/results", result("1", candidate_id=..., testing_id="T1", score="800"))
    other_channel = result("1", last_name="Roe", exam_name="CCNA")
    assert (await desk.accepted("/results", other_channel))["duplicates"] == 1


async def test_each_vendor_has_its_own_numbers(desk: Desk) -> None:
    await desk.accepted("/results", result("1"))
    said = await desk.accepted("/results", result("1", grade="fail"), headers=desk.vendor("psi"))
    assert said["accepted"] == 1


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"programme": "novell"}, "programme", "unknown programme 'novell'"),
    ({"exam_code": "JN0-106"}, "exam_code", "unknown exam 'JN0-106' in programme 'cisco'"),
    ({"exam_date": "2026-11-23"}, "exam_date", "future"),
    ({"exam_date": "1891-01-01"}, "exam_date", "before 1985-01-01"),
    ({"exam_date": "20.11.2026"}, "exam_date", "must be a date"),
    ({"exam_date": "2026-02-30"}, "exam_date", "must be a date"),
    ({"exam_date": 1700000000}, "exam_date", "must be a date"),
    ({"taken_at": "20261120143000"}, "taken_at", "must be a date and time"),
    ({"taken_at": "2026-11-20T14:30:00"}, "taken_at", "UTC offset"),
    # Instants that are on no day at all in some time zones.
    ({"taken_at": "0001-01-01T00:00:00+14:00"}, "taken_at", "years 1900 to 2999"),
    ({"taken_at": "0001-01-01T00:00:00Z"}, "taken_at", "years 1900 to 2999"),
    ({"stated_at": "9999-12-31T23:59:59-14:00"}, "stated_at", "years 1900 to 2999"),
    ({"exam_date": ...}, "exam_date", "is required"),
    ({"grade": "passed"}, "grade", "'pass' or 'fail'"),
    ({"grade": True}, "grade", "'pass' or 'fail'"),
    ({"registration_number": ""}, "registration_number", "must not be empty"),
    ({"registration_number": "9" * 65}, "registration_number", "64 characters"),
    ({"registration_number": 9}, "registration_number", "valid string"),
    ({"registration_number": "9\x009"}, "registration_number", "not allowed"),
    ({"last_name": "R\x00e"}, "last_name", "not allowed"),
    ({"last_name": ["Roe"]}, "last_name", "valid string"),
    ({"score": 865}, "score", "valid string"),
    ({"candidate_id": ...}, "testing_id", "is required"),
    ({"vendor": "psi"}, "vendor", "must be 'vue' or left out"),
]


@pytest.mark.parametrize(("changes", "field", "words"), REFUSED)
async def test_a_bad_item_is_refused_by_name_and_the_good_ones_are_taken(
    desk: Desk, changes: dict[str, Any], field: str, words: str
) -> None:
    bad = result("bad", **changes)
    said = await desk.accepted("/results", {"results": [result("1"), bad, result("2")]})
    assert (said["accepted"], said["rejected"]) == (2, 1)
    item = said["items"][1]
    assert (item["index"], item["outcome"], item["state"]) == (1, "rejected", None)
    (error,) = item["errors"]
    assert error["field"] == field
    assert words in error["message"]
    alone = await desk.post("/results", bad)
    assert alone.status_code == 422
    assert alone.json()["errors"] == [error]
    assert alone.json()["rejected"] == 1


async def test_a_future_day_is_judged_in_the_programmes_time_zone(desk: Desk) -> None:
    desk.clock.move_to(desk.clock.now().replace(hour=3))  # still the day before in Los Angeles
    said = await desk.accepted(
        "/results",
        {"results": [result("1", exam_date="2026-11-22"), result("2", exam_date="2026-11-21")]},
    )
    assert [item["outcome"] for item in said["items"]] == ["rejected", "accepted"]
    assert "America/Los_Angeles" in said["items"][0]["errors"][0]["message"]


async def test_a_token_posts_for_its_own_programmes_only(desk: Desk) -> None:
    headers = desk.vendor(programmes=["juniper"])
    said = await desk.accepted("/results", {"results": [result("1")]}, headers=headers)
    assert said["items"][0]["errors"][0]["field"] == "programme"
    assert said["rejected"] == 1


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b'{"results": [\n  {"grade": }]}', 400, "line 2 column 13"),
        (b"", 400, "not JSON"),
        (b"\xff\xfe", 400, "not JSON"),
        (b'{"results": [NaN]}', 400, "not JSON"),
        (b'{"registration_number": "\\ud800"}', 400, "not JSON"),
        (b"[" * 100_000, 400, "not JSON"),
        (b"[]", 422, "post one object"),
        (b'"text"', 422, "post one object"),
        (b'{"results": {}}', 422, "not a list"),
        (b'{"results": [' + b"{}," * 1000 + b"{}]}", 422, "at most 1,000 results"),
        (b'{"results": ["' + b"x" * 3_000_000 + b'"]}', 413, "oo large"),
    ],
)
async def test_a_bad_body_is_refused_as_a_whole(
    desk: Desk, body: bytes, status: int, words: str
) -> None:
    answer = await desk.post("/results", body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert words.lower() in answer.text.lower()


@pytest.mark.parametrize("depth", [150, 199, 200, 201, 10_000])
async def test_what_is_nested_deeply_is_taken_or_refused(desk: Desk, depth: int) -> None:
    deep = b'{"registration_number": "1", "more": ' + b"[" * depth + b"]" * depth + b"}"
    for body in (deep, b'{"results": [' + deep + b"]}"):
        answer = await desk.post("/results", body)
        assert answer.status_code in (200, 400, 422), answer.text


async def test_malformed_json_names_line_and_column(desk: Desk) -> None:
    problem = (await desk.post("/results", b'{"results": [\n  {"grade": }]}')).json()
    assert (problem["line"], problem["column"]) == (2, 13)
    assert problem["errors"][0]["line"] == 2


async def test_items_that_are_no_objects(desk: Desk) -> None:
    said = await desk.accepted("/results", {"results": [1, None, "x", [], {}, result("1")]})
    assert (said["accepted"], said["rejected"]) == (1, 5)
    assert [item["index"] for item in said["items"]] == list(range(6))


async def test_nothing_posted_is_nothing_done(desk: Desk) -> None:
    assert (await desk.accepted("/results", {"results": []}))["items"] == []


async def test_who_may_post(desk: Desk) -> None:
    assert (await desk.client.post("/results", json=result())).status_code == 401
    for headers in (
        desk.vendor(scope="registrations:write"),
        desk.candidate(),
        desk.staff(),
        desk.token("vendor", "nobody", "results:write", programmes=["cisco"]),
    ):
        assert (await desk.post("/results", result(), headers=headers)).status_code == 403
    waiting = await desk.get("/waiting")
    assert waiting["items"] == []


async def test_single_posts_at_once_are_each_answered(desk: Desk) -> None:
    await desk.hear(known())
    bodies = [result(str(number % 40)) for number in range(80)]
    bodies[10] = result("10", exam_code="no-such")
    answers = await asyncio.gather(*(desk.post("/results", body) for body in bodies))
    assert [answer.status_code for answer in answers].count(200) == 79
    assert answers[10].status_code == 422
    outcomes = [answer.json()["items"][0]["outcome"] for answer in answers]
    assert outcomes.count("accepted") == 40
    assert outcomes.count("duplicate") == 39
    await desk.settled()
    assert len(desk.told(ExamPassed)) == 40


async def test_the_same_many_posted_at_once_are_recorded_once(desk: Desk) -> None:
    await desk.hear(known())
    items = [result(str(number)) for number in range(200)]
    answers = await asyncio.gather(
        *(desk.accepted("/results", {"results": items[::order]}) for order in (1, -1, 1, -1))
    )
    assert sum(answer["accepted"] for answer in answers) == 200
    assert sum(answer["duplicates"] for answer in answers) == 600
    await desk.settled()
    assert len(desk.told(ExamPassed)) == 200
