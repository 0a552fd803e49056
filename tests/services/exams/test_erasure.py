"""What testing vendors still send about somebody whose data is erased."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared.events import CandidateErased, Event
from tests.services.erasing import swept
from tests.services.exams.conftest import Desk, known, registration, result
from tests.services.exams.crediting import credit, post
from tests.services.exams.test_changes import change

JANE, JOHN = "CSCO10000001", "CSCO10000002"


def erased(desk: Desk, candidate_id: str = JANE) -> CandidateErased:
    return CandidateErased(
        programme="cisco",
        candidate_id=candidate_id,
        request_id=uuid4(),
        keep=("certifications",),
        at=desk.here.clock.now(),
    )


async def outcomes(desk: Desk, path: str, name: str, *items: dict[str, Any]) -> list[str]:
    answer = await desk.accepted(path, {name: list(items)})
    return [one["outcome"] for one in answer["items"]]


async def test_what_comes_late_is_answered_and_kept_nowhere(desk: Desk) -> None:
    await desk.hear(known(JANE, "T1"), known(JOHN, "T2"))
    await desk.accepted("/registrations", registration("1"))
    await desk.accepted("/results", result("1"))
    await post(desk, credit("C1"))
    await desk.hear(erased(desk))
    await swept(desk.here)
    before = len(desk.told(Event))

    again = await outcomes(
        desk,
        "/results",
        "results",
        result("1", candidate_id=..., testing_id="T9"),
        result("2", candidate_id=..., testing_id="T1"),
        result("3"),
        result("3"),
        result("4", candidate_id=JOHN),
    )
    assert again == ["duplicate", "duplicate", "duplicate", "duplicate", "accepted"]
    booked = await outcomes(
        desk, "/registrations", "registrations", registration("1"), registration("5")
    )
    assert booked == ["duplicate", "duplicate"]
    assert [one["outcome"] for one in await post(desk, credit("C1"), credit("C2"))] == [
        "duplicate",
        "duplicate",
    ]
    said = [change("revoke", 1, reason="Jane's proxy was seen."), change("cancel", 1)]
    said += [change("hold", 1, "9", candidate_id=JANE), change("hold", 1, "8")]
    assert await outcomes(desk, "/changes", "changes", *said) == [
        "duplicate",
        "duplicate",
        "duplicate",
        "accepted",
    ]
    # Nor does an event that was on its way bring anybody back.
    await desk.hear(known(JANE, "T1"))
    assert [one.candidate_id for one in desk.told(Event)[before:] if one.candidate_id] == [JOHN]
    async with desk.here.database.reading() as session:
        for table in ("results", "registrations", "credits", "candidates", "testing_ids"):
            rows = await session.execute(_all(table))
            assert JANE not in str(rows.all()), table
        kept = (await session.execute(_all("changes"))).all()
        assert [row.registration_number for row in kept] == ["8"]
    waiting = await desk.get("/waiting?programme=cisco", desk.staff())
    assert waiting["items"] == []


async def test_who_comes_back_after_a_day_is_somebody_new(desk: Desk) -> None:
    await desk.hear(known(JANE, "T1"))
    await desk.accepted("/results", result("1"))
    await desk.hear(erased(desk))
    await swept(desk.here)
    desk.clock.advance(timedelta(days=1, minutes=1))
    fresh = await outcomes(
        desk,
        "/results",
        "results",
        result("2", candidate_id=..., testing_id="T1"),
        # The number of the old result stays the old one's for good.
        result("1", candidate_id=..., testing_id="T1"),
    )
    assert fresh == ["accepted", "duplicate"]
    await desk.hear(known("CSCO10000003", "T1"))
    history = await desk.get("/history", desk.candidate("CSCO10000003"))
    assert [one["registration_number"] for one in history["exams"]] == ["2"]


def _all(table: str) -> Any:
    from services.exams.models import Base  # noqa: PLC0415 - only here by name

    return Base.metadata.tables[table].select()
