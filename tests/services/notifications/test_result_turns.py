"""What is told of turns in the lives of results, of courses in review, and of flags."""

import random
from datetime import date, timedelta
from typing import Any

from services.notifications.app import create_app
from services.notifications.models import Contact, Email, MailboxItem
from services.notifications.settings import Settings
from shared.events import (
    CourseCompletionApproved,
    CourseCompletionRejected,
    CourseCompletionReturned,
    Event,
    ResultChanged,
    ResultHeld,
    ResultReinstated,
    ResultReleased,
    ResultRevoked,
)
from tests.services.notifications.causes import (
    COMPLETION,
    FLAG,
    became,
    course,
    failed,
    flagged,
    passed,
)
from tests.services.notifications.conftest import PUBLISHED
from tests.services.notifications.test_delivery import emails, settled
from tests.services.reacting import JANE, NOW, TODAY, Reacting, person, running

LONG_AGO = NOW - timedelta(days=40)


async def told(service: Reacting) -> list[str]:
    return sorted(row["natural_key"] for row in await service.rows(Email))


async def mailed(service: Reacting, count: int) -> list[str]:
    return sorted(one["subject"] for one in await settled(service, count))


async def test_every_turn_of_a_result_is_told_once(keeping: Reacting) -> None:
    one = passed()
    turns = [
        one,
        became(ResultHeld, one, 2),
        became(ResultReleased, one, 3),
        became(ResultChanged, one, 4, score="901"),
        became(ResultRevoked, one, 5),
        became(ResultReinstated, one, 6),
        became(ResultHeld, one, 7),
    ]
    await keeping.hear(person(), *turns, *turns)
    # Released after it had been told: not told as a result again.
    assert await mailed(keeping, 6) == [
        "Your result for exam 200-301 counts again",
        "Your result for exam 200-301 has arrived",
        "Your result for exam 200-301 is held",
        "Your result for exam 200-301 is held",
        "Your result for exam 200-301 was revoked",
        "Your result for exam 200-301 was updated",
    ]
    assert await told(keeping) == [
        f"exam_result:{one.result_id}",
        f"result_changed:{one.result_id}:4",
        f"result_held:{one.result_id}:2",
        f"result_held:{one.result_id}:7",
        f"result_reinstated:{one.result_id}:6",
        f"result_revoked:{one.result_id}:5",
    ]


async def test_a_result_that_was_held_from_the_start_is_told_when_it_is_released(
    keeping: Reacting,
) -> None:
    # The hold took longer than news stays new.
    one = failed(exam_date=date(2026, 9, 1))
    held = became(ResultHeld, one, 1, changed_at=LONG_AGO, reason="Two centres at once.")
    await keeping.hear(person(), held)
    released = became(ResultReleased, one, 2)
    await keeping.hear(released, released)
    assert await mailed(keeping, 1) == ["Your result for exam 200-301 has arrived"]
    (suppressed,) = await emails(keeping, "suppressed")
    assert suppressed["template"] == "result_held"
    mail = await _read(keeping)
    assert "It was not a pass this time" in mail["text"]


async def test_what_was_corrected_while_it_was_held_is_told_when_it_is_released(
    keeping: Reacting,
) -> None:
    one = passed()
    await keeping.hear(
        person(),
        one,
        became(ResultHeld, one, 2),
        became(ResultChanged, one, 3, grade="fail", score="610", state="held"),
    )
    released = became(ResultReleased, one, 4, grade="fail", score="610")
    await keeping.hear(released, released)
    await settled(keeping, 4)
    assert await told(keeping) == [
        f"exam_result:{one.result_id}",
        f"result_changed:{one.result_id}:3",
        f"result_changed:{one.result_id}:4",
        f"result_held:{one.result_id}:2",
    ]
    (last,) = [one for one in await keeping.rows(Email) if one["natural_key"].endswith(":4")]
    assert (last["data"]["grade"], last["data"]["score"]) == ("fail", "610")


async def _read(service: Reacting) -> Any:
    (entry,) = await service.ask("GET", "/mailbox")
    return await service.ask("GET", f"/mailbox/{entry['id']}")


async def test_a_held_result_is_told_without_its_grade(keeping: Reacting) -> None:
    held = became(ResultHeld, passed(), 1, reason="Two centres at once.")
    await keeping.hear(person(), held)
    await settled(keeping, 1)
    mail = await _read(keeping)
    for part in (mail["text"], mail["html"]):
        assert "Two centres at once." in part
        assert "/cisco/testing-history" in part
        for secret in ("Pass", "874", "Grade"):
            assert secret not in part
    (row,) = await keeping.rows(Email)
    assert (row["data"]["grade"], row["data"]["score"]) == (None, None)


async def test_old_turns_are_not_told(keeping: Reacting) -> None:
    one = passed(exam_date=date(2015, 1, 1))
    await keeping.hear(
        person(),
        # Loaded with the history of years: as old as the exam.
        became(ResultRevoked, one, 2, first=True),
        became(ResultHeld, passed(), 2, changed_at=LONG_AGO),
        course(CourseCompletionApproved, at=LONG_AGO),
        flagged(raised_at=LONG_AGO),
    )
    suppressed = await keeping.until(lambda: _suppressed(keeping, 4))
    assert all("more than 30 days" in one["error"] for one in suppressed)
    assert len(await keeping.rows(Email)) == 4
    # What was passed years ago and is revoked now is news.
    await keeping.hear(became(ResultRevoked, passed(exam_date=date(2024, 1, 1)), 2))
    assert await mailed(keeping, 1) == ["Your result for exam 200-301 was revoked"]


async def _suppressed(service: Reacting, count: int) -> list[dict[str, Any]] | None:
    found = await emails(service, "suppressed")
    return found if len(found) >= count else None


async def test_decisions_about_courses_are_told(keeping: Reacting) -> None:
    events = [
        course(CourseCompletionReturned, 2),
        course(CourseCompletionRejected, 4),
        course(CourseCompletionApproved, 5),
    ]
    await keeping.hear(person(), *events, *events)
    name = "Implementing Cisco Enterprise Advanced Routing"
    assert await mailed(keeping, 3) == [
        f"Cisco needs more about your course {name}",
        f"Your course {name} was approved",
        f"Your course {name} was not accepted",
    ]
    for entry in await keeping.ask("GET", "/mailbox"):
        mail = await keeping.ask("GET", f"/mailbox/{entry['id']}")
        for part in (mail["text"], mail["html"]):
            assert f"/cisco/testing-history/course-completions/{COMPLETION}" in part
    assert await told(keeping) == [
        f"completion_approved:{COMPLETION}:5",
        f"completion_rejected:{COMPLETION}:4",
        f"completion_returned:{COMPLETION}:2",
    ]


async def test_what_a_check_found_goes_to_staff_and_not_to_the_candidate(
    keeping: Reacting,
) -> None:
    one = flagged()
    await keeping.hear(person(), one, one, flagged(flag_id=COMPLETION, notify=None))
    (sent,) = await settled(keeping, 1)
    assert (sent["to"], sent["candidate_id"]) == ("exam-security@example.com", None)
    assert await told(keeping) == [f"result_flagged:{FLAG}"]
    mail = await _read(keeping)
    for part in (mail["text"], mail["html"]):
        assert "Jane" not in part
        assert f"/cisco/staff/candidates/{JANE}" in part


async def test_where_results_are_not_mailed_no_turn_of_them_is(settings: dict[str, Any]) -> None:
    settings |= {"mailbox": True, "exam_result_mails": False}
    async with running(create_app, Settings(**settings), PUBLISHED) as service:
        one = passed()
        await service.hear(
            person(), one, became(ResultHeld, one, 2), became(ResultReleased, one, 3)
        )
        await service.hear(flagged(), course(CourseCompletionApproved))
        assert len(await settled(service, 2)) == len(await service.rows(Email)) == 2


async def test_turns_in_any_order_and_repetition_make_the_same_mails(keeping: Reacting) -> None:
    first, second = passed(), failed(exam_date=TODAY)
    events: list[Event] = [
        person(),
        first,
        became(ResultHeld, first, 2),
        became(ResultReleased, first, 3),
        became(ResultHeld, second, 1),
        became(ResultRevoked, second, 2),
        became(ResultReinstated, second, 3),
        course(CourseCompletionReturned, 2),
        course(CourseCompletionApproved, 4),
        flagged(),
    ]
    kept = ("natural_key", "state", "to_address", "subject", "data")
    leave = [column.name for column in Email.__table__.columns if column.name not in kept]
    await keeping.hear(*events)
    await settled(keeping, 8)
    expected = await keeping.rows(Email, leave)
    assert len(expected) == 8
    for seed in range(4):
        chance = random.Random(seed)
        await keeping.empty(Email, Contact, MailboxItem)
        shuffled = events + chance.choices(events, k=6)
        chance.shuffle(shuffled)
        await keeping.hear(*shuffled)
        await settled(keeping, 8)
        assert await keeping.rows(Email, leave) == expected, f"seed {seed}"


async def test_a_turn_of_no_programme_is_parked(keeping: Reacting) -> None:
    elsewhere = passed(programme="nowhere")
    await keeping.hear(became(ResultHeld, elsewhere, 2), became(ResultHeld, passed(), 2))
    parked = await keeping.until(keeping.parked)
    assert len(parked) == 1
    assert len(await keeping.rows(Email)) == 1
