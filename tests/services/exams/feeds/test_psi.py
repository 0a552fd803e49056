"""PSI puts results of bookings and of eligibilities."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings, strategies
from pydantic_core import to_json
from sqlalchemy import select, text

from services.exams.domain.psi import Said, read_body
from services.exams.models import Registration
from shared.events import ExamAuthorized, ExamFailed, ExamPassed
from tests.services.exams.conftest import Desk, known, registration
from tests.services.exams.feeds.test_translating_notifications import JSON

PSI = "registrations:write results:write"


async def booked(desk: Desk, number: str = "B-1", **changes: Any) -> None:
    """A candidate is known, and PSI has registered a booking for them."""
    await desk.hear(known(vendor="psi"))
    given = {"candidate_id": "CSCO10000001", "testing_id": ..., "candidate": ..., **changes}
    given.setdefault("appointment", "2026-11-20T09:00:00-08:00")
    await desk.accepted(
        "/registrations", registration(number, **given), headers=desk.vendor("psi", PSI)
    )


async def put(
    desk: Desk, path: str, body: Any, headers: dict[str, str] | None = None
) -> httpx2.Response:
    given = {"content": body} if isinstance(body, bytes) else {"json": body}
    return await desk.client.put(
        f"/feeds/psi/{path}/results", headers=headers or desk.vendor("psi", PSI), **given
    )


async def said(desk: Desk, path: str, body: Any) -> dict[str, Any]:
    answer = await put(desk, path, body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def exams(desk: Desk) -> Any:
    return (await desk.get("/history", desk.candidate()))["exams"]


async def test_a_result_of_a_booking_is_recorded_with_what_is_known_of_it(desk: Desk) -> None:
    await booked(desk)
    answer = await said(desk, "bookings/B-1", {"result": "PASS", "score": "87"})
    assert answer == {"registration_number": "B-1", "outcome": "accepted", "state": "recorded"}
    await desk.settled()
    (event,) = desk.told(ExamPassed)
    assert (event.candidate_id, event.exam_code, event.score, str(event.exam_date)) == (
        "CSCO10000001",
        "200-301",
        "87",
        "2026-11-20",
    )
    assert (event.vendor, event.registration_number) == ("psi", "B-1")


async def test_the_same_again_changes_nothing_and_another_result_replaces_it(desk: Desk) -> None:
    await booked(desk)
    await said(desk, "bookings/B-1", {"result": "PASS", "score": "87"})
    desk.clock.advance(timedelta(days=1))
    again = await said(desk, "bookings/B-1", {"result": "PASS", "score": "87"})
    assert (again["outcome"], again["state"]) == ("duplicate", "recorded")
    for result in ("FAIL", "PASS", "FAIL"):
        desk.clock.advance(timedelta(seconds=1))
        other = await said(desk, "bookings/B-1", {"result": result, "score": "40"})
        assert other["outcome"] == "accepted"
        (exam,) = await exams(desk)
        assert (exam["grade"], exam["score"], exam["exam_date"]) == (
            result.lower(),
            "40",
            "2026-11-20",
        )


async def test_not_available_is_a_no_show_until_a_result_comes(desk: Desk) -> None:
    await booked(desk)
    first = await said(desk, "bookings/B-1", {"result": "NA"})
    assert (first["outcome"], first["state"]) == ("accepted", "no_show")
    again = await said(desk, "bookings/B-1", {"result": "NA"})
    assert (again["outcome"], again["state"]) == ("duplicate", "no_show")
    assert await exams(desk) == []
    desk.clock.advance(timedelta(seconds=1))
    assert (await said(desk, "bookings/B-1", {"result": "FAIL"}))["outcome"] == "accepted"
    (exam,) = await exams(desk)
    assert exam["grade"] == "fail"
    async with desk.here.database.reading() as session:
        found = await session.execute(text("SELECT no_show FROM registrations"))
        assert [bool(row[0]) for row in found] == [False]


async def test_a_no_show_with_a_result_is_a_contradiction(desk: Desk) -> None:
    await booked(desk)
    await said(desk, "bookings/B-1", {"result": "PASS"})
    answer = await put(desk, "bookings/B-1", {"result": "NA"})
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/problems/booking-has-result")


async def test_an_appointment_that_is_still_to_come_does_not_date_a_result_ahead(
    desk: Desk,
) -> None:
    await booked(desk, appointment="2026-12-20T09:00:00-08:00")
    await said(desk, "bookings/B-1", {"result": "PASS"})
    (exam,) = await exams(desk)
    assert exam["exam_date"] == "2026-11-22"


async def test_an_unknown_booking_is_404_and_taken_once_it_is_registered(desk: Desk) -> None:
    answer = await put(desk, "bookings/B-1", {"result": "PASS"})
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/problems/unknown-booking")
    await booked(desk)
    assert (await said(desk, "bookings/B-1", {"result": "PASS"}))["outcome"] == "accepted"


async def test_a_booking_of_another_vendor_or_programme_is_unknown(desk: Desk) -> None:
    await booked(desk)
    other = await put(desk, "bookings/B-1", {"result": "PASS"}, desk.vendor("vue", PSI))
    assert other.status_code == 404
    elsewhere = desk.vendor("psi", PSI, programmes=("juniper",))
    assert (await put(desk, "bookings/B-1", {"result": "PASS"}, elsewhere)).status_code == 404
    answer = await desk.client.put(
        "/feeds/psi/bookings/B-1/results?programme=cisco", headers=elsewhere, json={"result": "NA"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        (b"", 400, None),
        (b'{"result": ', 400, None),
        ([], 422, ["result"]),
        ({}, 422, ["result"]),
        ({"result": "pass"}, 422, ["result"]),
        ({"result": "WITHHELD", "score": ["1"]}, 422, ["score", "result"]),
        ({"result": "PASS", "score": "1" * 33}, 422, ["score"]),
        ({"result": "PASS", "score": "8\x07"}, 422, ["score"]),
    ],
)
async def test_a_bad_body_names_psis_field_and_stores_nothing(
    desk: Desk, body: Any, status: int, fields: list[str] | None
) -> None:
    await booked(desk)
    answer = await put(desk, "bookings/B-1", body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if fields is not None:
        assert [error["field"] for error in answer.json()["errors"]] == fields
    assert await exams(desk) == []


@pytest.mark.parametrize("code", ["%00", "a%00b", "x" * 65])
async def test_a_code_that_cannot_be_one_is_refused(desk: Desk, code: str) -> None:
    answer = await put(desk, f"bookings/{code}", {"result": "PASS"})
    assert answer.status_code == 422


async def test_a_fault_of_ours_is_a_5xx_and_stores_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await booked(desk)

    async def away(*given: Any) -> Any:
        raise OSError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr("shared.outbox.add", away)
        answer = await put(desk, "bookings/B-1", {"result": "PASS"})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert await exams(desk) == []
    assert (await said(desk, "bookings/B-1", {"result": "PASS"}))["outcome"] == "accepted"


async def authorized(desk: Desk) -> str:
    answer = await desk.client.post(
        "/authorizations",
        headers=desk.staff("authorizations:write"),
        json={
            "programme": "cisco",
            "candidate_id": "CSCO10000001",
            "exam_code": "200-301",
            "vendor": "psi",
            "first_day": "2026-11-22",
            "last_day": "2027-11-22",
            "attempts": 2,
        },
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


async def test_a_result_under_an_eligibility_is_that_of_its_booking(desk: Desk) -> None:
    await booked(desk, authorization_id="E-1")
    answer = await said(desk, "eligibilities/E-1", {"result": "PASS"})
    assert answer == {"registration_number": "B-1", "outcome": "accepted", "state": "recorded"}


async def test_of_several_bookings_the_one_that_stands_counts(desk: Desk) -> None:
    await booked(desk, "B-1", authorization_id="E-1")
    await booked(desk, "B-2", authorization_id="E-1")
    answer = await put(desk, "eligibilities/E-1", {"result": "PASS"})
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/problems/ambiguous-booking")
    await said(desk, "bookings/B-1", {"result": "NA"})
    answer_now = await said(desk, "eligibilities/E-1", {"result": "PASS"})
    assert answer_now["registration_number"] == "B-2"


async def test_without_a_booking_a_result_is_kept_under_the_eligibility(desk: Desk) -> None:
    await desk.hear(known())
    number = await authorized(desk)
    answer = await said(desk, f"eligibilities/{number}", {"result": "FAIL", "score": "12"})
    assert answer == {"registration_number": number, "outcome": "accepted", "state": "recorded"}
    await booked(desk, "B-1", authorization_id=number)
    again = await said(desk, f"eligibilities/{number}", {"result": "FAIL", "score": "12"})
    assert (again["registration_number"], again["outcome"]) == (number, "duplicate")
    await desk.settled()
    assert len(desk.told(ExamFailed)) == 1
    assert [event.number for event in desk.told(ExamAuthorized)] == [number]


async def test_a_no_show_under_an_eligibility_needs_a_booking(desk: Desk) -> None:
    await desk.hear(known())
    number = await authorized(desk)
    assert (await put(desk, f"eligibilities/{number}", {"result": "NA"})).status_code == 404
    assert (await put(desk, "eligibilities/E-9", {"result": "PASS"})).status_code == 404


@given(JSON)
def test_any_json_is_read_or_refused(body: Any) -> None:
    read = read_body(body)
    assert isinstance(read, Said) or read.faults


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=JSON | strategies.fixed_dictionaries({"result": JSON, "score": JSON}))
async def test_any_json_gets_an_answer_that_is_not_a_500(desk: Desk, body: Any) -> None:
    answer = await put(desk, "bookings/none", to_json(body))
    assert answer.status_code in (404, 422)


async def test_of_a_result_and_a_no_show_at_the_same_moment_only_one_stands(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [f"B-{number}" for number in range(12)]
    for number in numbers:
        await booked(desk, number)
    real = desk.clock.now

    def ticking() -> datetime:
        desk.clock.advance(timedelta(microseconds=1))
        return real()

    monkeypatch.setattr(desk.clock, "now", ticking)
    puts = [
        put(desk, f"bookings/{number}", {"result": result})
        for number in numbers
        for result in ("NA", "PASS")
    ]
    answers = await asyncio.gather(*puts)
    # The no-show first, which the result takes back; or the result first, which stands.
    assert {answer.status_code for answer in answers} <= {200, 409}
    async with desk.here.database.reading() as session:
        missed = await session.scalars(
            select(Registration.registration_number).where(Registration.no_show)
        )
        assert missed.all() == []
    assert len(await exams(desk)) == len(numbers)
