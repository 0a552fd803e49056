"""Which version of the rules governs."""

from pathlib import Path

import pytest

from services.certifications.domain import detail, evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, terms, told
from tests.services.certifications.domain.small_programme import small_programme

LATER = day("2060-01-01")


def programme(folder: Path, new: str, *, requires: str = "{exam: A}", old: str = "") -> Programme:
    return small_programme(
        folder,
        f"""
policies:
  - version: old
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    levels: {{first: {{validity: 2 years, renewal: {{exam: B}}{old}}}}}
  - version: new
    based_on: old
    effective_from: 2020-01-01
{new}
certifications:
  - {{code: X, name: X, level: first, category: All, requires: {requires}}}
""",
    )


LONGER = "    levels: {first: {validity: 3 years}}"
BACK = f"    retroactive_from: 2015-01-01\n{LONGER}"


def test_once_in_force_a_retroactive_version_governs_what_was_before(tmp_path: Path) -> None:
    rules = programme(tmp_path, BACK)
    facts = told("pass A on 2017-06-01", "pass B on 2019-12-31")
    before = evaluate(rules, facts, day("2019-12-31"))
    assert (terms(before, "X"), before["X"].status) == (
        ["earned 2017-06-01 2019-06-01"],
        "expired",
    )
    assert before.changes_on == day("2020-01-01")
    after = evaluate(rules, facts, day("2020-01-01"))
    assert terms(after, "X") == ["earned 2017-06-01 2020-06-01", "renewed 2019-12-31 2022-12-31"]
    assert {term.policy for term in after["X"].cycles} == {"new"}


@pytest.mark.parametrize(
    ("passed_on", "expected"),
    [
        ("2014-12-31", "earned 2014-12-31 2016-12-31"),
        ("2015-01-01", "earned 2015-01-01 2018-01-01"),
    ],
)
def test_it_reaches_back_to_its_day_and_no_further(
    tmp_path: Path, passed_on: str, expected: str
) -> None:
    rules = programme(tmp_path, BACK)
    assert terms(evaluate(rules, told(f"pass A on {passed_on}"), LATER), "X") == [expected]


def test_a_version_that_reaches_back_behind_all_others(tmp_path: Path) -> None:
    rules = programme(tmp_path, BACK.replace("2015", "2005"))
    state = evaluate(rules, told("pass A on 2008-01-01"), LATER)
    assert terms(state, "X") == ["earned 2008-01-01 2011-01-01"]
    known = evaluate(rules, told("pass A on 2008-01-01"), day("2019-12-31"))
    assert terms(known, "X") == ["earned 2010-01-01 2012-01-01"]


@pytest.mark.parametrize(
    ("passed_on", "expected"),
    [
        ("2017-12-31", ["earned 2017-12-31 2019-12-31"]),
        ("2018-01-01", ["earned 2018-01-01 2020-01-01", "lengthened 2018-01-01 2021-01-01"]),
        ("2019-06-01", ["earned 2019-06-01 2021-06-01", "lengthened 2019-06-01 2022-06-01"]),
        ("2020-01-01", ["earned 2020-01-01 2023-01-01"]),
    ],
)
def test_running_terms_are_lengthened(tmp_path: Path, passed_on: str, expected: list[str]) -> None:
    rules = programme(tmp_path, f"    running_terms: lengthen\n{LONGER}")
    facts = told(f"pass A on {passed_on}")
    state = evaluate(rules, facts, LATER)
    assert terms(state, "X") == expected
    assert state["X"].cycles[-1].policy == ("old" if passed_on == "2017-12-31" else "new")
    assert terms(evaluate(rules, facts, day("2019-12-31")), "X") == (
        [] if passed_on == "2020-01-01" else expected[:1]
    )


def test_a_lengthened_term_is_renewed_by_what_was_done_since_its_first_day(tmp_path: Path) -> None:
    rules = programme(tmp_path, f"    running_terms: lengthen\n{LONGER}")
    state = evaluate(rules, told("pass A on 2018-06-01", "pass B on 2021-06-01"), LATER)
    assert terms(state, "X")[-1] == "renewed 2021-06-01 2024-06-01"
    assert state["X"].started_on == day("2018-06-01")


def test_what_is_in_grace_is_lengthened_too(tmp_path: Path) -> None:
    rules = programme(
        tmp_path, f"    running_terms: lengthen\n{LONGER}", old=", grace: {lasts: 1 year}"
    )
    facts = told("pass A on 2017-06-01")
    assert evaluate(rules, facts, day("2019-12-31"))["X"].status == "in_grace"
    state = evaluate(rules, facts, day("2020-01-01"))
    assert (state["X"].status, state["X"].expires_on) == ("active", day("2020-06-01"))


def test_a_version_that_makes_terms_shorter_leaves_running_ones(tmp_path: Path) -> None:
    shorter = "    running_terms: lengthen\n    levels: {first: {validity: 1 year}}"
    state = evaluate(programme(tmp_path, shorter), told("pass A on 2019-06-01"), LATER)
    assert terms(state, "X") == ["earned 2019-06-01 2021-06-01"]


def test_a_lifetime_from_now_on(tmp_path: Path) -> None:
    rules = programme(
        tmp_path, "    running_terms: lengthen\n    levels: {first: {validity: lifetime}}"
    )
    state = evaluate(rules, told("pass A on 2019-06-01"), LATER)
    assert terms(state, "X")[-1] == "lengthened 2019-06-01 lifetime"
    assert state["X"].status == "lifetime"


TOGETHER = "{all_of: [{exam: A}, {exam: C}]}"


@pytest.mark.parametrize(
    ("governed_by", "expected", "version"),
    [
        ("award", "earned 2020-03-01 2023-03-01", "new"),
        ("activity", "earned 2020-03-01 2022-03-01", "old"),
        ("scheduling", "earned 2020-03-01 2022-03-01", "old"),
    ],
)
def test_the_day_that_chooses_the_version(
    tmp_path: Path, governed_by: str, expected: str, version: str
) -> None:
    rules = programme(tmp_path, f"    governed_by: {governed_by}\n{LONGER}", requires=TOGETHER)
    facts = told("pass C on 2019-12-01", "pass A on 2020-03-01 scheduled 2019-12-20")
    state = evaluate(rules, facts, LATER)
    assert terms(state, "X") == [expected]
    assert state["X"].cycles[0].policy == version


@pytest.mark.parametrize(
    ("sentences", "version"),
    [
        (["pass C on 2020-01-01", "pass A on 2020-03-01 scheduled 2020-01-01"], "new"),
        (["pass C on 2020-03-01 scheduled 2019-12-31", "pass A on 2020-02-01"], "old"),
        (["pass C on 2020-02-01 scheduled 2019-12-31", "pass A on 2020-03-01"], "new"),
    ],
)
def test_the_exam_that_decided_was_scheduled(
    tmp_path: Path, sentences: list[str], version: str
) -> None:
    rules = programme(tmp_path, f"    governed_by: scheduling\n{LONGER}", requires=TOGETHER)
    (term,) = evaluate(rules, told(*sentences), LATER)["X"].cycles
    assert term.policy == version


def test_whoever_began_under_the_old_rules_ends_under_them(tmp_path: Path) -> None:
    # The new version asks for more; the old one is enough for whoever began in time.
    more = "{all_of: [{exam: A}, {exam: B}]}"
    new = f"    governed_by: activity\n    certifications: {{X: {{requires: {more}}}}}"
    rules = programme(tmp_path, new, requires=TOGETHER)
    began = told("pass C on 2019-12-01", "pass A on 2020-03-01")
    assert terms(evaluate(rules, began, LATER), "X") == ["earned 2020-03-01 2022-03-01"]
    late = told("pass C on 2020-01-02", "pass A on 2020-03-01")
    assert terms(evaluate(rules, late, LATER), "X") == []
    assert terms(evaluate(rules, [*late, *told("pass B on 2020-04-01 as b")], LATER), "X") == [
        "earned 2020-04-01 2022-04-01"
    ]


def test_renewals_are_governed_in_the_same_way(tmp_path: Path) -> None:
    new = (
        "    governed_by: scheduling\n    levels: {first: {validity: 3 years, renewal: {exam: D}}}"
    )
    rules = programme(tmp_path, new)
    facts = told("pass A on 2019-06-01", "pass B on 2020-02-01 scheduled 2019-12-31")
    assert terms(evaluate(rules, facts, LATER), "X")[1:] == ["renewed 2020-02-01 2022-02-01"]
    late = told("pass A on 2019-06-01", "pass B on 2020-02-01 scheduled 2020-01-01")
    assert terms(evaluate(rules, late, LATER), "X")[1:] == []


def test_one_certification_may_differ_under_a_version(tmp_path: Path) -> None:
    rules = programme(
        tmp_path, "    certifications: {X: {validity: lifetime, requires: {exam: C}}}"
    )
    assert terms(evaluate(rules, told("pass A on 2020-01-01"), LATER), "X") == []
    (term,) = evaluate(rules, told("pass C on 2020-01-01"), LATER)["X"].cycles
    assert (term.expires_on, term.rule) == (None, "policies.new.certifications.X.requires")


def test_it_can_be_earned_from_a_day_on_by_what_still_counts_then(tmp_path: Path) -> None:
    rules = small_programme(
        tmp_path,
        """
policies:
  - version: only
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    levels: {first: {validity: 2 years}}
certifications:
  - {code: X, name: X, level: first, category: All, awarded_from: 2020-03-01,
     requires: {any_of: [{exam: A}, {exam: C}]}}
""",
    )
    facts = told("pass A on 2019-06-01")
    before = evaluate(rules, facts, day("2020-02-29"))
    assert before.standings == {}
    assert before.changes_on == day("2020-03-01")
    assert terms(evaluate(rules, facts, LATER), "X") == ["earned 2020-03-01 2022-03-01"]
    assert terms(evaluate(rules, told("pass C on 2019-06-01"), LATER), "X") == []


EITHER = "    levels: {first: {renewal: {any_of: [{exam: B}, {exam: D}]}}}"


def test_a_new_way_to_renew_is_not_met_by_what_was_done_before_it(tmp_path: Path) -> None:
    rules = programme(tmp_path, EITHER)
    facts = told("pass A on 2019-06-01", "pass D on 2019-07-01")
    state = evaluate(rules, facts, day("2021-05-31"))
    assert terms(state, "X") == ["earned 2019-06-01 2021-06-01"]
    # Nor does anything else that happens make it so.
    staff = told("suspend X on 2020-02-01: a case", "reinstate X on 2020-03-01: cleared")
    state = evaluate(rules, [*facts, *staff], day("2021-05-31"))
    assert terms(state, "X") == ["earned 2019-06-01 2021-06-01"]
    (root,) = detail(rules, facts, day("2021-05-31"), "X").progress
    assert (root.have, root.satisfied) == (0, False)
    assert [one.why for line in root.children for one in line.evidence] == [
        "on 1 July 2019 it did not renew this yet"
    ]


@pytest.mark.parametrize("again", ["pass B on 2020-02-01", "pass D on 2020-02-01 as again"])
def test_and_is_met_by_what_is_done_since(tmp_path: Path, again: str) -> None:
    facts = told("pass A on 2019-06-01", "pass D on 2019-07-01", again)
    state = evaluate(programme(tmp_path, EITHER), facts, LATER)
    assert terms(state, "X")[1:] == ["renewed 2020-02-01 2022-02-01"]


def test_a_version_that_asks_for_less_renews_on_its_first_day(tmp_path: Path) -> None:
    rules = small_programme(
        tmp_path,
        """
policies:
  - version: old
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    levels:
      first: {validity: 2 years, renewal: {all_of: [{exam: B}, {exam: D}]}}
  - version: new
    based_on: old
    effective_from: 2020-01-01
    levels: {first: {renewal: {exam: B}}}
certifications:
  - {code: X, name: X, level: first, category: All, requires: {exam: A}}
""",
    )
    facts = told("pass A on 2019-06-01", "pass B on 2019-07-01")
    before = evaluate(rules, facts, day("2019-12-31"))
    assert (terms(before, "X")[1:], before.changes_on) == ([], day("2020-01-01"))
    assert terms(evaluate(rules, facts, LATER), "X")[1:] == ["renewed 2020-01-01 2022-01-01"]
