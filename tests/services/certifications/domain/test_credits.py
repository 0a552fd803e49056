"""Credits: what counts for which term, how often, and how much of it."""

from pathlib import Path

import pytest

from services.certifications.domain import evaluate
from services.certifications.domain.facts import CreditEntry
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, terms, told
from tests.services.certifications.domain.small_programme import small_programme

LATER = day("2040-01-01")
EDUCATION = """
categories: [{id: group-a, name: Group A}, {id: group-b, name: Group B}]
activities: [{id: talk, name: Talk}, {id: book, name: Book}]
"""
EARNED = "pass A on 2020-03-01"


def programme(
    folder: Path, rules: str = "{}", *, asks: str = "{at_least: 30}", top: str = "{exam: B}"
) -> Programme:
    return small_programme(
        folder,
        f"""
policies:
  - version: only
    effective_from: 2000-01-01
    renewal_anchor: requirement_met
    extends: [{{levels: below}}]
    credits: {rules}
    levels:
      first: {{validity: 3 years, renewal: {{any_of: [{{credits: {asks}}}, {{exam: C}}]}}}}
      second: {{validity: 3 years, renewal: {{credits: {{at_least: 50}}}}}}
certifications:
  - {{code: X, name: X, level: first, category: All, requires: {{exam: A}}}}
  - {{code: Y, name: Y, level: first, category: All, requires: {{exam: D}}}}
  - {{code: Top, name: Top, level: second, category: All, requires: {top}}}
""",
        education=EDUCATION,
    )


def renewals(rules: Programme, *sentences: str, of: str = "X") -> list[str]:
    return [
        row.removeprefix("renewed ")
        for row in terms(evaluate(rules, told(EARNED, *sentences), LATER), of)[1:]
    ]


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        pytest.param(["30 credits on 2021-05-01"], ["2021-05-01 2024-05-01"], id="at once"),
        pytest.param(
            ["20 credits on 2021-05-01", "10 credits on 2022-06-01"],
            ["2022-06-01 2025-06-01"],
            id="dated on the day of what completed them",
        ),
        pytest.param(
            ["20 credits on 2022-06-01", "10 credits on 2021-05-01"],
            ["2022-06-01 2025-06-01"],
            id="whatever was told first",
        ),
        pytest.param(
            ["29.5 credits on 2021-05-01", "0.5 credits on 2023-03-01"],
            ["2023-03-01 2026-03-01"],
            id="halves count, on the last day too",
        ),
        pytest.param(
            ["29 credits on 2021-05-01", "1 credits on 2023-03-02"], [], id="not a day later"
        ),
        pytest.param(["30 credits on 2020-03-01"], [], id="not of the day it began"),
        pytest.param(["30 credits on 2021-05-01 pending"], [], id="not while pending"),
        pytest.param(
            ["20 credits on 2021-05-01", "pass C on 2021-06-01", "10 credits on 2021-07-01"],
            ["2021-06-01 2024-06-01"],
            id="a new cycle ends those of the one before",
        ),
        pytest.param(
            ["40 credits on 2021-05-01", "20 credits on 2021-06-01", "10 credits on 2021-07-01"],
            ["2021-05-01 2024-05-01", "2021-07-01 2024-07-01"],
            id="what was more than needed is gone",
        ),
        pytest.param(
            ["30 credits on 2021-05-01 submitted 2025-01-01"],
            ["2021-05-01 2024-05-01"],
            id="dated when it was done, however late it was handed in",
        ),
    ],
)
def test_credits_renew(tmp_path: Path, sentences: list[str], expected: list[str]) -> None:
    assert renewals(programme(tmp_path), *sentences) == expected


def test_once_approved_a_credit_brings_an_expired_certification_back(tmp_path: Path) -> None:
    rules = programme(tmp_path)
    pending = told(EARNED, "30 credits on 2023-02-01 pending")
    assert evaluate(rules, pending, day("2023-06-01"))["X"].status == "expired"
    approved = evaluate(rules, told(EARNED, "30 credits on 2023-02-01"), day("2023-06-01"))
    assert approved["X"].status == "active"
    assert approved["X"].started_on == day("2020-03-01")


@pytest.mark.parametrize(
    ("validity", "expected"),
    [
        ("1 year", []),
        ("13 months", ["2022-06-01 2025-06-01"]),
        ("lifetime", ["2022-06-01 2025-06-01"]),
    ],
)
def test_a_credit_counts_through_its_own_last_day(
    tmp_path: Path, validity: str, expected: list[str]
) -> None:
    rules = programme(tmp_path, f"{{validity: {validity}}}")
    assert renewals(rules, "20 credits on 2021-05-01", "10 credits on 2022-06-01") == expected


def test_a_provider_may_say_that_it_ends_earlier(tmp_path: Path) -> None:
    rules = programme(tmp_path)
    ends = "20 credits on 2021-05-01 expires 2022-05-31"
    assert renewals(rules, ends, "10 credits on 2022-06-01") == []
    assert renewals(rules, ends, "10 credits on 2022-05-31") == ["2022-05-31 2025-05-31"]


@pytest.mark.parametrize(
    ("same_item", "expected"),
    [
        (
            "again",
            ["2021-06-01 2024-06-01", "2022-05-01 2025-05-01", "2022-07-01 2025-07-01"],
        ),
        ("once_per_cycle", ["2021-07-01 2024-07-01", "2022-07-01 2025-07-01"]),
        ("once", ["2021-07-01 2024-07-01"]),
    ],
)
def test_how_often_the_same_item_counts(
    tmp_path: Path, same_item: str, expected: list[str]
) -> None:
    rules = programme(tmp_path, f"{{same_item: {same_item}}}")
    assert (
        renewals(
            rules,
            "15 credits on 2021-05-01 item COURSE",
            "15 credits on 2021-06-01 item COURSE",
            "15 credits on 2021-07-01 item TALK",
            "15 credits on 2022-05-01 item COURSE",
            "15 credits on 2022-06-01 item COURSE",
            "15 credits on 2022-07-01 item BOOK",
        )
        == expected
    )


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [("2021-07-30", ["2021-05-01 2024-05-01"]), ("2021-07-31", [])],
)
def test_handed_in_within_so_many_days(tmp_path: Path, submitted: str, expected: list[str]) -> None:
    rules = programme(tmp_path, "{submit_within: 90 days}")
    assert renewals(rules, f"30 credits on 2021-05-01 submitted {submitted}") == expected


def test_credits_of_earlier_terms_may_be_kept(tmp_path: Path) -> None:
    rules = programme(tmp_path, "{new_cycle: keeps, use: once, same_item: again}")
    assert renewals(
        rules, "20 credits on 2021-05-01", "pass C on 2021-06-01", "10 credits on 2021-07-01"
    ) == ["2021-06-01 2024-06-01", "2021-07-01 2024-07-01"]
    # What was used up counts no more: the oldest first, and no more than was needed.
    assert renewals(
        rules,
        "20 credits on 2021-05-01",
        "20 credits on 2021-06-01",
        "10 credits on 2021-07-01",
        "20 credits on 2021-08-01",
    ) == ["2021-06-01 2024-06-01", "2021-08-01 2024-08-01"]


@pytest.mark.parametrize(
    ("use", "of_the_other"),
    [("each_certification", ["2021-05-01 2024-05-01"]), ("once", ["2021-06-01 2024-06-01"])],
)
def test_used_once_or_for_each_certification(
    tmp_path: Path, use: str, of_the_other: list[str]
) -> None:
    rules = programme(tmp_path, f"{{use: {use}}}")
    told_ = ("pass D on 2020-04-01", "30 credits on 2021-05-01", "30 credits on 2021-06-01")
    of_x = renewals(rules, *told_)
    assert of_x[0] == "2021-05-01 2024-05-01"
    assert renewals(rules, *told_, of="Y")[:1] == of_the_other


def test_looked_at_only_for_the_highest_level_that_is_active(tmp_path: Path) -> None:
    rules = programme(tmp_path, "{counts_for: highest_level}")
    held = ("pass B on 2020-04-01",)
    assert renewals(rules, *held, "30 credits on 2021-05-01") == ["extended 2020-04-01 2023-04-01"]
    assert renewals(rules, *held, "50 credits on 2021-05-01", of="Top") == ["2021-05-01 2024-05-01"]
    assert renewals(rules, *held, "50 credits on 2021-05-01")[-1] == (
        "extended 2021-05-01 2024-05-01"
    )
    each = programme(tmp_path / "each")
    assert renewals(each, *held, "30 credits on 2021-05-01")[-1] == "2021-05-01 2024-05-01"


def test_earned_while_something_was_active(tmp_path: Path) -> None:
    rules = programme(tmp_path, "{earned_while: active, new_cycle: keeps}")
    early = ("20 credits on 2020-02-29", "10 credits on 2021-01-01")
    assert renewals(rules, *early) == []
    assert renewals(rules, "20 credits on 2020-03-01", "10 credits on 2021-01-01") == [
        "2021-01-01 2024-01-01"  # the day it was earned is a day on which it is active
    ]
    anyhow = programme(tmp_path / "any", "{new_cycle: keeps}")
    assert renewals(anyhow, *early) == ["2021-01-01 2024-01-01"]


def test_nothing_is_active_while_suspended(tmp_path: Path) -> None:
    rules = programme(tmp_path, "{earned_while: active}")
    suspended = ("suspend X on 2021-01-01: audit", "reinstate X on 2021-06-01: settled")
    assert renewals(rules, *suspended, "30 credits on 2021-05-31") == []
    assert renewals(rules, *suspended, "30 credits on 2021-06-01") == ["2021-06-01 2024-06-01"]


@pytest.mark.parametrize(
    ("asks", "sentences", "expected"),
    [
        ("{at_least: 30, minimum: {group-a: 20}}", ["a 10", "b 40"], False),
        ("{at_least: 30, minimum: {group-a: 20}}", ["a 20", "b 9"], False),
        ("{at_least: 30, minimum: {group-a: 20}}", ["a 20", "b 10"], True),
        ("{at_least: 30, maximum: {group-b: 10}}", ["a 19", "b 40"], False),
        ("{at_least: 30, maximum: {group-b: 10}}", ["a 20", "b 40"], True),
        ("{at_least: 30, caps: {talk: 10}}", ["a 40 talk"], False),
        ("{at_least: 30, caps: {talk: 10}}", ["a 40 talk", "a 19 book"], False),
        ("{at_least: 30, caps: {talk: 10}}", ["a 40 talk", "a 20"], True),
        # Ten of the talks could be of either group, but not of both.
        (
            "{at_least: 20, minimum: {group-a: 8, group-b: 8}, caps: {talk: 10}}",
            ["a 10 talk", "b 10 talk", "a 5 book"],
            False,
        ),
        (
            "{at_least: 15, minimum: {group-a: 8, group-b: 7}, caps: {talk: 10}}",
            ["a 10 talk", "b 10 talk", "a 5 book"],
            True,
        ),
        # The first talk must not take the room that only the second can fill.
        (
            "{at_least: 20, maximum: {group-b: 10}, caps: {talk: 10}}",
            ["b 10 talk", "a 10 talk", "b 10 book"],
            True,
        ),
    ],
)
def test_minima_maxima_and_caps(
    tmp_path: Path, asks: str, sentences: list[str], expected: bool
) -> None:
    rules = programme(tmp_path, asks=asks)
    facts: list[str] = []
    for at, written in enumerate(sentences, start=1):
        group, points, *activity = written.split()
        kind = f" activity {activity[0]}" if activity else ""
        facts.append(f"{points} credits on 2021-05-0{at} category group-{group}{kind}")
    assert bool(renewals(rules, *facts)) is expected


YEARLY = "{at_least: 30, every: {period: 1 year, at_least: 8}}"


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (["30 credits on 2020-06-01"], []),
        (
            ["30 credits on 2020-06-01", "8 credits on 2021-06-01", "8 credits on 2022-06-01"],
            ["2022-06-01 2025-06-01"],
        ),
        (
            ["30 credits on 2020-06-01", "7 credits on 2021-06-01", "8 credits on 2022-06-01"],
            [],
        ),
        (
            ["30 credits on 2020-06-01", "8 credits on 2021-03-01", "8 credits on 2022-03-01"],
            ["2022-03-01 2025-03-01"],  # each on the first day of its year
        ),
        (
            ["30 credits on 2021-02-28", "8 credits on 2022-02-28", "8 credits on 2023-03-01"],
            ["2023-03-01 2026-03-01"],  # each on the last, that of the term included
        ),
    ],
)
def test_every_year_of_the_term_brings_its_share(
    tmp_path: Path, sentences: list[str], expected: list[str]
) -> None:
    assert renewals(programme(tmp_path, asks=YEARLY), *sentences) == expected


def test_passes_may_bring_credits(tmp_path: Path) -> None:
    rules = programme(tmp_path, "{from_exams: [{of: [D], points: 20}]}")
    facts = told(EARNED, "pass D on 2021-05-01", "10 credits on 2021-06-01")
    state = evaluate(rules, facts, LATER)
    assert terms(state, "X")[1:] == ["renewed 2021-06-01 2024-06-01"]
    assert set(state["X"].cycles[-1].causes) == set(facts[1:])


def test_credits_may_earn(tmp_path: Path) -> None:
    rules = programme(tmp_path, top="{all_of: [{active: X}, {credits: {at_least: 10}}]}")
    facts = told("5 credits on 2020-01-01", EARNED, "5 credits on 2020-06-01")
    state = evaluate(rules, facts, LATER)
    assert terms(state, "Top") == ["earned 2020-06-01 2023-06-01"]


def test_no_more_facts_are_named_than_were_needed(tmp_path: Path) -> None:
    rules = programme(tmp_path, "{use: once}")
    state = evaluate(
        rules, told(EARNED, "20 credits on 2021-05-01", "40 credits on 2021-05-01 as z"), LATER
    )
    causes = state["X"].cycles[-1].causes
    assert [cause.points for cause in causes if isinstance(cause, CreditEntry)] == [20, 40]
