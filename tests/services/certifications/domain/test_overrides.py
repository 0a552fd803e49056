"""One-off decisions that gave whole groups more time."""

from pathlib import Path

import pytest

from services.certifications.domain import evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, terms, told
from tests.services.certifications.domain.small_programme import small_programme

LATER = day("2040-01-01")


def programme(folder: Path, overrides: str) -> Programme:
    return small_programme(
        folder,
        f"""
policies:
  - version: only
    effective_from: 2000-01-01
    renewal_anchor: requirement_met
    levels:
      first: {{validity: 2 years, renewal: {{exam: B}}}}
      second: {{validity: 2 years, renewal: {{exam: B}}}}
certifications:
  - {{code: X, name: X, level: first, category: All, requires: {{exam: A}}}}
  - {{code: Y, name: Y, level: second, category: All, requires: {{exam: A}}}}
overrides:
{overrides}
""",
    )


SIX_MONTHS = """
  - id: storm
    announced_on: 2020-04-01
    reason: The harbour was closed.
    expiring: {from: 2020-03-01, to: 2020-09-30}
    extend_by: 6 months
    levels: [first]
"""


@pytest.mark.parametrize(
    ("earned", "expires", "names"),
    [
        ("2018-02-28", "2020-02-28", ()),
        ("2018-03-01", "2020-09-01", ("storm",)),
        ("2018-08-31", "2021-02-28", ("storm",)),
        ("2018-09-30", "2021-03-30", ("storm",)),
        ("2018-10-01", "2020-10-01", ()),
    ],
)
def test_last_days_within_the_stretch_move(
    tmp_path: Path, earned: str, expires: str, names: tuple[str, ...]
) -> None:
    state = evaluate(programme(tmp_path, SIX_MONTHS), told(f"pass A on {earned}"), LATER)
    assert terms(state, "X") == [f"earned {earned} {expires}"]
    assert state["X"].cycles[0].overrides == names
    assert terms(state, "Y") == [f"earned {earned} {earned.replace('2018', '2020')}"]


def test_before_its_announcement_it_does_not_exist(tmp_path: Path) -> None:
    rules = programme(tmp_path, SIX_MONTHS)
    facts = told("pass A on 2018-03-01", "pass B on 2020-06-01")
    before = evaluate(rules, facts[:1], day("2020-03-31"))
    assert before["X"].status == "expired"
    assert before.changes_on == day("2020-04-01")
    # What had run out comes back, and what was passed meanwhile renews it.
    assert evaluate(rules, facts, day("2020-04-01"))["X"].status == "active"
    assert terms(evaluate(rules, facts, LATER), "X") == [
        "earned 2018-03-01 2020-09-01",
        "renewed 2020-06-01 2022-06-01",
    ]


def test_it_moves_to_a_day_but_never_to_an_earlier_one(tmp_path: Path) -> None:
    rules = programme(
        tmp_path,
        """
  - id: storm
    announced_on: 2020-04-01
    reason: The harbour was closed.
    expiring: {from: 2020-03-01, to: 2020-12-31}
    extend_to: 2020-09-30
    certifications: [Y]
""",
    )
    for earned, expires in (("2018-05-15", "2020-09-30"), ("2018-11-01", "2020-11-01")):
        state = evaluate(rules, told(f"pass A on {earned}"), LATER)
        assert terms(state, "Y") == [f"earned {earned} {expires}"]
        assert state["X"].cycles[0].overrides == ()


def test_of_two_the_one_that_gives_more_prevails_and_they_do_not_add_up(tmp_path: Path) -> None:
    more = SIX_MONTHS.replace("storm", "flood").replace("6 months", "9 months")
    rules = programme(tmp_path, SIX_MONTHS + more)
    (term,) = evaluate(rules, told("pass A on 2018-03-01"), LATER)["X"].cycles
    assert (term.expires_on, term.overrides) == (day("2020-12-01"), ("flood",))


def test_a_day_that_staff_chose_knowing_of_it_stays(tmp_path: Path) -> None:
    rules = programme(tmp_path, SIX_MONTHS)
    chosen = told("pass A on 2018-01-01", "extend X on 2020-05-01 to 2020-08-01: illness")
    assert terms(evaluate(rules, chosen, LATER), "X")[-1] == "prolonged 2018-01-01 2020-08-01"
    earlier = told("pass A on 2018-01-01", "extend X on 2020-03-31 to 2020-08-01: illness")
    assert terms(evaluate(rules, earlier, LATER), "X")[-1] == "prolonged 2018-01-01 2021-02-01"
