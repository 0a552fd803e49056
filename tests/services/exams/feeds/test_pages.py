"""The pages of the adapters say what the code does: their tables are the code's tables."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from services.exams.domain import pearson_files, pearson_notifications, psi
from services.exams.domain.adapter import Field
from services.exams.domain.pearson_exports import COLUMNS, Column
from shared.programmes.feeds import OUR_COLUMNS

PAGES = Path(__file__).parents[4] / "docs" / "feeds"
Table = list[tuple[str, ...]]


def tables(page: str) -> list[Table]:
    """The tables of a page, without their headers."""
    found: list[Table] = []
    inside = False
    for line in (PAGES / page).read_text().splitlines():
        if not line.startswith("|"):
            inside = False
        elif set(line) <= set("| -"):
            inside = True
            found.append([])
        elif inside:
            cells = line.strip("|").split(" | ") if " | " in line else [line]
            found[-1].append(tuple(cell.strip(" |") for cell in cells))
    return found


def quoted(name: str, otherwise: str) -> str:
    return f"`{name}`" if name else otherwise


def fields(table: Sequence[Field]) -> Table:
    return [(f"`{one.theirs}`", quoted(one.ours, "not read"), one.known, one.note) for one in table]


def columns(table: Iterable[Column]) -> Table:
    return [(f"`{one.name}`", quoted(one.ours, "empty"), str(one.limit or "")) for one in table]


KINDS = [
    (f"`{event}`", about, f"`{what}`")
    for event, (about, what) in pearson_notifications.KINDS.items()
]
OURS = [
    (f"`{kind}`", ", ".join(f"`{one}`" for one in sorted(names)))
    for kind, names in OUR_COLUMNS.items()
]


@pytest.mark.parametrize(
    ("page", "table"),
    [
        ("pearson-notifications.md", KINDS),
        ("pearson-notifications.md", fields(pearson_notifications.NOTIFICATION)),
        ("pearson-notifications.md", fields(pearson_notifications.EXAM)),
        ("psi.md", fields(psi.BODY)),
        ("pearson-files.md", fields(pearson_files.RESULTS)),
        ("pearson-files.md", fields(pearson_files.NO_SHOWS)),
        ("pearson-files.md", fields(pearson_files.CANDIDATE_REPLIES)),
        ("pearson-files.md", fields(pearson_files.AUTHORIZATION_REPLIES)),
        ("pearson-files.md", columns(COLUMNS["cdd"])),
        ("pearson-files.md", columns(COLUMNS["ead"])),
        ("mapped-csv.md", OURS),
    ],
)
def test_a_page_has_the_codes_table(page: str, table: Table) -> None:
    assert table in [[_padded(row, len(table[0])) for row in one] for one in tables(page)]


def _padded(row: tuple[str, ...], width: int) -> tuple[str, ...]:
    return row + ("",) * (width - len(row))


def test_a_table_with_another_word_in_it_would_be_noticed() -> None:
    right = fields(psi.BODY)
    wrong = [(*right[0][:1], "`result`", *right[0][2:]), *right[1:]]
    assert right in tables("psi.md")
    assert wrong not in tables("psi.md")
    assert right[1:] not in tables("psi.md")


def test_every_result_of_psi_is_explained() -> None:
    page = (PAGES / "psi.md").read_text()
    for result in psi.RESULTS:
        assert f"`{result}`" in page


def anchors(page: Path) -> set[str]:
    """What the headings of a page are linked by."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


def test_the_pages_link_to_pages_and_sections_that_are_there() -> None:
    for page in PAGES.glob("*.md"):
        for part in page.read_text().split("](")[1:]:
            target, _, section = part.split(")")[0].partition("#")
            if not target.startswith("https:"):
                other = (page.parent / target) if target else page
                assert other.exists(), f"{page.name}: {target}"
                assert not section or section in anchors(other), f"{page.name}: #{section}"
