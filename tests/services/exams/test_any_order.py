"""Whatever order things come in and however often, the same is recorded and told once."""

import random

import pytest

from shared.events import CandidateRegistered, CandidateUpdated, ExamFailed, ExamPassed
from tests.services.exams.conftest import Desk, known, registration, result

PEOPLE = [f"CSCO{number:08d}" for number in range(6)]


def history() -> list[tuple[str, object]]:
    """Everything that happens to six people, whose testing ids come with their second version."""
    happened: list[tuple[str, object]] = []
    for number, person in enumerate(PEOPLE):
        grade = "pass" if number % 2 else "fail"
        by_testing_id = {"candidate_id": ..., "testing_id": f"T{number}"}
        happened += [
            ("event", known(person, version=1, kind=CandidateRegistered)),
            ("event", known(person, f"T{number}", version=2, kind=CandidateUpdated)),
            ("registrations", registration(f"R{number}", testing_id=f"T{number}")),
            ("results", result(f"R{number}", grade=grade, **by_testing_id)),
            ("results", result(f"S{number}", candidate_id=person)),
        ]
    return happened


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_and_any_repetition_give_the_same(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    happened = history() * 2
    chance.shuffle(happened)
    for kind, what in happened:
        if kind == "event":
            assert isinstance(what, CandidateRegistered | CandidateUpdated)
            await desk.hear(what)
        else:
            await desk.accepted(f"/{kind}", {kind: [what]})
    await desk.settled()
    assert (await desk.get("/waiting"))["items"] == []
    told = {
        (event.candidate_id, event.registration_number): event.grade
        for event in desk.told()
        if isinstance(event, ExamPassed | ExamFailed)
    }
    assert len(told) == len([e for e in desk.told() if isinstance(e, ExamPassed | ExamFailed)])
    expected = {(person, f"S{number}"): "pass" for number, person in enumerate(PEOPLE)}
    expected |= {
        (person, f"R{number}"): "pass" if number % 2 else "fail"
        for number, person in enumerate(PEOPLE)
    }
    assert told == expected
    for person in PEOPLE:
        assert len((await desk.get("/history", desk.candidate(person)))["exams"]) == 2
