"""Vendors post registrations; identity hears of each, with the contact it needs."""

from typing import Any

import pytest

from shared.events import ExamRegistered
from tests.services.exams.conftest import Desk, known, registration, result


async def test_a_registration_of_somebody_unknown_is_published_with_the_contact(desk: Desk) -> None:
    said = await desk.accepted("/registrations", {"registrations": [registration("1")]})
    assert (said["accepted"], said["items"][0]["state"]) == (1, "waiting")
    await desk.settled()
    (event,) = desk.told()
    assert isinstance(event, ExamRegistered)
    assert event.candidate_id is None
    assert (event.vendor, event.testing_id, event.exam_code) == ("vue", "T1", "200-301")
    assert event.contact is not None
    assert event.contact.email == "jane.roe@example.com"
    assert event.appointment is not None
    assert event.appointment.isoformat() == "2026-12-01T08:00:00+00:00"


async def test_a_registration_of_a_known_candidate_names_them(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T1"))
    said = await desk.accepted("/registrations", registration("1", candidate=...))
    assert said["items"][0]["state"] == "recorded"
    await desk.settled()
    (event,) = desk.told(ExamRegistered)
    assert event.candidate_id == "CSCO10000001"
    assert event.contact is None


async def test_the_same_again_is_not_published_again(desk: Desk) -> None:
    body = {"registrations": [registration("1"), registration("1"), registration("2")]}
    first = await desk.accepted("/registrations", body)
    assert (first["accepted"], first["duplicates"]) == (2, 1)
    again = await desk.accepted("/registrations", registration("1"))
    assert again["duplicates"] == 1
    # The same moment, said in another zone.
    moment = registration("1", appointment="2026-12-01T08:00:00Z")
    assert (await desk.accepted("/registrations", moment))["duplicates"] == 1
    await desk.settled()
    assert len(desk.told()) == 2


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"appointment": "2026-12-01T09:00:00"}, "appointment", "UTC offset"),
        ({"appointment": "tomorrow"}, "appointment", "must be a date and time"),
        ({"appointment": 1764579600}, "appointment", "must be a date and time"),
        ({"appointment": "2031-12-01T09:00:00Z"}, "appointment", "two years ahead"),
        ({"appointment": "1901-12-01T09:00:00Z"}, "appointment", "before 1985"),
        ({"candidate": {"given_name": "Jane"}}, "candidate.family_name", "is required"),
        *(
            (
                {"candidate": {"given_name": "J", "family_name": "R", "email": email}},
                "candidate.email",
                "one e-mail address",
            )
            for email in ("nowhere", "<j@example.com>", "j@example.com,r@example.com", "j:x@y")
        ),
        ({"candidate": "Jane Roe"}, "candidate", ""),
        ({"testing_id": ...}, "testing_id", "is required"),
        ({"testing_id": "T" * 65}, "testing_id", "64 characters"),
        ({"exam_code": "999-999"}, "exam_code", "unknown exam"),
        ({"programme": "novell"}, "programme", "unknown programme"),
    ],
)
async def test_a_bad_registration_is_refused_by_name(
    desk: Desk, changes: dict[str, Any], field: str, words: str
) -> None:
    said = await desk.accepted(
        "/registrations", {"registrations": [registration("1", **changes), registration("2")]}
    )
    assert (said["accepted"], said["rejected"]) == (1, 1)
    fields = {error["field"]: error["message"] for error in said["items"][0]["errors"]}
    assert words in fields[field]


async def test_other_content_under_the_same_number_is_refused(desk: Desk) -> None:
    await desk.accepted("/registrations", registration("1"))
    other = {"given_name": "Rick", "family_name": "Roe", "email": "jane.roe@example.com"}
    answer = await desk.post(
        "/registrations",
        registration("1", appointment="2026-12-02T09:00:00Z", candidate=other, exam_code="350-401"),
    )
    assert answer.status_code == 409
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"appointment", "candidate", "exam_code"}


async def test_a_registration_is_in_the_history_until_its_result_is(desk: Desk) -> None:
    await desk.accepted("/registrations", registration("1"))
    await desk.hear(known("CSCO10000001", "T1"))
    history = await desk.get("/history", desk.candidate())
    (booked,) = history["registrations"]
    assert booked["registration_number"] == "1"
    assert booked["exam_name"].endswith("(CCNA)")
    assert booked["appointment"] == "2026-12-01T08:00:00Z"
    await desk.accepted("/results", result("1"))
    history = await desk.get("/history", desk.candidate())
    assert history["registrations"] == []
    assert len(history["exams"]) == 1


async def test_who_may_post(desk: Desk) -> None:
    for headers in (desk.vendor(scope="results:write"), desk.candidate(), desk.staff()):
        answer = await desk.post("/registrations", registration(), headers=headers)
        assert answer.status_code == 403
