"""Whatever order a result's life comes in and however often, it ends in the same state."""

import asyncio
import itertools
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.exams.domain import life as life_module
from services.exams.domain.life import Word
from services.exams.models import Registration
from shared.events import CandidateRegistered, ExamFailed, ExamPassed, ResultStanding
from tests.services.exams.conftest import Desk, known, registration, result
from tests.services.exams.test_changes import at, change

Deed = tuple[str, Any]


@dataclass(frozen=True)
class Life:
    """What happens to one result and its registration: each deed once, and the order it comes in.

    A vendor does not say two things with the same time about the same, so each minute is used once.
    """

    deeds: tuple[tuple[str, dict[str, Any]], ...]
    order: tuple[int, ...]
    other: tuple[int, ...]


KINDS = st.sampled_from(
    [
        "hold",
        "release",
        "revoke",
        "reinstate",
        "grade",
        "score",
        "restated",
        "appointment",
        "cancel",
        "restore",
        "no_show",
        "show",
    ]
)
GRADES = st.sampled_from(["pass", "fail"])
SCORES = st.sampled_from(["700", "825", "900"])


def deed(kind: str, minute: int, grade: str, score: str) -> tuple[str, dict[str, Any]]:
    """One deed, without whom and which number it is about."""
    if kind == "grade":
        return "changes", change("change", minute, grade=grade)
    if kind == "score":
        return "changes", change("change", minute, score=score)
    if kind == "appointment":
        moved = f"2026-12-{minute + 1:02}T09:00:00Z"
        return "changes", change("appointment", minute, appointment=moved)
    if kind == "restated":
        return "results", result(grade=grade, score=score, stated_at=at(minute))
    return "changes", change(kind, minute)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    kinds = draw(st.lists(KINDS, min_size=1, max_size=7))
    deeds = [
        ("event", {}),
        ("registrations", registration(testing_id=..., candidate_id="", stated_at=at(0))),
        ("results", result(grade=draw(GRADES), score=draw(SCORES), stated_at=at(0))),
    ]
    deeds += [
        deed(kind, minute, draw(GRADES), draw(SCORES)) for minute, kind in enumerate(kinds, start=1)
    ]
    again = draw(st.lists(st.sampled_from(range(len(deeds))), max_size=5))
    places = st.permutations([*range(len(deeds)), *again])
    return Life(tuple(deeds), tuple(draw(places)), tuple(draw(places)))


async def lead(desk: Desk, life: Life, order: tuple[int, ...], number: int) -> dict[str, Any]:
    """Live through it in one order, and tell how it ends and what was said of it last."""
    person, named = f"CSCO{number:08d}", f"N{number}"
    for place in order:
        kind, item = life.deeds[place]
        if kind == "event":
            await desk.hear(known(person, kind=CandidateRegistered))
            continue
        whom = {} if kind == "changes" else {"candidate_id": person}
        stated = {**item, **whom, "registration_number": named}
        answer = await desk.post(f"/{kind}", {kind: [stated]})
        assert answer.json()["rejected"] == 0, answer.text
    await desk.settled()
    history = await desk.get("/history", desk.candidate(person))
    (exam,) = history["exams"]
    story = await desk.get(f"/results/{exam['id']}")
    told = [
        event
        for event in desk.told()
        if isinstance(event, ExamPassed | ExamFailed | ResultStanding)
        and event.registration_number == named
    ]
    versions = [event.version for event in told]
    assert len(set(versions)) == len(versions)
    last = max(told, key=lambda event: event.version)
    kept = ("grade", "score", "exam_date", "state", "vendor_held", "revoked")
    # The words themselves, whichever of them came when.
    words = sorted((one["kind"], one["stated_at"]) for one in story["changes"])
    return {
        **{field: story[field] for field in kept},
        "words": [word for word in words if word[0] != "statement"],
        "told": (last.grade, last.score, getattr(last, "state", "recorded")),
    }


async def booking(desk: Desk, number: int) -> dict[str, Any]:
    async with desk.here.database.reading() as session:
        found = await session.execute(
            select(Registration.appointment, Registration.cancelled, Registration.no_show).where(
                Registration.registration_number == f"N{number}"
            )
        )
        return dict(found.mappings().one())


async def live_through(desk: Desk, **how: Any) -> None:
    """Try lives, each in three orders, until two of them end otherwise."""
    loop = asyncio.get_running_loop()
    numbers = itertools.count(1)

    def run(what: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
        return asyncio.run_coroutine_threadsafe(what, loop).result()

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], **how)
    @given(lives())
    def same(life: Life) -> None:
        one, other, straight = next(numbers), next(numbers), next(numbers)
        ended = run(lead(desk, life, tuple(range(len(life.deeds))), straight))
        assert (ended["grade"], ended["score"], ended["state"]) == ended["told"]
        for number, order in ((one, life.order), (other, life.other)):
            assert run(lead(desk, life, order, number)) == ended
            assert run(booking(desk, number)) == run(booking(desk, straight))

    await asyncio.to_thread(same)


async def test_any_order_of_a_life_ends_in_the_same_state(desk: Desk) -> None:
    await live_through(desk, max_examples=40)


def last_to_arrive(words: Iterable[Word], on: str, off: str) -> tuple[bool, int, Word | None]:
    spoken = [word for word in words if word.kind in (on, off)]
    if not spoken:
        return False, 0, None
    return spoken[-1].kind == on, spoken[-1].stamp, spoken[-1]


async def test_where_the_last_to_arrive_counts_it_is_noticed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life_module, "_register", last_to_arrive)
    with pytest.raises(AssertionError):
        await live_through(
            desk, max_examples=100, phases=[Phase.generate], derandomize=True, database=None
        )


async def test_a_result_and_its_changes_that_arrive_at_the_same_moment_meet(desk: Desk) -> None:
    await desk.hear(known())
    numbers = [str(number) for number in range(12)]
    # As different calls: posts that arrive together would otherwise share a transaction.
    await asyncio.gather(
        *(desk.accepted("/results", {"results": [result(one)]}) for one in numbers),
        *(desk.accepted("/changes", {"changes": [change("hold", 1, one)]}) for one in numbers),
        *(
            desk.accepted("/changes", {"changes": [change("change", 2, one, score="9")]})
            for one in numbers
        ),
    )
    exams = (await desk.get("/history", desk.candidate()))["exams"]
    assert [(exam["state"], exam["score"]) for exam in exams] == [("held", "9")] * len(numbers)
