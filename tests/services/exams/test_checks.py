"""A programme's checks of incoming results: what they find, and what follows."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.events import ExamPassed, ResultFlagged, ResultHeld, ResultReleased
from shared.programmes import Period
from tests.services.exams.conftest import PROGRAMMES, Desk, known, open_desk, result

CHECKS = """
vendors:
  - {id: vue, name: Pearson VUE}
  - {id: psi, name: PSI, order_by: sequence}
checks:
  - {check: retake_too_early, action: hold}
  - {check: score_out_of_range, exams: [200-301], least: 300, most: 1000, action: flag}
  - {check: score_out_of_range, exams: [200-301], most: 5000, action: hold}
  - {check: exam_retired, action: notify}
  - {check: impossible_date, action: notify, notify: integrity@example.com}
  - {check: two_centres, action: hold, within: 2 days}
  - check: too_many_attempts
    of_class: [associate_exam]
    attempts: 2
    within: 1 year
    action: flag
"""


@pytest.fixture
async def strict(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    folder = tmp_path / "programmes"
    shutil.copytree(PROGRAMMES / "cisco", folder / "cisco")
    (folder / "cisco" / "feeds.yaml").write_text(CHECKS, "utf-8")
    async with open_desk(database_url, programmes_folder=folder) as desk:
        await desk.hear(known())
        yield desk


async def flags(desk: Desk, query: str = "") -> list[tuple[str, str, str]]:
    found = await desk.get(f"/flags{query}")
    return sorted(
        (one["registration_number"], one["check"], one["action"]) for one in found["items"]
    )


async def post(desk: Desk, *items: dict[str, Any]) -> list[str]:
    said = await desk.accepted("/results", {"results": list(items)})
    return [item["state"] for item in said["items"]]


@pytest.mark.parametrize(
    ("changes", "expected", "words"),
    [
        ({"score": "299"}, ("score_out_of_range", "flag"), "below 300"),
        ({"score": "5001"}, ("score_out_of_range", "hold"), "above 5000"),
        ({"score": "pass!"}, ("score_out_of_range", "hold"), "no number"),
        ({"score": "NaN"}, ("score_out_of_range", "hold"), "no number"),
        ({"score": "sNaN1"}, ("score_out_of_range", "hold"), "no number"),
        ({"score": "-Infinity"}, ("score_out_of_range", "hold"), "no number"),
        (
            {"exam_code": "200-125", "exam_date": "2020-02-24"},
            ("exam_retired", "notify"),
            "could be taken until 2020-02-23",
        ),
        (
            {"taken_at": "2026-11-17T10:00:00Z"},
            ("impossible_date", "notify"),
            "2026-11-17",
        ),
        (
            {"stated_at": "2026-11-18T10:00:00Z"},
            ("impossible_date", "notify"),
            "stated on 2026-11-18",
        ),
    ],
)
async def test_a_check_finds_it_in_the_result_itself(
    strict: Desk, changes: dict[str, Any], expected: tuple[str, str], words: str
) -> None:
    (state,) = await post(strict, result("1", **changes))
    assert state == ("held" if expected[1] == "hold" else "recorded")
    assert await flags(strict) == [("1", *expected)]
    (flag,) = (await strict.get("/flags?programme=cisco"))["items"]
    assert words in flag["message"]
    await strict.settled()
    (event,) = strict.told(ResultFlagged)
    assert (event.check, event.action, event.message) == (*expected, flag["message"])
    notified = {"impossible_date": "integrity@example.com"}
    if event.action == "notify":
        support = "certification-support@example.com"
        assert event.notify == notified.get(event.check, support)
    else:
        assert event.notify is None


async def test_a_sound_result_raises_nothing(strict: Desk) -> None:
    sound = {
        "score": "1000",
        "taken_at": "2026-11-20T23:30:00Z",
        "stated_at": "2026-11-20T23:45:00Z",
    }
    assert await post(strict, result("1", **sound)) == ["recorded"]
    # Its stamp is no time, and says nothing about the day.
    headers = strict.vendor("psi")
    other = result("1", exam_code="350-401", sequence=7)
    said = await strict.accepted("/results", other, headers=headers)
    assert said["accepted"] == 1
    assert await flags(strict) == []


async def test_a_retake_that_comes_too_early_is_held_until_staff_release_it(strict: Desk) -> None:
    first = result("1", grade="fail", exam_date="2026-11-10")
    early = result("2", exam_date="2026-11-13")
    assert await post(strict, first) == ["recorded"]
    assert await post(strict, early) == ["held"]
    (held,) = (await strict.get("/held"))["items"]
    assert (held["registration_number"], held["held_by"]) == ("2", "review")
    assert "2026-11-16" in held["reason"]
    await strict.settled()
    assert [event.registration_number for event in strict.told(ResultHeld)] == ["2"]
    answer = await strict.post(
        f"/results/{held['id']}/release", {"reason": "A lab failed."}, headers=strict.staff()
    )
    assert answer.status_code == 200
    story = answer.json()
    assert (story["state"], story["review"], story["reason"]) == ("recorded", "released", None)
    assert [one["kind"] for one in story["changes"]] == ["review_hold", "review_release"]
    assert story["flags"][0]["note"] == "A lab failed."
    assert await flags(strict) == []
    assert await flags(strict, "?open=false") == [("2", "retake_too_early", "hold")]
    # What staff have released is not held again, though it is looked at again.
    change = {"programme": "cisco", "registration_number": "2", "kind": "change", "score": "900"}
    said = await strict.accepted("/changes", change)
    assert said["items"][0]["state"] == "recorded"
    await strict.settled()
    assert len(strict.told(ResultReleased)) == 1


async def test_a_late_first_attempt_puts_the_second_in_another_light(strict: Desk) -> None:
    assert await post(strict, result("2", exam_date="2026-11-13")) == ["recorded"]
    assert await post(strict, result("1", grade="fail", exam_date="2026-11-10")) == ["recorded"]
    history = await strict.get("/history", strict.candidate())
    states = {one["registration_number"]: one["state"] for one in history["exams"]}
    assert states == {"1": "recorded", "2": "held"}
    await strict.settled()
    passed, held = strict.told(ExamPassed), strict.told(ResultHeld)
    assert (passed[0].registration_number, held[0].registration_number) == ("2", "2")
    assert held[0].version > passed[0].version


async def test_what_waited_is_looked_at_when_its_candidate_appears(strict: Desk) -> None:
    unknown = {"candidate_id": "CSCO10000002"}
    assert await post(strict, result("1", score="6000", **unknown)) == ["waiting"]
    assert await flags(strict) == []
    await strict.hear(known("CSCO10000002"))
    assert await flags(strict) == [("1", "score_out_of_range", "hold")]
    await strict.settled()
    (told,) = [event for event in strict.told() if not isinstance(event, ResultFlagged)]
    assert isinstance(told, ResultHeld)


async def test_a_corrected_score_is_looked_at_again(strict: Desk) -> None:
    assert await post(strict, result("1", score="865")) == ["recorded"]
    change = {"programme": "cisco", "registration_number": "1", "kind": "change", "score": "8650"}
    said = await strict.accepted("/changes", change)
    assert said["items"][0]["state"] == "held"
    await strict.settled()
    assert [type(event).__name__ for event in strict.told()] == [
        "ExamPassed",
        "ResultFlagged",
        "ResultHeld",
    ]
    assert strict.told(ResultHeld)[0].score == "8650"


SITTINGS = [
    result("1", grade="fail", exam_date="2026-01-10", centre="A"),
    result("2", grade="fail", exam_date="2026-03-10", centre="A"),
    result("3", grade="fail", exam_date="2026-05-10", centre="A"),
    result("4", grade="fail", exam_date="2026-05-12", centre="B", exam_code="350-401"),
    result("5", grade="pass", exam_date="2026-07-10", centre="C"),
    result("6", grade="pass", exam_date="2026-07-11", centre="D", exam_code="350-401"),
]


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_found_does_not_depend_on_the_order(strict: Desk, seed: int) -> None:
    sittings = list(SITTINGS)
    random.Random(seed).shuffle(sittings)
    for sitting in sittings:
        await post(strict, sitting)
    assert await flags(strict) == [
        ("3", "too_many_attempts", "flag"),
        ("5", "too_many_attempts", "flag"),
        ("5", "two_centres", "hold"),
        ("6", "two_centres", "hold"),
    ]
    held = await strict.get("/held")
    assert sorted(one["registration_number"] for one in held["items"]) == ["5", "6"]


async def test_a_revoked_pass_was_an_attempt_that_failed(strict: Desk) -> None:
    await post(strict, result("1", exam_date="2026-11-01"))
    revoke = {"programme": "cisco", "registration_number": "1", "kind": "revoke"}
    await strict.accepted("/changes", revoke)
    # After a fail the wait is five days, after a pass it would be 180.
    assert await post(strict, result("2", exam_date="2026-11-10")) == ["recorded"]
    assert await post(strict, result("3", exam_date="2026-11-04")) == ["held"]
    assert ("1", "retake_too_early", "hold") not in await flags(strict)


async def test_two_sittings_at_the_same_moment_see_each_other(strict: Desk) -> None:
    first = result("1", grade="fail", exam_date="2026-11-10")
    early = result("2", exam_date="2026-11-13")
    await strict.settled()
    await _together(strict, first, early)
    assert await flags(strict) == [("2", "retake_too_early", "hold")]


async def _together(desk: Desk, *items: dict[str, Any]) -> None:
    await asyncio.gather(*(desk.accepted("/results", {"results": [item]}) for item in items))


async def test_what_a_result_costs_does_not_grow_with_each_other_of_its_candidate(
    strict: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a dummy candidate there may be thousands; counted are the dates that are worked out."""
    counted = 0
    real = Period.after

    def after(period: Period, day: date) -> date:
        nonlocal counted
        counted += 1
        return real(period, day)

    await strict.accepted(
        "/results", {"results": [result(str(number), centre="A") for number in range(600)]}
    )
    monkeypatch.setattr(Period, "after", after)
    assert await post(strict, result("B", exam_code="350-401", centre="B")) == ["held"]
    # All are looked at again, each among the others by a search, and not by going through them.
    assert 600 < counted < 600 * 60
    assert len((await strict.get("/held?limit=200"))["items"]) == 200
