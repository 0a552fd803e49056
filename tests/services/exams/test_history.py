"""The testing history, as the candidate and staff see it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.services.exams.conftest import Desk, known, registration, result
from tests.services.exams.test_changes import change

SAMPLE = """vendor,candidate_id,last_name,exam_code,exam_name,registration_number,grade,exam_date
vue,CSCO10000000,Doe,350-001,CCIE Routing and Switching,219142598,Pass,2007-02-21
vue,CSCO10000000,Doe,350-001,CCIE Routing and Switching,n7dnt508,Fail,2006-06-20
vue,CSCO10000000,Doe,350-002,SNA Recert,UniqueRegNum_1036453,Pass,1999-03-25
"""


async def test_the_guides_history(desk: Desk) -> None:
    await desk.hear(known("CSCO10000000"))
    done = await desk.imported(SAMPLE)
    assert (done["accepted"], done["rejected"]) == (3, 0)
    history = await desk.get("/history", desk.candidate("CSCO10000000"))
    shown = [
        (exam["registration_number"], exam["grade"], exam["exam_date"], exam["expires_on"])
        for exam in history["exams"]
    ]
    assert shown == [
        ("219142598", "pass", "2007-02-21", "2010-02-21"),
        ("n7dnt508", "fail", "2006-06-20", None),
        ("UniqueRegNum_1036453", "pass", "1999-03-25", "2002-03-25"),
    ]
    assert history["timezone"] == "America/Los_Angeles"
    assert history["exams"][0]["exam_name"]


async def test_a_candidate_sees_their_own_and_staff_their_programmes(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001"), known("CSCO10000002"))
    await desk.accepted("/results", result("1"))
    assert (await desk.get("/history", desk.candidate("CSCO10000002")))["exams"] == []
    path = "/candidates/cisco/CSCO10000001/history"
    (exam,) = (await desk.get(path))["exams"]
    assert exam["received_at"].startswith("2026-11-22T12:00:00")
    refused: dict[int, list[dict[str, str]]] = {
        403: [desk.staff(programmes=["juniper"]), desk.staff(scope=""), desk.vendor()],
        401: [{}],
    }
    for status, everybody in refused.items():
        for headers in everybody:
            assert (await desk.client.get(path, headers=headers)).status_code == status
    missing = await desk.client.get("/candidates/cisco/CSCO99999999/history", headers=desk.staff())
    assert missing.status_code == 404
    strange = await desk.client.get("/candidates/cisco/CSCO%00/history", headers=desk.staff())
    assert strange.status_code == 422
    foreign = await desk.client.get("/history", headers=desk.staff())
    assert foreign.status_code == 403


async def test_an_exam_is_shown_with_all_that_its_vendor_told(desk: Desk) -> None:
    await desk.hear(known())
    told = result(
        score="865",
        passing_score="825",
        sections=[{"name": "IP Services", "score": "90%"}],
        centre="TYO1",
        taken_at="2026-11-20T05:00:00Z",
    )
    await desk.accepted("/results", told)
    (exam,) = (await desk.get("/history", desk.candidate()))["exams"]
    shown = {name: exam[name] for name in ("vendor", "vendor_name", "score", "passing_score")}
    assert shown == {
        "vendor": "vue",
        "vendor_name": "Pearson VUE",
        "score": "865",
        "passing_score": "825",
    }
    assert exam["sections"] == [{"name": "IP Services", "score": "90%"}]
    assert (exam["state"], exam["reason"], exam["changed_at"]) == ("recorded", None, None)
    assert (exam["centre"], exam["expires_on"]) == ("TYO1", "2029-11-20")
    (story,) = [await desk.get(f"/results/{exam['id']}")]
    assert story["taken_at"] == "2026-11-20T05:00:00Z"


async def test_a_revoked_pass_never_counted_and_so_does_not_expire(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result())
    await desk.accepted("/changes", change("revoke", reason="A proxy sat."))
    (exam,) = (await desk.get("/history", desk.candidate()))["exams"]
    assert (exam["state"], exam["reason"], exam["expires_on"]) == ("revoked", "A proxy sat.", None)
    assert exam["changed_at"] is not None


async def booked(desk: Desk) -> dict[str, Any]:
    (one,) = (await desk.get("/history", desk.candidate()))["registrations"]
    return {
        name: one[name]
        for name in ("state", "stage", "expected_on", "appointment", "centre", "vendor_name")
    }


# The desk's clock says 4 a.m. of 22 November in Los Angeles.
@pytest.mark.parametrize(
    ("appointment", "days", "expected"),
    [
        ("2026-12-01T18:00:00Z", 0, ("booked", "booked", "2026-12-08")),
        ("2026-11-22T18:00:00Z", 0, ("booked", "sitting", "2026-11-29")),
        # The 23rd in London is still the 22nd in Los Angeles.
        ("2026-11-23T06:00:00Z", 0, ("booked", "sitting", "2026-11-29")),
        ("2026-11-22T18:00:00Z", 1, ("awaiting", "awaiting", "2026-11-29")),
        ("2026-11-22T18:00:00Z", 7, ("awaiting", "awaiting", "2026-11-29")),
        ("2026-11-22T18:00:00Z", 8, ("awaiting", "overdue", "2026-11-29")),
        (..., 0, ("booked", "booked", None)),
    ],
)
async def test_the_stages_of_a_booked_exam(
    desk: Desk, appointment: Any, days: int, expected: tuple[str, str, str | None]
) -> None:
    await desk.hear(known("CSCO10000001", "T1"))
    await desk.accepted("/registrations", registration(appointment=appointment))
    desk.clock.advance(timedelta(days=days))
    found = await booked(desk)
    assert (found["state"], found["stage"], found["expected_on"]) == expected


async def test_a_booked_exam_says_where_it_can_be_moved(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T1"))
    await desk.accepted("/registrations", registration(centre="TYO1", authorization_id="A1"))
    history = await desk.get("/history", desk.candidate())
    (one,) = history["registrations"]
    assert one["scheduling_url"] == "https://home.pearsonvue.com/cisco"
    assert one["centre"] == "TYO1"
    assert {"vendor": "vue", "vendor_name": "Pearson VUE", "url": one["scheduling_url"]} in history[
        "scheduling"
    ]


@pytest.mark.parametrize(("kind", "state"), [("cancel", "cancelled"), ("no_show", "no_show")])
async def test_what_was_cancelled_or_missed_awaits_nothing(
    desk: Desk, kind: str, state: str
) -> None:
    await desk.hear(known("CSCO10000001", "T1"))
    await desk.accepted("/registrations", registration(appointment="2026-11-21T18:00:00Z"))
    await desk.accepted("/changes", change(kind))
    found = await booked(desk)
    assert (found["state"], found["stage"], found["expected_on"]) == (state, None, None)


async def test_a_result_that_came_without_its_candidate_is_being_looked_into(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T1"))
    await desk.accepted("/registrations", registration(appointment="2026-11-20T18:00:00Z"))
    await desk.accepted("/results", result(candidate_id="CSCO10000077"))
    found = await booked(desk)
    assert (found["state"], found["stage"]) == ("awaiting", "received")
    await desk.accepted("/results", result("2"))
    history = await desk.get("/history", desk.candidate())
    assert [exam["registration_number"] for exam in history["exams"]] == ["2"]


async def test_a_held_result_is_shown_among_the_exams(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T1"))
    await desk.accepted("/registrations", registration(appointment="2026-11-20T18:00:00Z"))
    await desk.accepted("/changes", change("hold", reason="Being looked into."))
    await desk.accepted("/results", result())
    history = await desk.get("/history", desk.candidate())
    assert history["registrations"] == []
    (exam,) = history["exams"]
    assert (exam["state"], exam["reason"]) == ("held", "Being looked into.")
