"""Juniper's rules with dates computed by hand."""

import pytest

from services.certifications.domain import ExamPass, Held, evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, passed, terms

LATER = day("2040-01-01")


def test_up_the_track(juniper: Programme) -> None:
    facts = passed("JN0-105 2021-05-01", "JN0-351 2022-06-15", "JN0-650 2023-08-20")
    state = evaluate(juniper, facts, LATER)
    assert terms(state, "JNCIA-Junos") == [
        "earned 2021-05-01 2024-05-01",
        "renewed 2022-06-15 2025-06-15",  # a specialist exam of the same track
        "extended 2023-08-20 2026-08-20",  # a professional exam is not among its options
    ]
    assert terms(state, "JNCIS-ENT") == [
        "earned 2022-06-15 2025-06-15",
        "renewed 2023-08-20 2026-08-20",
    ]
    assert terms(state, "JNCIP-ENT") == ["earned 2023-08-20 2026-08-20"]
    assert state["JNCIA-Junos"].cycles[-1].extended_by == "JNCIP-ENT"
    assert state["JNCIA-Junos"].started_on == day("2021-05-01")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(["JN0-352 2024-01-01"], [], id="without the associate"),
        pytest.param(
            ["JN0-106 2021-05-01", "JN0-352 2024-05-01"],
            ["earned 2024-05-01 2027-05-01"],
            id="on the associate's last day",
        ),
        pytest.param(
            ["JN0-106 2021-05-01", "JN0-352 2024-05-02"], [], id="the associate died one day before"
        ),
        pytest.param(
            ["JN0-106 2021-05-01", "JN0-352 2024-05-02", "JN0-106 2024-06-01"],
            ["earned 2024-06-01 2027-06-01"],
            id="the associate again",
        ),
        pytest.param(
            ["JN0-352 2021-01-01", "JN0-106 2021-05-01"],
            ["earned 2021-05-01 2024-05-01"],
            id="the exam before its prerequisite",
        ),
        pytest.param(["JN0-352 2021-01-01", "JN0-106 2024-01-02"], [], id="the exam died waiting"),
        pytest.param(
            ["JN0-106 2021-05-01", "JN0-352 2021-05-01"],
            ["earned 2021-05-01 2024-05-01"],
            id="both on one day",
        ),
        pytest.param(
            ["JN0-106 2021-05-01", "JN0-351 2021-06-01", "JN0-352 2022-06-01"],
            ["earned 2021-06-01 2024-06-01", "renewed 2022-06-01 2025-06-01"],
            id="renewed by the exam that replaced its own",
        ),
        pytest.param(
            ["JN0-106 2021-05-01", "JN0-352 2021-06-01", "JN0-106 2022-06-01"],
            ["earned 2021-06-01 2024-06-01"],
            id="not by an associate exam",
        ),
    ],
)
def test_jncis_ent(juniper: Programme, rows: list[str], expected: list[str]) -> None:
    assert terms(evaluate(juniper, passed(*rows), LATER), "JNCIS-ENT") == expected


def test_one_day_can_earn_the_whole_track(juniper: Programme) -> None:
    facts = passed("JN0-650 2022-01-01", "JN0-352 2022-02-01", "JN0-106 2022-03-01")
    state = evaluate(juniper, facts, LATER)
    for code in ("JNCIA-Junos", "JNCIS-ENT", "JNCIP-ENT"):
        assert terms(state, code) == ["earned 2022-03-01 2025-03-01"]
    assert state["JNCIP-ENT"].cycles[0].causes == (Held("JNCIS-ENT", day("2022-03-01")), facts[0])


ALL_TRACKS = (
    "JN0-106 2021-01-01",
    "JN0-352 2021-02-01",
    "JN0-281 2021-03-01",
    "JN0-481 2021-04-01",
)


def test_a_renewal_extends_its_track_and_every_associate(juniper: Programme) -> None:
    facts = passed(*ALL_TRACKS, "JN0-352 2022-05-01")
    state = evaluate(juniper, facts, LATER)
    assert terms(state, "JNCIS-ENT")[-1] == "renewed 2022-05-01 2025-05-01"
    assert terms(state, "JNCIA-Junos")[-1] == "renewed 2022-05-01 2025-05-01"
    assert terms(state, "JNCIA-DC")[-1] == "extended 2022-05-01 2025-05-01"
    assert terms(state, "JNCIS-DC") == ["earned 2021-04-01 2024-04-01"]


def test_only_associates_that_are_active_that_day_are_carried_along(
    juniper: Programme,
) -> None:
    both = ("JN0-106 2021-01-01", "JN0-281 2023-06-01")  # each valid through 2026-06-01
    on_the_last_day = evaluate(juniper, passed(*both, "JN0-481 2026-06-01"), LATER)
    assert terms(on_the_last_day, "JNCIA-DC")[-1] == "renewed 2026-06-01 2029-06-01"
    assert terms(on_the_last_day, "JNCIA-Junos")[-1] == "extended 2026-06-01 2029-06-01"

    late = evaluate(juniper, passed("JN0-106 2021-01-01", "JN0-281 2024-01-02"), LATER)
    assert terms(late, "JNCIA-Junos") == ["earned 2021-01-01 2024-01-01"]


def test_a_prerequisite_is_named_among_the_causes(juniper: Programme) -> None:
    facts = passed("JN0-106 2021-05-01", "JN0-352 2022-06-15")
    (term,) = evaluate(juniper, facts, LATER)["JNCIS-ENT"].cycles
    assert term.causes == (
        Held("JNCIA-Junos", day("2022-06-15")),
        ExamPass("registration-1", "JN0-352", day("2022-06-15")),
    )
