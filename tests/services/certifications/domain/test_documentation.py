"""docs/programmes.md: its worked example is a programme that loads and gives what the page says."""

import re
from datetime import date
from pathlib import Path

import pytest

from services.certifications.domain import ExamPass, Progress, detail, evaluate
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import passed

PAGE = (Path(__file__).parents[4] / "docs" / "programmes.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\w+ \d{4}-.*?) \| (.*?) ?\| (.*?) ?\|$", PAGE, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    folder = tmp_path_factory.mktemp("programmes") / "harbour"
    folder.mkdir()
    for name, text in re.findall(r"```yaml\n# (\w+\.yaml)\n(.*?)```", PAGE, flags=re.DOTALL):
        (folder / name).write_text(text, "utf-8")
    return Programme.load(folder)


def test_the_page_has_its_table() -> None:
    assert len(ROWS) == 5


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
