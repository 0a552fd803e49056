"""What vendors say after a first statement: the newest word counts, whichever arrives first."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.events import (
    Event,
    ExamAppointmentChanged,
    ExamCancelled,
    ExamFailed,
    ExamMissed,
    ExamPassed,
    ExamRegistered,
    ResultChanged,
    ResultHeld,
    ResultReinstated,
    ResultReleased,
    ResultRevoked,
)
from tests.services.exams.conftest import (
    NOW,
    PROGRAMMES,
    Desk,
    known,
    open_desk,
    registration,
    result,
)


def at(minute: int) -> str:
    return (NOW - timedelta(hours=10) + timedelta(minutes=minute)).isoformat()


def change(kind: str, minute: int | None = None, number: str = "1", **more: Any) -> dict[str, Any]:
    stated = {} if minute is None else {"stated_at": at(minute)}
    return {
        "programme": "cisco",
        "registration_number": number,
        "kind": kind,
        **stated,
        **more,
    }


async def told(desk: Desk) -> list[tuple[str, int]]:
    await desk.settled()
    events: list[Event] = sorted(desk.told(), key=lambda event: event.version)
    return [(type(event).__name__, event.version) for event in events]


async def exam(desk: Desk) -> dict[str, Any]:
    (found,) = (await desk.get("/history", desk.candidate()))["exams"]
    return dict(found)


async def test_a_result_is_held_released_revoked_and_reinstated(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result(stated_at=at(0)))
    for minute, (kind, state) in enumerate(
        [
            ("hold", "held"),
            ("release", "recorded"),
            ("revoke", "revoked"),
            ("reinstate", "recorded"),
        ],
        start=1,
    ):
        said = await desk.accepted("/changes", change(kind, minute, reason="An audit."))
        assert (said["items"][0]["outcome"], said["items"][0]["state"]) == ("accepted", state)
        found = await exam(desk)
        assert (found["state"], found["reason"]) == (
            state,
            None if state == "recorded" else "An audit.",
        )
    assert await told(desk) == [
        ("ExamPassed", 1),
        ("ResultHeld", 2),
        ("ResultReleased", 3),
        ("ResultRevoked", 4),
        ("ResultReinstated", 5),
    ]
    (held,) = desk.told(ResultHeld)
    assert (held.state, held.reason, held.grade) == ("held", "An audit.", "pass")
    assert held.changed_at == NOW


async def test_a_score_and_a_grade_are_corrected(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result(score="865", stated_at=at(0)))
    await desk.accepted("/changes", change("change", 1, score="810"))
    await desk.accepted("/changes", change("change", 2, grade="fail", exam_date="2026-11-19"))
    found = await exam(desk)
    assert (found["grade"], found["score"], found["exam_date"]) == ("fail", "810", "2026-11-19")
    assert found["expires_on"] is None
    assert [name for name, _ in await told(desk)] == [
        "ExamPassed",
        "ResultChanged",
        "ResultChanged",
    ]
    last = desk.told(ResultChanged)[-1]
    assert (last.grade, last.score, last.state) == ("fail", "810", "recorded")


async def test_what_only_says_more_of_a_result_is_no_correction_of_it(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result(score="865", stated_at=at(0)))
    more: dict[str, Any] = {
        "centre": "C1",
        "taken_at": "2026-11-20T18:00:00Z",
        "passing_score": "825",
        "sections": [{"name": "Network Access", "score": "80"}],
    }
    said = await desk.accepted("/results", result(score="865", stated_at=at(1), **more))
    assert said["accepted"] == 1
    found = await exam(desk)
    assert (found["centre"], found["passing_score"]) == ("C1", "825")
    # Nothing that anybody was told has changed, so nobody is told that it has.
    assert await told(desk) == [("ExamPassed", 1)]


async def test_partial_corrections_in_any_order_make_the_same(desk: Desk) -> None:
    await desk.hear(known())
    words = [
        ("results", result(score="865", stated_at=at(0))),
        ("changes", change("change", 1, score="810")),
        ("changes", change("change", 2, grade="fail")),
        ("results", result(score="800", passing_score="825", stated_at=at(3), grade="fail")),
        ("changes", change("change", 4, score="799")),
    ]
    for kind, item in reversed(words):
        await desk.accepted(f"/{kind}", {kind: [item]})
    found = await exam(desk)
    assert (found["grade"], found["score"], found["passing_score"]) == ("fail", "799", "825")


async def test_a_change_may_come_before_its_result_and_before_its_candidate(desk: Desk) -> None:
    said = await desk.accepted("/changes", {"changes": [change("hold", 5), change("revoke", 1)]})
    assert [item["state"] for item in said["items"]] == ["pending", "pending"]
    said = await desk.accepted("/results", result(stated_at=at(0)))
    assert said["items"][0]["state"] == "waiting"
    said = await desk.accepted("/changes", change("reinstate", 2))
    assert said["items"][0]["state"] == "waiting"
    assert await told(desk) == []
    await desk.hear(known())
    assert (await exam(desk))["state"] == "held"
    ((name, _),) = await told(desk)
    assert name == "ResultHeld"


async def test_a_pending_change_waits_for_its_result_of_a_known_candidate(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/changes", change("change", 5, grade="fail"))
    said = await desk.accepted("/results", result(stated_at=at(0)))
    assert said["items"][0]["state"] == "recorded"
    assert [name for name, _ in await told(desk)] == ["ExamFailed"]
    assert (await exam(desk))["grade"] == "fail"


async def test_an_older_word_changes_nothing(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result(stated_at=at(0)))
    await desk.accepted("/changes", change("release", 9))
    said = await desk.accepted("/changes", change("hold", 3))
    assert (said["accepted"], said["items"][0]["state"]) == (1, "recorded")
    assert [name for name, _ in await told(desk)] == ["ExamPassed"]


async def test_of_two_words_at_once_the_careful_one_counts(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result(stated_at=at(0)))
    both = [change("hold", 3), change("release", 3), change("reinstate", 4), change("revoke", 4)]
    await desk.accepted("/changes", {"changes": both})
    found = await exam(desk)
    assert found["state"] == "revoked"
    await desk.accepted("/changes", change("reinstate", 5))
    assert (await exam(desk))["state"] == "held"


async def test_the_same_notification_again_is_a_duplicate(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result())
    timed = change("hold", 1)
    named = change("hold", notice_id="N1")
    for item in (timed, named):
        assert (await desk.accepted("/changes", item))["items"][0]["outcome"] == "accepted"
    desk.clock.advance(timedelta(minutes=1))
    for item in (timed, named, change("hold")):
        again = await desk.accepted("/changes", item)
        assert (again["duplicates"], again["items"][0]["state"]) == (1, "held")
    # Without a time it was said now: after the hold, so it releases.
    assert (await desk.accepted("/changes", change("release")))["items"][0]["state"] == "recorded"


async def test_a_restated_result_with_a_newer_time_is_a_correction(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result(stated_at=at(0)))
    newer = await desk.accepted("/results", result(grade="fail", stated_at=at(2)))
    assert (newer["accepted"], newer["items"][0]["state"]) == (1, "recorded")
    older = await desk.accepted("/results", result(stated_at=at(1)))
    assert older["items"][0]["outcome"] == "accepted"
    for again in (result(grade="fail", stated_at=at(2)), result(stated_at=at(0))):
        assert (await desk.accepted("/results", again))["duplicates"] == 1
    assert (await exam(desk))["grade"] == "fail"
    assert [name for name, _ in await told(desk)] == ["ExamPassed", "ResultChanged"]


async def test_a_file_without_times_that_agrees_with_what_stands_is_a_duplicate(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result())
    await desk.accepted("/changes", change("change", 1, grade="fail"))
    # What was said at first, and what stands now; anything else without a time contradicts.
    for agreeing in (result(), result(grade="fail")):
        assert (await desk.accepted("/results", agreeing))["duplicates"] == 1
    answer = await desk.post("/results", result(exam_date="2026-11-01"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "exam_date")
    assert (await exam(desk))["grade"] == "fail"


async def test_other_content_with_the_same_time_is_a_contradiction(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result(stated_at=at(0)))
    answer = await desk.post("/results", result(grade="fail", stated_at=at(0)))
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "grade"
    await desk.accepted("/changes", change("change", 1, score="800"))
    answer = await desk.post("/changes", change("change", 1, score="801"))
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "score"
    assert (await desk.post("/results", result(exam_code="350-401"))).status_code == 409


async def test_a_change_about_another_exam_or_person_is_a_contradiction(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result())
    answer = await desk.post("/changes", change("hold", 1, exam_code="350-401"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "exam_code")
    answer = await desk.post("/changes", change("hold", 1, candidate_id="CSCO10000009"))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "candidate_id")
    assert (await exam(desk))["state"] == "recorded"


@pytest.mark.parametrize(
    ("item", "field", "words"),
    [
        (change("hold", 1, subject="registration"), "subject", "hold is about a result"),
        (change("change", 1), "grade", "says what it changes"),
        (change("appointment", 1), "appointment", "is required"),
        (change("hold", 10_000), "stated_at", "is in the future"),
        (change("hold", stated_at="1980-01-01T00:00:00Z"), "stated_at", "before 1985"),
        (change("change", 1, exam_date="2027-01-01"), "exam_date", "is in the future"),
        (change("appointment", 1, appointment="2031-01-01T00:00:00Z"), "appointment", "ahead"),
        (change("hold", 1, exam_code="nope"), "exam_code", "unknown exam"),
        (change("hold", 1, programme="nope"), "programme", "unknown programme"),
        (change("praise", 1), "kind", "should be 'hold'"),
        (change("hold", 1, vendor="psi"), "vendor", "must be 'vue'"),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused(
    desk: Desk, item: dict[str, Any], field: str, words: str
) -> None:
    answer = await desk.post("/changes", item)
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert fault["field"] == field
    assert words in fault["message"]


async def test_each_kind_of_change_needs_its_scope(desk: Desk) -> None:
    headers = desk.vendor(scope="results:write")
    both = {"changes": [change("hold", 1), change("cancel", 1)]}
    said = await desk.accepted("/changes", both, headers=headers)
    assert [item["outcome"] for item in said["items"]] == ["accepted", "rejected"]
    assert said["items"][1]["registration_number"] == "1"
    assert "registrations:write" in said["items"][1]["errors"][0]["message"]
    answer = await desk.post("/changes", both, headers=desk.vendor(scope="imports:write"))
    assert answer.status_code == 403


async def test_a_registration_is_moved_cancelled_and_restored(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T1"))
    await desk.accepted("/registrations", registration(stated_at=at(0)))
    moved = "2026-12-08T09:00:00Z"
    for item, state in [
        (change("appointment", 1, appointment=moved, centre="TYO1"), "booked"),
        (change("cancel", 2), "cancelled"),
        (change("restore", 3), "booked"),
        (change("no_show", 4), "no_show"),
    ]:
        said = await desk.accepted("/changes", item)
        assert said["items"][0]["state"] == state
    assert await told(desk) == [
        ("ExamRegistered", 1),
        ("ExamAppointmentChanged", 2),
        ("ExamCancelled", 3),
        ("ExamAppointmentChanged", 4),
        ("ExamMissed", 5),
    ]
    event = desk.told(ExamAppointmentChanged)[0]
    assert (event.centre, event.appointment.isoformat()) == ("TYO1", "2026-12-08T09:00:00+00:00")
    assert desk.told(ExamMissed)[0].candidate_id == "CSCO10000001"


async def test_a_registration_that_was_cancelled_before_it_came(desk: Desk) -> None:
    await desk.accepted("/changes", change("cancel", 2))
    await desk.accepted("/registrations", registration(stated_at=at(0)))
    assert await told(desk) == [("ExamRegistered", 1), ("ExamCancelled", 2)]
    assert desk.told(ExamRegistered)[0].contact is not None


async def test_a_registration_stated_again_with_a_newer_time_is_moved(desk: Desk) -> None:
    await desk.accepted("/registrations", registration(stated_at=at(0)))
    moved = registration(stated_at=at(1), appointment="2026-12-08T09:00:00Z")
    assert (await desk.accepted("/registrations", moved))["accepted"] == 1
    assert (await desk.accepted("/registrations", moved))["duplicates"] == 1
    assert [name for name, _ in await told(desk)] == ["ExamRegistered", "ExamAppointmentChanged"]
    assert len(desk.told(ExamCancelled)) == 0


async def test_what_is_held_or_revoked_before_anybody_heard_is_told_as_such(desk: Desk) -> None:
    await desk.hear(known())
    held, revoked = change("hold", 1, "1"), change("revoke", 1, "2")
    await desk.accepted("/changes", {"changes": [held, revoked]})
    said = await desk.accepted("/results", {"results": [result("1"), result("2")]})
    assert [item["state"] for item in said["items"]] == ["held", "revoked"]
    await desk.accepted("/changes", {"changes": [change("reinstate", 2, "2")]})
    await desk.accepted("/changes", {"changes": [change("release", 2, "1")]})
    await desk.settled()
    assert [len(desk.told(kind)) for kind in (ExamPassed, ExamFailed, ResultHeld)] == [0, 0, 1]
    assert [len(desk.told(kind)) for kind in (ResultRevoked, ResultReinstated)] == [1, 1]
    assert len(desk.told(ResultReleased)) == 1
    # What is news only because nobody had heard of the exam says so; what came of it later is news.
    kinds = (ResultHeld, ResultRevoked, ResultReleased, ResultReinstated)
    assert [one.first for kind in kinds for one in desk.told(kind)] == [True, True, False, False]


@pytest.fixture
async def ordered(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A programme that has its vendor's statements ordered by their running numbers."""
    folder = tmp_path / "programmes"
    shutil.copytree(PROGRAMMES / "cisco", folder / "cisco")
    vendors = "vendors: [{id: vue, name: Vue, order_by: sequence}]\n"
    (folder / "cisco" / "feeds.yaml").write_text(vendors, "utf-8")
    async with open_desk(database_url, programmes_folder=folder) as desk:
        await desk.hear(known())
        yield desk


async def test_where_the_sequence_orders_it_decides_and_no_time(ordered: Desk) -> None:
    await ordered.accepted("/results", result(sequence=1))
    await ordered.accepted("/changes", change("revoke", 5, sequence=9))
    said = await ordered.accepted("/changes", change("reinstate", 50, sequence=8))
    assert said["items"][0]["state"] == "revoked"
    await ordered.accepted("/results", result(sequence=3, grade="fail"))
    found = await exam(ordered)
    assert (found["state"], found["grade"]) == ("revoked", "fail")
    story = await ordered.get(f"/results/{found['id']}")
    assert [(one["sequence"], one["stated_at"]) for one in story["changes"]] == [
        (9, None),
        (8, None),
        (1, None),
        (3, None),
    ]


async def test_where_the_sequence_orders_a_change_needs_it(ordered: Desk) -> None:
    answer = await ordered.post("/changes", change("hold", 5))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "sequence"
    # A result without one is older than anything that has one.
    await ordered.accepted("/results", result())
    await ordered.accepted("/results", result(sequence=0, grade="pass"))
    assert (await ordered.accepted("/results", result(sequence=1, grade="fail")))["accepted"] == 1
    assert (await exam(ordered))["grade"] == "fail"
