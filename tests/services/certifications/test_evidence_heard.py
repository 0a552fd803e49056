"""Credits, courses and agreements as exams tells of them: what they renew, earn and take back."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.events import (
    CourseCompletionApproved,
    CourseCompletionRejected,
    CourseCompletionReturned,
    CourseCompletionSubmitted,
    CreditsGranted,
    CreditsRevoked,
)
from tests.services.certifications.acting import kinds
from tests.services.certifications.desk import NOW, Desk, registered
from tests.services.certifications.orchard import (
    ANN,
    NAME,
    agreed,
    course,
    open_orchard,
    points,
    took,
)

STAFF = f"/candidates/{NAME}/{ANN}"


@pytest.fixture
async def orchard(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_orchard(database_url, tmp_path / "programmes") as desk:
        await desk.hear(registered(ANN, programme=NAME))
        yield desk


async def shown(desk: Desk, code: str) -> Any:
    return await desk.get(f"/certifications/{code}", desk.candidate(ANN, NAME))


async def credit_lines(desk: Desk) -> list[Any]:
    lines: list[Any] = (await desk.get("/credits", desk.candidate(ANN, NAME)))["lines"]
    return lines


async def timeline(desk: Desk) -> list[str]:
    items = (await desk.get(f"{STAFF}/timeline", desk.staff(programmes=[NAME])))["items"]
    return [one["text"] for one in items if one["kind"] == "fact"]


async def test_credits_renew_from_the_day_of_the_activity(orchard: Desk) -> None:
    await orchard.hear(took("PRUNE", "2025-03-01"), points(CreditsGranted))
    assert kinds(orchard.told()) == ["Earned", "Renewed"]
    pruner = await shown(orchard, "PRUNER")
    assert (pruner["active_on"], pruner["expires_on"]) == ("2026-11-10", "2028-11-10")
    (why,) = [one for one in pruner["explanation"] if one["subject"] == "active_on"]
    assert "earned 10 credits on 10 November 2026 (Talk on apples)" in why["sentence"]
    (line,) = await credit_lines(orchard)
    assert {name: line[name] for name in ("title", "provider", "category_name", "status")} == {
        "title": "Talk on apples",
        "provider": "Orchard School",
        "category_name": "Fruit",
        "status": "used",
    }
    assert "10 credits: Talk on apples" in await timeline(orchard)


async def test_corrected_and_withdrawn_credits_take_the_renewal_back(orchard: Desk) -> None:
    await orchard.hear(took("PRUNE", "2025-03-01"))
    await orchard.hear(points(CreditsGranted))
    assert kinds(orchard.told()) == ["Earned", "Renewed"]
    await orchard.hear(points(CreditsGranted, 2, points=Decimal("9.5")))
    (less,) = orchard.told()
    assert (less.expires_on, less.version) == (date(2027, 3, 1), 3)
    await orchard.hear(points(CreditsGranted, 3, active_on=date(2026, 11, 12)))
    assert [one.expires_on for one in orchard.told()] == [date(2028, 11, 12)]
    await orchard.hear(points(CreditsRevoked, 4, reason="It was booked twice."))
    assert [one.expires_on for one in orchard.told()] == [date(2027, 3, 1)]
    assert await credit_lines(orchard) == []
    # What is older, said late, does not bring them back.
    await orchard.hear(points(CreditsGranted, 3), points(CreditsRevoked, 4))
    assert orchard.told() == []
    await orchard.hear(points(CreditsGranted, 5))
    assert [one.expires_on for one in orchard.told()] == [date(2028, 11, 10)]


async def test_credits_in_review_are_shown_and_count_once_they_are_approved(orchard: Desk) -> None:
    await orchard.hear(took("PRUNE", "2025-03-01"))
    await orchard.hear(points(CreditsGranted, review="pending"))
    assert kinds(orchard.told()) == ["Earned"]
    (line,) = await credit_lines(orchard)
    assert line["status"] == "pending"
    assert "10 credits: Talk on apples (in review)" in await timeline(orchard)
    await orchard.hear(points(CreditsGranted, 2, review="approved"))
    assert [one.active_on for one in orchard.told()] == [date(2026, 11, 10)]
    await orchard.hear(points(CreditsRevoked, 3, review="rejected"))
    assert [one.active_on for one in orchard.told()] == [date(2025, 3, 1)]
    # Whoever calls a rejected activity granted does not make it count.
    await orchard.hear(points(CreditsGranted, 4, review="rejected"))
    assert orchard.told() == []


async def test_credits_that_end_early_do_not_count_after_their_day(orchard: Desk) -> None:
    await orchard.hear(took("PRUNE", "2025-03-01"))
    half: dict[str, Any] = {"points": Decimal(5), "active_on": date(2026, 1, 10)}
    await orchard.hear(points(CreditsGranted, expires_on=date(2026, 6, 30), **half))
    other = points(CreditsGranted, item="pears", points=Decimal(5))
    await orchard.hear(other.model_copy(update={"credit_id": took().result_id}))
    assert kinds(orchard.told()) == ["Earned"]
    assert [one["status"] for one in await credit_lines(orchard)] == ["active", "expired"]


async def test_a_course_counts_from_its_completion_once_staff_approve_it(orchard: Desk) -> None:
    await orchard.hear(course(CourseCompletionSubmitted))
    assert orchard.told() == []
    ladder = await shown(orchard, "LADDER")
    assert ladder["status"] == "not_earned"
    (line,) = ladder["progress"][0]["evidence"]
    assert line == {
        "text": "Completed SAFE Safe ladders",
        "date": "2026-10-01",
        "counts": False,
        "why": "it has not been approved yet",
    }
    assert await timeline(orchard) == ["Completed the course SAFE Safe ladders (in review)"]

    await orchard.hear(course(CourseCompletionReturned, 2))
    assert orchard.told() == []
    # Handed in again, with another day, and approved.
    again = {"completed_on": date(2026, 10, 2), "submitted_on": date(2026, 11, 2)}
    await orchard.hear(
        course(CourseCompletionApproved, 4, **again), course(CourseCompletionSubmitted, 3, **again)
    )
    (earned,) = orchard.told()
    assert (earned.certification, earned.active_on) == ("LADDER", date(2026, 10, 2))
    # However old the course is: that it was approved is news of today.
    assert earned.decided_at == NOW
    assert "completed the course SAFE Safe ladders on 2 October 2026" in earned.reason


async def test_a_course_rejected_after_it_was_approved_takes_back_what_it_earned(
    orchard: Desk,
) -> None:
    await orchard.hear(course(CourseCompletionRejected))
    assert orchard.told() == []
    await orchard.hear(course(CourseCompletionApproved, 2))
    await orchard.hear(course(CourseCompletionRejected, 3))
    assert kinds(orchard.told()) == ["Earned", "Revoked"]
    assert await timeline(orchard) == []
    await orchard.hear(course(CourseCompletionApproved, 4))
    assert kinds(orchard.told()) == ["Reinstated"]


async def test_an_accepted_agreement_completes_what_asks_for_it(orchard: Desk) -> None:
    await orchard.hear(took("PRUNE", "2026-11-01"))
    assert [one.certification for one in orchard.told()] == ["PRUNER"]
    await orchard.hear(agreed(), agreed())
    (earned,) = orchard.told()
    assert earned.decided_at is None
    assert (earned.certification, earned.active_on) == ("KEEPER", date(2026, 11, 5))
    assert "accepted the Code of conduct, version V1, on 5 November 2026" in earned.reason
    await orchard.hear(agreed())
    assert orchard.told() == []


async def test_what_is_of_no_programme_is_parked_and_can_be_retried(orchard: Desk) -> None:
    elsewhere: dict[str, Any] = {"programme": "nowhere"}
    await orchard.hear(
        points(CreditsGranted, **elsewhere),
        points(CreditsGranted),
        course(CourseCompletionApproved, **elsewhere),
        agreed(**elsewhere),
        agreed(candidate_id=None),  # type: ignore[arg-type]  # what should not be
    )
    errors = await orchard.rows("SELECT type FROM parked ORDER BY type")
    assert [row[0].split(".")[1] for row in errors] == [
        "agreement",
        "agreement",
        "course_completion",
        "credits",
    ]
    assert await orchard.rows("SELECT kind FROM facts") == [("credit",)]
