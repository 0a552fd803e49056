"""Whatever exams tells, in any order, however often, in any batches: the same comes of it."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.certifications.consumers import SUBSCRIPTIONS
from services.certifications.event_facts import FACT_OF
from services.certifications.handlers import take_facts
from shared.events import (
    CourseCompletionApproved,
    CourseCompletionRejected,
    CourseCompletionReturned,
    CourseCompletionStanding,
    CourseCompletionSubmitted,
    CreditsGranted,
    CreditsRevoked,
    CreditsStanding,
    Event,
    ResultChanged,
    ResultHeld,
    ResultReinstated,
    ResultReleased,
    ResultRevoked,
    ResultStanding,
)
from tests.services.certifications.desk import Desk
from tests.services.certifications.orchard import (
    ANN,
    agreed,
    became,
    course,
    open_orchard,
    points,
    took,
)

_IDS = UUID("6f1d3c52-0000-4000-8000-000000000002")
DAYS = st.integers(0, 700).map(lambda days: date(2025, 1, 1) + timedelta(days=days))
STANDINGS: list[type[ResultStanding]] = [
    ResultHeld,
    ResultReleased,
    ResultChanged,
    ResultRevoked,
    ResultReinstated,
]
CREDITS: list[type[CreditsStanding]] = [CreditsGranted, CreditsRevoked]
REVIEWS: list[type[CourseCompletionStanding]] = [
    CourseCompletionSubmitted,
    CourseCompletionReturned,
    CourseCompletionApproved,
    CourseCompletionRejected,
]


@st.composite
def result_lives(draw: st.DrawFn) -> list[Event]:
    """A result and what became of it, with rising versions."""
    exam, day = draw(st.sampled_from(["PRUNE", "GRAFT"])), draw(DAYS)
    first = took(exam, day.isoformat())
    lives: list[Event] = [first]
    for version, kind in enumerate(draw(st.lists(st.sampled_from(STANDINGS), max_size=4)), 2):
        changes: dict[str, Any] = {}
        if kind is ResultChanged:
            changes = {"grade": draw(st.sampled_from(["pass", "fail"])), "exam_date": draw(DAYS)}
        lives.append(became(kind, first, version, **changes))
    return lives


@st.composite
def credit_lives(draw: st.DrawFn) -> list[Event]:
    """An activity, corrected, reviewed and withdrawn."""
    name = draw(st.sampled_from(["apples", "pears"]))
    return [
        points(
            draw(st.sampled_from(CREDITS)),
            version,
            credit_id=uuid5(_IDS, name),
            item=name,
            points=Decimal(draw(st.sampled_from([5, 10]))),
            active_on=draw(DAYS),
            review=draw(st.sampled_from([None, "pending", "approved"])),
        )
        for version in range(1, draw(st.integers(2, 4)))
    ]


@st.composite
def course_lives(draw: st.DrawFn) -> list[Event]:
    """A completion as it goes back and forth in its review."""
    kinds = draw(st.lists(st.sampled_from(REVIEWS), min_size=1, max_size=4))
    return [course(kind, version, completed_on=draw(DAYS)) for version, kind in enumerate(kinds, 1)]


def agreements() -> st.SearchStrategy[list[Event]]:
    return DAYS.map(lambda day: [agreed(day=day.isoformat())])


# Two histories of one thing would contradict each other: of each thing, the first one drawn.
HISTORIES = st.lists(
    st.one_of(result_lives(), credit_lives(), course_lives(), agreements()),
    min_size=1,
    max_size=6,
    unique_by=lambda lives: FACT_OF[type(lives[0])](lives[0]).row.key,
)


@pytest.fixture
async def orchard(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_orchard(database_url, tmp_path / "programmes") as desk:
        yield desk


def of(events: list[Event], candidate_id: str) -> list[Event]:
    return [event.model_copy(update={"candidate_id": candidate_id}) for event in events]


async def standing(desk: Desk, candidate_id: str) -> list[tuple[Any, ...]]:
    facts = await desk.rows(
        "SELECT kind, key, version, occurred_on, data FROM facts"
        f" WHERE candidate_id = '{candidate_id}' ORDER BY kind, key"
    )
    return facts + [row[1:] for row in await desk.state() if row[0] == candidate_id and not row[6]]


NUMBERS = count(2)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lives=HISTORIES, random=st.randoms(use_true_random=False))
async def test_any_order_and_any_repetition_give_the_same(
    orchard: Desk, lives: list[list[Event]], random: Random
) -> None:
    events = [event for life in lives for event in life]
    told = [life[-1] for life in lives]
    in_order, shuffled, last = (f"{ANN[:3]}{next(NUMBERS):06}" for _ in range(3))
    for event in of(events, in_order):
        await orchard.hear(event)
    again = of(events + random.choices(events, k=len(events)), shuffled)
    random.shuffle(again)
    while again:
        size = random.randint(1, 5)
        await orchard.hear(*again[:size])
        again = again[size:]
    # As if nothing but the last word on each thing had ever been said.
    await orchard.hear(*of(told, last))
    expected = await standing(orchard, in_order)
    assert await standing(orchard, shuffled) == expected
    assert await standing(orchard, last) == expected
    orchard.told()


def test_every_event_that_is_a_fact_is_heard() -> None:
    assert {event for event, handler in SUBSCRIPTIONS if handler is take_facts} == set(FACT_OF)
