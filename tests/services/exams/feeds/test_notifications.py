"""Pearson VUE posts its real-time notifications."""

import json
import random
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings, strategies
from pydantic_core import to_json

from shared.events import Event, ExamFailed, ExamPassed
from shared.events.exams import (
    ExamAppointmentChanged,
    ExamCancelled,
    ResultChanged,
    ResultHeld,
    ResultReinstated,
    ResultReleased,
    ResultRevoked,
)
from tests.services.exams.conftest import Desk, known, registration
from tests.services.exams.feeds.samples import notification, sample
from tests.services.exams.feeds.test_translating_notifications import JSON, LOOKS_RIGHT

PATH = "/feeds/pearson-vue/notifications"
ONE_PROGRAMME = ("cisco",)


async def post(
    desk: Desk, body: Any, path: str = PATH, headers: dict[str, str] | None = None
) -> httpx2.Response:
    content = body if isinstance(body, bytes) else to_json(body)
    given = headers or desk.vendor("vue", "results:write", ONE_PROGRAMME)
    return await desk.client.post(path, content=content, headers=given)


async def said(desk: Desk, body: Any, **options: Any) -> dict[str, Any]:
    answer = await post(desk, body, **options)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def exams(desk: Desk) -> Any:
    return (await desk.get("/history", desk.candidate()))["exams"]


async def told(desk: Desk) -> list[type[Event]]:
    await desk.settled()
    return [type(event) for event in desk.told()]


async def test_a_result_is_recorded_and_answered(desk: Desk) -> None:
    await desk.hear(known())
    assert await said(desk, notification()) == {
        "accepted": 1,
        "duplicates": 0,
        "rejected": 0,
        "items": [
            {
                "index": 0,
                "notification": 0,
                "exam": 0,
                "registration_number": "1",
                "outcome": "accepted",
                "state": "recorded",
                "errors": [],
            }
        ],
    }
    (exam,) = await exams(desk)
    assert (exam["grade"], exam["score"], exam["exam_date"], exam["vendor"]) == (
        "pass",
        "865",
        "2026-11-20",
        "vue",
    )
    again = await said(desk, notification())
    assert again["duplicates"] == 1
    assert await told(desk) == [ExamPassed]


async def test_the_sample_line_by_line_leads_through_a_whole_life(desk: Desk) -> None:
    await desk.hear(known(), known("CSCO10000002"))
    for line in sample("rten-notifications.jsonl").splitlines():
        desk.clock.advance(timedelta(seconds=1))
        assert (await said(desk, line))["accepted"] == 1
    assert await told(desk) == [
        ExamPassed,
        ExamFailed,
        ResultHeld,
        ResultReleased,
        ResultRevoked,
        ResultReinstated,
    ]
    (exam,) = await exams(desk)
    assert exam["state"] == "recorded"


async def test_the_sample_in_one_post_ends_the_same(desk: Desk) -> None:
    await desk.hear(known(), known("CSCO10000002"))
    answer = await said(desk, sample("rten-notifications.jsonl"))
    assert answer["accepted"] == 6
    assert [item["notification"] for item in answer["items"]] == list(range(6))
    (exam,) = await exams(desk)
    assert exam["state"] == "recorded"


async def test_a_list_of_notifications_has_an_outcome_for_each_exam(desk: Desk) -> None:
    await desk.hear(known())
    two = notification(number="2")
    two["exams"]["exam"] += notification(number="3")["exams"]["exam"]
    two["exams"]["exam"][1]["examSeriesCode"] = "999-999"
    answer = await said(desk, [notification(), two, {"eventType": "unheard of"}])
    assert (answer["accepted"], answer["rejected"]) == (2, 2)
    places = [(item["notification"], item["exam"], item["outcome"]) for item in answer["items"]]
    assert places == [
        (0, 0, "accepted"),
        (1, 0, "accepted"),
        (1, 1, "rejected"),
        (2, 0, "rejected"),
    ]
    (error,) = answer["items"][2]["errors"]
    assert error["field"] == "exams.exam[1].examSeriesCode"
    assert error["message"].startswith("unknown exam '999-999'")


async def test_of_one_notification_alone_whatever_is_rejected_makes_a_problem(desk: Desk) -> None:
    await desk.hear(known())
    two = notification()
    two["exams"]["exam"] += notification(number="2", exam={"examSeriesCode": "X"})["exams"]["exam"]
    answer = await post(desk, two)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["errors"][0]["field"] == "exams.exam[1].examSeriesCode"
    assert [item["outcome"] for item in problem["items"]] == ["accepted", "rejected"]
    assert [exam["registration_number"] for exam in await exams(desk)] == ["1"]


async def test_a_contradiction_is_a_conflict_in_the_vendors_words(desk: Desk) -> None:
    await desk.hear(known())
    await said(desk, notification())
    answer = await post(desk, notification(result={"grade": "fail", "score": "1"}))
    assert answer.status_code == 409
    assert {error["field"] for error in answer.json()["errors"]} == {
        "exams.exam[0].examResult.grade",
        "exams.exam[0].examResult.score",
    }


NEWER = "2026-11-21T10:00:00Z"
OLDER = "2026-11-21T09:00:00Z"


@pytest.mark.parametrize("seed", range(4))
async def test_the_vendors_times_decide_whatever_the_order_of_arrival(
    desk: Desk, seed: int
) -> None:
    await desk.hear(known())
    spoken = [
        notification(eventDateTime="2026-11-21T08:00:00Z"),
        notification("placeHold", eventDateTime=OLDER, eventID="N-1"),
        notification("releaseHold", eventDateTime=NEWER, eventID="N-2"),
        notification(
            "modifyResultStatus",
            eventDateTime=NEWER,
            result={"score": "700", "grade": "fail"},
        ),
        notification("revokeResult", eventDateTime=OLDER),
        notification("unrevokeResult", eventDateTime=NEWER),
    ]
    arriving = [*spoken, *spoken]
    random.Random(seed).shuffle(arriving)
    for one in arriving:
        answer = await post(desk, one)
        assert answer.status_code == 200, answer.text
    (exam,) = await exams(desk)
    assert (exam["state"], exam["grade"], exam["score"]) == ("recorded", "fail", "700")


async def test_a_correction_is_published(desk: Desk) -> None:
    await desk.hear(known())
    await said(desk, notification())
    desk.clock.advance(timedelta(seconds=1))
    await said(desk, notification("modifyResultStatus", result={"score": "800", "grade": "fail"}))
    assert await told(desk) == [ExamPassed, ResultChanged]


async def test_appointments_are_moved_and_cancelled(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted(
        "/registrations",
        registration(candidate_id="CSCO10000001", testing_id=..., candidate=...),
    )
    moved = notification(
        "modifyAppointment",
        exam={"appointment": {"startDateTime": "2026-12-03T15:00:00Z", "testCenterID": "76009"}},
    )
    assert (await said(desk, moved))["items"][0]["state"] == "booked"
    desk.clock.advance(timedelta(seconds=1))
    cancelled = await said(desk, notification("cancelAppointment"))
    assert cancelled["items"][0]["state"] == "cancelled"
    await desk.settled()
    (change,) = desk.told(ExamAppointmentChanged)
    assert (change.appointment.isoformat(), change.centre) == ("2026-12-03T15:00:00+00:00", "76009")
    assert len(desk.told(ExamCancelled)) == 1


async def test_which_programme_it_is_about(desk: Desk) -> None:
    both = desk.vendor("vue", "results:write")
    answer = await post(desk, notification(), headers=both)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "clientID"
    assert (await said(desk, notification(), path=f"{PATH}?programme=cisco", headers=both))[
        "accepted"
    ] == 1
    elsewhere = await post(
        desk,
        notification(),
        path=f"{PATH}?programme=juniper",
        headers=desk.vendor("vue", "results:write", ONE_PROGRAMME),
    )
    assert elsewhere.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"eventType": NaN}',
        b"\n",
        sample("rten-notifications.jsonl")[:-40],
        sample("rten-notifications.jsonl") + b"\nnot json\n",
        b'{"eventType": "\\ud800"}',
    ],
)
async def test_a_body_that_is_not_json_is_refused_as_a_whole(desk: Desk, body: bytes) -> None:
    await desk.hear(known())
    answer = await post(desk, body)
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"].endswith("/problems/malformed")
    assert await exams(desk) == []


async def test_a_broken_line_is_named(desk: Desk) -> None:
    body = b"\n".join(sample("rten-notifications.jsonl").splitlines()[:2]) + b"\n{]\n"
    answer = await post(desk, body)
    assert answer.json()["errors"][0]["line"] == 3


async def test_a_nul_in_a_name_is_that_fields_fault(desk: Desk) -> None:
    body = json.dumps(notification(clientCandidateID="CSCO\x00")).encode()
    answer = await post(desk, body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "clientCandidateID"


async def test_a_number_beyond_all_numbers_is_that_fields_fault(desk: Desk) -> None:
    answer = await post(desk, to_json(notification()).replace(b'"865"', b"1e999"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "exams.exam[0].examResult.score"


async def test_more_than_a_request_may_carry_is_refused(desk: Desk) -> None:
    many = notification()
    many["exams"]["exam"] *= 1_001
    answer = await post(desk, many)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/problems/too-many-items")


async def test_an_empty_list_says_nothing(desk: Desk) -> None:
    assert (await said(desk, b"[]"))["items"] == []


async def test_who_may_post(desk: Desk) -> None:
    for headers in (desk.staff(), desk.candidate(), desk.vendor("vue", "registrations:write")):
        assert (await post(desk, notification(), headers=headers)).status_code == 403
    nobody = await desk.client.post(PATH, json=notification())
    assert nobody.status_code == 401


async def test_a_vendors_word_is_about_its_own_results_only(desk: Desk) -> None:
    await desk.hear(known())
    await said(desk, notification())
    other = desk.vendor("prometric", "results:write", ONE_PROGRAMME)
    answer = await said(desk, notification("revokeResult"), headers=other)
    assert answer["items"][0]["state"] == "pending"
    (exam,) = await exams(desk)
    assert exam["state"] == "recorded"


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    body=JSON
    | strategies.builds(
        lambda exams, rest, kind: notification(kind, exams={"exam": exams}, candidate=rest),
        LOOKS_RIGHT,
        LOOKS_RIGHT,
        strategies.sampled_from(["RESULT_AVAILABLE", "placeHold", "modifyAppointment"]),
    )
)
async def test_any_json_gets_an_answer_that_is_not_a_500(desk: Desk, body: Any) -> None:
    answer = await post(desk, body)
    assert answer.status_code in (200, 409, 422), answer.text
