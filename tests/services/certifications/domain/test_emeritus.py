"""What long holders may become, and how they come back."""

from pathlib import Path

import pytest

from services.certifications.domain import evaluate
from services.certifications.domain.facts import Fact
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, terms, told
from tests.services.certifications.domain.small_programme import small_programme

LATER = day("2060-01-01")


def programme(
    folder: Path, *, counting: str = "total", lifetime_after: str = "20 years"
) -> Programme:
    return small_programme(
        folder,
        """
policies:
  - version: only
    effective_from: 2000-01-01
    renewal_anchor: requirement_met
    levels:
      first: {validity: 2 years}
      second: {validity: 2 years, renewal: {exam: B}}
certifications:
  - {code: X, name: X, level: second, category: All, requires: {exam: A}}
  - {code: Needs, name: Needs, level: first, category: All,
     requires: {all_of: [{active: X}, {exam: D}]}}
""",
        head=f"""
fees: [{{id: yearly, name: Yearly fee}}]
approvals: [{{id: board, name: Board decision}}]
emeritus:
  - levels: [second]
    after: 4 years
    counting: {counting}
    requires: {{all_of: [{{approval: board}}, {{fee: yearly}}]}}
    opens: 3 months
    lasts: 1 year
    lifetime_after: {lifetime_after}
    return: {{requires: {{exam: C}}, within: 2 years}}
""",
    )


# Held from 2010-01-01 to 2014-01-01, which is the anniversary itself.
FOUR_YEARS = ("pass A on 2010-01-01", "pass B on 2012-01-01")
APPLIED = ("approval board on 2013-11-01", "fee yearly on 2013-11-02")


def life(*sentences: str) -> list[Fact]:
    return told(*FOUR_YEARS, *sentences)


def test_it_follows_the_last_day_and_lasts_from_there(tmp_path: Path) -> None:
    rules = programme(tmp_path)
    facts = life(*APPLIED)
    last = evaluate(rules, facts, day("2014-01-01"))
    assert (last["X"].status, last["X"].expires_on) == ("active", day("2014-01-01"))
    assert last.changes_on == day("2014-01-02")
    state = evaluate(rules, facts, day("2014-01-02"))
    assert state["X"].status == "emeritus"
    assert not state["X"].holding
    assert terms(state, "X")[-1] == "emeritus 2014-01-02 2015-01-01"
    assert state["X"].started_on == day("2010-01-01")
    assert state["X"].cycles[-1].rule == "emeritus[0]"
    assert evaluate(rules, facts, day("2015-01-02"))["X"].status == "expired"


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        pytest.param([], None, id="not by itself"),
        pytest.param(["approval board on 2013-11-01"], None, id="not without the fee"),
        pytest.param(
            ["approval board on 2013-09-30", "fee yearly on 2013-11-01"], None, id="not too early"
        ),
        pytest.param(
            ["approval board on 2013-10-01", "fee yearly on 2013-11-01"],
            "emeritus 2014-01-02 2015-01-01",
            id="from three months before",
        ),
        pytest.param(
            ["approval board on 2014-06-01", "fee yearly on 2014-07-01"],
            "emeritus 2014-07-01 2015-01-01",
            id="later, and no longer for it",
        ),
        pytest.param(
            ["approval board on 2015-01-02", "fee yearly on 2015-01-02"],
            None,
            id="not when the year is over",
        ),
        pytest.param(
            [*APPLIED, "approval board on 2014-12-01", "fee yearly on 2014-12-02"],
            "emeritus 2015-01-02 2016-01-01",
            id="and year by year",
        ),
    ],
)
def test_what_it_asks_for(tmp_path: Path, sentences: list[str], expected: str | None) -> None:
    rows = terms(evaluate(programme(tmp_path), life(*sentences), LATER), "X")
    assert rows[2:][-1:] == ([expected] if expected else [])


def test_not_before_the_anniversary(tmp_path: Path) -> None:
    short = told("pass A on 2010-01-01", "pass B on 2011-12-31", *APPLIED)
    assert len(evaluate(programme(tmp_path), short, LATER)["X"].cycles) == 2


@pytest.mark.parametrize(("counting", "becomes"), [("total", True), ("consecutive", False)])
def test_years_with_a_gap(tmp_path: Path, counting: str, becomes: bool) -> None:
    facts = told(
        "pass A on 2008-01-01",
        "pass A on 2011-01-01",
        "pass B on 2012-01-01",
        "approval board on 2014-01-01",
        "fee yearly on 2014-01-01",
    )
    rows = terms(evaluate(programme(tmp_path, counting=counting), facts, LATER), "X")
    assert (rows[-1] == "emeritus 2014-01-02 2015-01-01") is becomes


def test_a_renewal_in_time_goes_before_what_was_applied_for(tmp_path: Path) -> None:
    facts = life(*APPLIED, "pass B on 2013-12-31")
    assert terms(evaluate(programme(tmp_path), facts, LATER), "X")[-1] == (
        "renewed 2013-12-31 2015-12-31"
    )


def test_after_enough_years_without_a_gap_it_is_for_a_lifetime(tmp_path: Path) -> None:
    facts = life("pass B on 2013-06-01", "pass B on 2014-01-01")
    state = evaluate(programme(tmp_path, lifetime_after="6 years"), facts, LATER)
    assert terms(state, "X")[-1] == "emeritus 2016-01-02 lifetime"
    assert state["X"].status == "emeritus"
    by_terms = life(*APPLIED, "approval board on 2014-12-01", "fee yearly on 2014-12-02")
    rules = programme(tmp_path / "2", lifetime_after="6 years")
    assert terms(evaluate(rules, by_terms, LATER), "X")[-2:] == [
        "emeritus 2015-01-02 2016-01-01",
        "emeritus 2016-01-02 lifetime",
    ]


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (["pass C on 2014-06-01"], "renewed 2014-06-01 2016-06-01"),
        (["pass C on 2014-01-01"], "emeritus 2014-01-02 2015-01-01"),
        (["pass C on 2015-01-02"], "emeritus 2014-01-02 2015-01-01"),
    ],
)
def test_an_emeritus_comes_back(tmp_path: Path, sentences: list[str], expected: str) -> None:
    state = evaluate(programme(tmp_path), life(*APPLIED, *sentences), LATER)
    assert terms(state, "X")[-1] == expected


def test_not_after_too_long(tmp_path: Path) -> None:
    years = (
        "approval board on 2014-12-01",
        "fee yearly on 2014-12-02",
        "approval board on 2015-12-01",
        "fee yearly on 2015-12-02",
    )
    rules = programme(tmp_path)
    in_time = life(*APPLIED, *years, "pass C on 2016-01-01")
    assert terms(evaluate(rules, in_time, LATER), "X")[-1] == "renewed 2016-01-01 2018-01-01"
    late = life(*APPLIED, *years, "pass C on 2016-01-02")
    assert terms(evaluate(rules, late, LATER), "X")[-1] == "emeritus 2016-01-02 2017-01-01"


def test_an_emeritus_meets_nothing_that_asks_for_an_active_one(tmp_path: Path) -> None:
    state = evaluate(programme(tmp_path), life(*APPLIED, "pass D on 2014-06-01"), LATER)
    assert terms(state, "Needs") == []


def test_nobody_becomes_emeritus_while_revoked(tmp_path: Path) -> None:
    facts = life(*APPLIED, "revoke X on 2013-12-01: cheating")
    assert len(evaluate(programme(tmp_path), facts, LATER)["X"].cycles) == 2


def test_an_emeritus_may_earn_it_anew(tmp_path: Path) -> None:
    state = evaluate(programme(tmp_path), life(*APPLIED, "pass A on 2014-06-01"), LATER)
    assert terms(state, "X")[-1] == "earned 2014-06-01 2016-06-01"
