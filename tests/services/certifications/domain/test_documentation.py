"""docs/programmes.md: its worked examples are programmes that load and give what the page says."""

import re
from datetime import date
from pathlib import Path

import pytest

from services.certifications.domain import ExamPass, Progress, detail, evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import passed
from tests.services.certifications.golden.sentences import fact_of, parse

PAGE = (Path(__file__).parents[4] / "docs" / "programmes.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\w+ \d{4}-.*?) \| (.*?) ?\| (.*?) ?\|$", PAGE, flags=re.MULTILINE)
BEES = re.findall(r"^\| (pass BEE .*?) \| (.*?) ?\|$", PAGE, flags=re.MULTILINE)
ANCHORS = re.findall(
    r"^\| `(\w+)` \| [^|]* \| (\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d) \|$", PAGE, flags=re.MULTILINE
)


def files(where: str) -> dict[str, str]:
    """The files of an example, whose blocks begin with `where` and the file's name."""
    blocks = re.findall(rf"```yaml\n# {where}(\w+\.yaml)\n(.*?)```", PAGE, flags=re.DOTALL)
    return dict(blocks)


@pytest.fixture(scope="module")
def harbour() -> Programme:
    return Programme.of_texts("harbour", files(""))


@pytest.fixture(scope="module")
def bees() -> Programme:
    return Programme.of_texts("bees", files("bees/"))


def test_the_page_has_its_tables() -> None:
    assert len(ROWS) == 5
    assert len(BEES) == 11
    assert len(ANCHORS) == 3


@pytest.mark.parametrize(("passes", "mate", "pilot"), ROWS)
def test_the_table_is_what_the_rules_give(
    harbour: Programme, passes: str, mate: str, pilot: str
) -> None:
    state = evaluate(harbour, passed(*passes.split(", ")), date(2040, 1, 1))
    for code, expected in (("MATE", mate), ("PILOT", pilot)):
        terms = [f"{t.kind} {t.active_on} to {t.expires_on}" for t in state[code].cycles]
        assert ", ".join(terms) == expected


def test_the_tree_is_what_candidates_see(harbour: Programme) -> None:
    def lines(node: Progress) -> list[str]:
        below = [line for child in node.children for line in lines(child)]
        return [f"{node!s:<14} {node.text}", *below]

    facts = [ExamPass("1", "NAV", date(2021, 3, 1))]
    (root,) = detail(harbour, facts, date(2021, 3, 1), "MATE").progress
    assert "\n".join(lines(root)) in PAGE


@pytest.mark.parametrize(("happened", "keeper"), BEES)
def test_the_table_with_credits_is_what_the_rules_give(
    bees: Programme, happened: str, keeper: str
) -> None:
    facts = [fact_of(parse(text), str(at)) for at, text in enumerate(happened.split(", "))]
    state = evaluate(bees, facts, date(2040, 1, 1))
    terms = [f"{t.kind} {t.active_on} to {t.expires_on}" for t in state["KEEPER"].cycles]
    assert ", ".join(terms) == keeper


@pytest.mark.parametrize(("anchor", "first", "last"), ANCHORS)
def test_the_table_of_anchors_is_what_the_rules_give(anchor: str, first: str, last: str) -> None:
    texts = files("")
    rules = texts["certifications.yaml"]
    rules = rules.replace("renewal_anchor: requirement_met", f"renewal_anchor: {anchor}")
    rules = rules.replace("validity: 4 years", "validity: 3 years")
    rules = rules.replace("renewal: {exams: {at_least: 2,", "renewal: {exams: {at_least: 1,")
    programme = Programme.of_texts("harbour", texts | {"certifications.yaml": rules})
    facts = passed("NAV 2021-04-01", "RADIO 2021-04-01", "LAW 2024-01-10")
    earned, renewed = evaluate(programme, facts, date(2024, 1, 10))["MATE"].cycles
    assert earned.expires_on == date(2024, 4, 1)
    assert (renewed.kind, str(renewed.active_on), str(renewed.expires_on)) == (
        "renewed",
        first,
        last,
    )
