"""Facts and their rows: every kind comes back as it was."""

from datetime import date
from decimal import Decimal

import pytest
from pydantic_core import from_json, to_json

from services.certifications.domain import AssignedNumber, ExamPass, Fact
from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    CourseCompletion,
    CreditEntry,
    ExamFail,
    ExamSetAside,
    FeePaid,
    Granted,
    Prolonged,
    Reinstated,
    Revoked,
    Suspended,
    Voided,
)
from services.certifications.facts import (
    ACTIONS,
    KINDS,
    action_of,
    exam_data,
    fact_of,
    kind_of,
    written,
)

DAY, LATER = date(2026, 3, 1), date(2027, 3, 1)
KEPT: list[Fact] = [
    CreditEntry("1", DAY, Decimal("2.5"), "A talk", "talk-1"),
    CreditEntry(
        id="2",
        day=DAY,
        points=Decimal(10),
        title="A book",
        item="book-1",
        category="core",
        activity="authoring",
        provider="Press",
        submitted_on=LATER,
        expires_on=LATER,
        pending=True,
    ),
    CourseCompletion("3", "SAFE", DAY, LATER),
    CourseCompletion("3p", "SAFE", DAY, LATER, pending=True),
    AgreementAccepted("4", "conduct", "V9", DAY),
    FeePaid("5", "yearly", DAY),
    Approval("6", "board", DAY),
    Granted("7", "CCNA", DAY, LATER, "a prize"),
    Granted("8", "CCNA", DAY),
    Prolonged("9", "CCNA", DAY, LATER, "illness"),
    Suspended("10", "CCNA", DAY, "an inquiry"),
    Revoked("11", None, DAY, "fraud"),
    Reinstated("12", "CCNA", DAY, "cleared"),
    Voided("13", "4711", "another person's"),
]


@pytest.mark.parametrize("fact", KEPT, ids=lambda fact: f"{type(fact).__name__} {fact.id}")
def test_a_fact_comes_back_from_its_row_as_it_was(fact: Fact) -> None:
    row = written(fact, LATER)
    assert row.occurred_on == getattr(fact, "day", LATER)
    data = from_json(to_json(row.data))
    assert fact_of(row.kind, row.key, row.occurred_on, data) == fact
    assert ACTIONS[action_of(fact)] == row.kind == kind_of(fact)
    # What staff have taken back is a row, and no fact.
    assert fact_of(row.kind, row.key, row.occurred_on, {**data, "undone": True}) is None


def test_every_kind_is_tried() -> None:
    assert {type(fact) for fact in KEPT} == set(KINDS.values())
    assert set(ACTIONS.values()) == set(KINDS)


def test_a_result_is_a_pass_or_a_fail_or_does_not_count() -> None:
    passed = fact_of("exam", "r1", DAY, exam_data("200-301", "R1", "pass"))
    failed = fact_of("exam", "r1", DAY, exam_data("200-301", "R1", "fail"))
    assert passed == ExamPass("R1", "200-301", DAY)
    assert failed == ExamFail("R1", "200-301", DAY)
    scheduled = {**exam_data("200-301", "R1", "pass"), "scheduled_on": "2026-02-01"}
    assert fact_of("exam", "r1", DAY, scheduled) == ExamPass("R1", "200-301", DAY, date(2026, 2, 1))
    held = exam_data("200-301", "R1", "pass", "held", "Seat swapped")
    aside = ExamSetAside("R1", "200-301", DAY, "held", "pass", "Seat swapped")
    assert fact_of("exam", "r1", DAY, held) == aside
    gone = exam_data("200-301", "R1", "fail", "revoked")
    assert fact_of("exam", "r1", DAY, gone) == ExamSetAside("R1", "200-301", DAY, "revoked", "fail")
    assert kind_of(aside) == "exam"
    assert fact_of("number", "ccie", DAY, {"number": 1024}) == AssignedNumber("ccie", 1024)


def test_a_kind_of_a_newer_version_is_passed_over() -> None:
    assert fact_of("horoscope", "1", DAY, {"sign": "virgo"}) is None
