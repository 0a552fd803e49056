"""The security page: every requirement of ASVS 5 level 2 is answered, by tests that are there."""

import re
from functools import cache

from deploy.local.processes import REPOSITORY

PAGE = (REPOSITORY / "docs/security.md").read_text("utf-8")
# How many requirements of levels 1 and 2 each section of ASVS 5.0 has; they are numbered from 1.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
DEFINED = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)
NUMBERS = re.compile(r"^\| ([\d., –]+) \|", re.MULTILINE)


def answered() -> list[str]:
    """Every requirement that a row of the table names; a range stands for all in it."""
    found: list[str] = []
    for cell in NUMBERS.findall(PAGE):
        for part in cell.split(", "):
            first, _, last = part.partition("–")
            section, _, start = first.rpartition(".")
            end = last.rpartition(".")[2] or start
            found += [f"{section}.{number}" for number in range(int(start), int(end) + 1)]
    return found


@cache
def _tests() -> tuple[frozenset[str], frozenset[str]]:
    files = list((REPOSITORY / "tests").rglob("test_*.py"))
    functions: set[str] = set()
    for file in files:
        functions.update(
            re.findall(r"^(?:async )?def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
        )
    return frozenset(file.name for file in files), frozenset(functions)


def test_every_requirement_is_answered_once() -> None:
    wanted = [f"{section}.{n}" for section, count in SECTIONS.items() for n in range(1, count + 1)]
    found = answered()
    assert sorted(set(wanted) - set(found)) == []
    assert sorted(set(found) - set(wanted)) == []
    assert sorted(one for one in set(found) if found.count(one) > 1) == []


def test_every_test_that_the_page_names_is_there() -> None:
    files, functions = _tests()
    named = re.findall(r"`(?:tests/[\w/]*/)?(test_[\w.…]+)`", PAGE)
    assert len(named) > 100
    missing = [
        one
        for one in named
        if "…" not in one and one not in (files if one.endswith(".py") else functions)
    ]
    assert missing == []


def test_every_folder_that_the_page_names_is_there() -> None:
    for folder in re.findall(r"`(tests/[\w/]+/)`", PAGE):
        assert (REPOSITORY / folder).is_dir(), folder
