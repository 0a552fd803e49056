"""Evidence of every kind: what meets a requirement, how long, and how often."""

from pathlib import Path

import pytest

from services.certifications.domain import evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, terms, told
from tests.services.certifications.domain.small_programme import small_programme

LATER = day("2040-01-01")
HEAD = """
agreements:
  - id: conduct
    name: Code of conduct
    versions:
      - {version: V1, effective_from: 2010-01-01}
      - {version: V2, effective_from: 2018-01-01}
      - {version: V3, effective_from: 2022-01-01}
fees: [{id: yearly, name: Yearly fee}]
approvals: [{id: board, name: Board decision}]
"""
EDUCATION = """
courses:
  - {code: OAK, name: Oaks, level: first, tracks: [land]}
  - {code: ELM, name: Elms, level: second, tracks: [land]}
  - {code: EEL, name: Eels, level: second, tracks: [sea]}
"""
EXAMS = """
  - {code: E, name: End, class: field, aliases: [E-0], earned_from: 2020-01-01}
"""


def programme(folder: Path, requires: str, renewal: str = "{exam: A}") -> Programme:
    return small_programme(
        folder,
        f"""
policies:
  - version: only
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    levels: {{first: {{validity: 2 years, renewal: {renewal}}}}}
certifications:
  - {{code: X, name: X, level: first, category: All, tracks: [land], requires: {requires}}}
  - {{code: Y, name: Y, level: first, category: All, tracks: [land], requires: {{exam: D}}}}
""",
        head=HEAD,
        exams=EXAMS,
        education=EDUCATION,
    )


def rows(folder: Path, requires: str, *sentences: str, renewal: str = "{exam: A}") -> list[str]:
    return terms(evaluate(programme(folder, requires, renewal), told(*sentences), LATER), "X")


@pytest.mark.parametrize(
    ("asks", "version", "met"),
    [
        ("{agreement: conduct}", "V1", True),
        ("{agreement: conduct, version: V2}", "V1", False),
        ("{agreement: conduct, version: V2}", "V2", True),
        ("{agreement: conduct, version: V2}", "V3", True),
        ("{agreement: conduct}", "V0", False),
    ],
)
def test_an_agreement_in_a_version_or_a_later_one(
    tmp_path: Path, asks: str, version: str, met: bool
) -> None:
    both = f"{{all_of: [{{exam: A}}, {asks}]}}"
    found = rows(
        tmp_path, both, "pass A on 2020-03-01", f"agreement conduct {version} on 2020-06-01"
    )
    # Whoever accepts it later has it from then on.
    assert found == (["earned 2020-06-01 2022-06-01"] if met else [])


def test_an_agreement_once_accepted_holds_for_every_renewal(tmp_path: Path) -> None:
    renewal = "{all_of: [{exam: A}, {agreement: conduct}]}"
    found = rows(
        tmp_path,
        "{exam: B}",
        "agreement conduct V1 on 2012-01-01",
        "pass B on 2020-03-01",
        "pass A on 2021-03-01",
        renewal=renewal,
    )
    assert found[1:] == ["renewed 2021-03-01 2023-03-01"]


def test_payments_of_the_present_term(tmp_path: Path) -> None:
    found = rows(
        tmp_path,
        "{all_of: [{exam: B}, {fee: yearly}]}",
        "fee yearly on 2020-01-01",
        "pass B on 2020-03-01",
        "fee yearly on 2020-03-01",  # on the day it began: of the term before
        "fee yearly on 2021-03-01",
        "fee yearly on 2022-03-01",
        renewal="{fee: yearly, at_least: 2}",
    )
    assert found == ["earned 2020-03-01 2022-03-01", "renewed 2022-03-01 2024-03-01"]


def test_a_decision_for_each_term(tmp_path: Path) -> None:
    found = rows(
        tmp_path,
        "{approval: board}",
        "approval board on 2020-03-01",
        "approval board on 2021-03-01",
        renewal="{approval: board}",
    )
    assert found == ["earned 2020-03-01 2022-03-01", "renewed 2021-03-01 2023-03-01"]


@pytest.mark.parametrize(
    ("asks", "sentences", "renewed"),
    [
        ("{of: [OAK]}", ["course OAK on 2020-06-01"], "2020-06-01"),
        ("{of: [OAK]}", ["course OAK on 2020-03-01"], None),
        ("{of: [OAK]}", ["course ELM on 2020-06-01"], None),
        ("{of: [OAK]}", ["course BIRCH on 2020-06-01"], None),
        ("{of: [OAK, ELM], at_least: 2}", ["course OAK on 2020-06-01"], None),
        (
            "{of: [OAK, ELM], at_least: 2}",
            ["course OAK on 2020-06-01", "course OAK on 2020-07-01"],
            None,
        ),
        (
            "{of: [OAK, ELM], at_least: 2}",
            ["course ELM on 2020-06-01", "course OAK on 2020-07-01"],
            "2020-07-01",
        ),
        ("{levels: same_and_above, same_track: true}", ["course ELM on 2020-06-01"], "2020-06-01"),
        ("{levels: same_and_above, same_track: true}", ["course EEL on 2020-06-01"], None),
        ("{levels: [second]}", ["course EEL on 2020-06-01"], "2020-06-01"),
        ("{levels: [second]}", ["course OAK on 2020-06-01"], None),
    ],
)
def test_courses(tmp_path: Path, asks: str, sentences: list[str], renewed: str | None) -> None:
    found = rows(
        tmp_path, "{exam: B}", "pass B on 2020-03-01", *sentences, renewal=f"{{courses: {asks}}}"
    )
    assert [row.split()[1] for row in found[1:]] == ([renewed] if renewed else [])


def test_a_pass_under_a_former_code_counts_and_keeps_it(tmp_path: Path) -> None:
    facts = told("pass E-0 on 2020-03-01")
    state = evaluate(programme(tmp_path, "{exam: E}"), facts, LATER)
    assert terms(state, "X") == ["earned 2020-03-01 2022-03-01"]
    assert state["X"].cycles[0].causes == tuple(facts)


def test_a_pass_from_before_an_exam_counted_is_none(tmp_path: Path) -> None:
    assert rows(tmp_path, "{exam: E}", "pass E on 2019-12-31") == []


@pytest.mark.parametrize(
    ("sentences", "earned"),
    [
        (["A 2020-01-01", "B 2020-07-01"], "2020-07-01"),
        (["A 2020-01-01", "B 2020-07-02"], None),
        (["A 2020-01-01", "B 2020-07-02", "A 2020-12-01"], "2020-12-01"),
        (["A 2020-01-01", "A 2020-05-01"], None),
        # The first two lie close together, whatever came on top.
        (["A 2020-01-01", "B 2020-07-01", "A 2021-06-01"], "2020-07-01"),
    ],
)
def test_passes_that_lie_close_together(
    tmp_path: Path, sentences: list[str], earned: str | None
) -> None:
    asks = "{exams: {at_least: 2, of: [A, B], within: 6 months}}"
    found = rows(tmp_path, asks, *[f"pass {row.replace(' ', ' on ')}" for row in sentences])
    assert [row.split()[1] for row in found[:1]] == ([earned] if earned else [])


def test_given_is_asked_of_each_pass_that_lies_close(tmp_path: Path) -> None:
    asks = "{exams: {at_least: 2, of: [A, B], within: 6 months}, given: {active: Y}}"
    held = "pass D on 2020-02-01"
    assert rows(tmp_path, asks, "pass A on 2020-01-01", held, "pass B on 2020-03-01") == []
    found = rows(tmp_path / "2", asks, held, "pass A on 2020-02-01", "pass B on 2020-03-01")
    assert found == ["earned 2020-03-01 2022-03-01"]


ONCE = """
policies:
  - version: only
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    levels:
      first: {{validity: 2 years, renewal: {{exams: {{of: [A, B]{once}}}}}}}
certifications:
  - {{code: X, name: X, level: first, category: All, requires: {{exam: D}}}}
  - {{code: Y, name: Y, level: first, category: All, requires: {{exam: C}}}}
"""


@pytest.mark.parametrize(("once", "renewed"), [("", ["X", "Y"]), (", once: true", ["X"])])
def test_evidence_that_counts_once(tmp_path: Path, once: str, renewed: list[str]) -> None:
    rules = small_programme(tmp_path, ONCE.format(once=once))
    held = ("pass D on 2020-01-01", "pass C on 2020-02-01")
    state = evaluate(rules, told(*held, "pass A on 2021-01-01"), LATER)
    assert [code for code in state.standings if len(state[code].cycles) == 2] == renewed
    # What ends first was renewed; another pass renews the other.
    two = told(*held, "pass A on 2021-01-01", "pass B on 2021-01-01")
    state = evaluate(rules, two, LATER)
    assert [len(one.cycles) for one in state.standings.values()] == [2, 2]


def test_what_was_earned_uses_it_up_too(tmp_path: Path) -> None:
    asks = "{exam: A, once: true}"
    rules = small_programme(
        tmp_path,
        f"""
policies:
  - version: only
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    levels: {{first: {{validity: 1 year}}}}
certifications:
  - {{code: X, name: X, level: first, category: All, requires: {asks}}}
  - {{code: Y, name: Y, level: first, category: All, requires: {{all_of: [{asks}, {{exam: B}}]}}}}
""",
    )
    once = evaluate(rules, told("pass A on 2020-01-01", "pass B on 2020-02-01"), LATER)
    assert list(once.standings) == ["X"]
    again = told("pass A on 2020-01-01", "pass B on 2020-02-01", "pass A on 2020-03-01")
    state = evaluate(rules, again, LATER)
    assert terms(state, "Y") == ["earned 2020-03-01 2021-03-01"]
