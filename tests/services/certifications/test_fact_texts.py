"""Facts in words, whether or not the programme still knows what they name."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

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
from services.certifications.fact_texts import fact_text
from shared.programmes import Programme
from tests.services.certifications.guild import NAME, write

DAY, LATER = date(2026, 3, 1), date(2027, 3, 1)
TEXTS: list[tuple[Fact, str]] = [
    (ExamPass("1", "WOOD", DAY), "Passed WOOD Wood"),
    (ExamFail("1", "WOOD", DAY), "Failed WOOD Wood"),
    (ExamPass("1", "GONE", DAY), "Passed GONE"),
    (
        ExamSetAside("1", "WOOD", DAY, "held", "pass", "Seat swapped."),
        "Passed WOOD Wood; its result is held and does not count for now (Seat swapped)",
    ),
    (
        ExamSetAside("1", "GONE", DAY, "revoked", "fail"),
        "Failed GONE; its result was revoked",
    ),
    (CreditEntry("1", DAY, Decimal("2.5"), "A talk", "t"), "2.5 credits: A talk"),
    (
        CreditEntry("1", DAY, Decimal(1), "A talk", "t", pending=True),
        "1 credit: A talk (in review)",
    ),
    (CourseCompletion("1", "SAFE", DAY), "Completed the course SAFE Safety"),
    (
        CourseCompletion("1", "SAFE", DAY, pending=True),
        "Completed the course SAFE Safety (in review)",
    ),
    (CourseCompletion("1", "GONE", DAY), "Completed the course GONE"),
    (AgreementAccepted("1", "conduct", "V1", DAY), "Accepted Code of conduct, version V1"),
    (AgreementAccepted("1", "gone", "V1", DAY), "Accepted gone, version V1"),
    (FeePaid("1", "yearly", DAY), "Paid Yearly fee"),
    (Approval("1", "board", DAY), "Board review recorded"),
    (Granted("1", "JOINER", DAY), "Granted Joiner"),
    (Granted("1", "JOINER", DAY, LATER), "Granted Joiner through 1 March 2027"),
    (Prolonged("1", "GONE", DAY, LATER), "Extended GONE through 1 March 2027"),
    (Suspended("1", "JOINER", DAY), "Suspended Joiner"),
    (Revoked("1", None, DAY), "Revoked every certification"),
    (Reinstated("1", "JOINER", DAY), "Reinstated Joiner"),
    (Voided("1", "4711"), "Made the fact 4711 void"),
    (AssignedNumber("roll", 500), "Roll 500"),
    (AssignedNumber("gone", 7), "gone 7"),
]


@pytest.fixture(scope="module")
def guild(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    folder: Path = tmp_path_factory.mktemp("programmes")
    return write(folder)[NAME]


@pytest.mark.parametrize(("fact", "text"), TEXTS, ids=lambda one: str(one)[:40])
def test_a_fact_is_told_in_words(guild: Programme, fact: Fact, text: str) -> None:
    assert fact_text(guild, fact) == text
