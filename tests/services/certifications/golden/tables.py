"""Golden tables as files: cases in YAML, every word with the line it stands on."""

import re
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

import yaml

HOME = Path(__file__).parent
_LIKE_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FIELDS = (
    "case",
    "source",
    "facts",
    "on",
    "expect",
    "only",
    "terms",
    "explain",
    "progress",
    "history",
    "achievements",
    "retakes",
)
REQUIRED = {
    "case": "a sentence that names it",
    "facts": "a list of sentences, or facts: []",
    "expect": "how each certification stands, or expect: nothing",
}
# What is said about each name, on a day.
DATED = ("expect", "terms", "explain", "progress", "history", "achievements", "retakes")


class GoldenMistake(Exception):
    """A table says something that cannot be read: file, line, case, and what was expected."""

    def __init__(self, file: Path, line: int, case: str, message: str) -> None:
        try:
            shown = file.relative_to(HOME)
        except ValueError:
            shown = file
        where = f"{shown}:{line}: "
        super().__init__(where + (f"case {case!r}: {message}" if case else message))


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and the line of the file it stands on."""

    number: int
    text: str


Said: TypeAlias = dict[str, list[Line]]


@dataclass(slots=True)
class Case:
    """Facts in, expected states out; `said` holds the expectations by field and day."""

    file: Path
    line: int
    name: str = ""
    source: str = ""
    facts: list[Line] = field(default_factory=list)
    only: bool = True
    said: dict[str, dict[date, Said]] = field(default_factory=dict)

    @property
    def programme(self) -> str:
        """The programme's id: the name of the folder."""
        return self.file.parent.name

    @property
    def id(self) -> str:
        """What a test report calls it."""
        return f"{self.programme}/{self.file.stem}: {self.name}"

    @property
    def days(self) -> list[date]:
        """The days asked about, in order."""
        return sorted({day for by_day in self.said.values() for day in by_day})

    def mistake(self, line: int, message: str) -> GoldenMistake:
        """What to raise about a line of this case."""
        return GoldenMistake(self.file, line, self.name, message)


def known(name: str, names: list[str]) -> str:
    """The end of a sentence about a name nobody knows."""
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"expected one of {', '.join(names)}"


def read(file: Path) -> "list[Case | GoldenMistake]":
    """Read one table; a case that cannot be read is its mistake, and leaves the others be."""
    try:
        node = yaml.compose(file.read_text("utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return [GoldenMistake(file, line, "", f"is not YAML: {error.problem}")]
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        return [GoldenMistake(file, 1, "", "expected a list of cases, each beginning with - case:")]
    cases: list[Case | GoldenMistake] = []
    lines: dict[str, int] = {}
    for item in node.value:
        case = Case(file, _line(item))
        try:
            _fill(case, _fields(case, item), lines)
        except GoldenMistake as mistake:
            cases.append(mistake)
        else:
            cases.append(case)
    return cases


def _fields(case: Case, node: yaml.Node) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise case.mistake(case.line, "expected a case: fields such as case, facts, on and expect")
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if key.value == "case":
            case.name = _text(case, value)
        if key.value in fields:
            raise case.mistake(_line(key), f"{key.value} is written twice; keep one")
        if key.value not in FIELDS:
            raise case.mistake(
                _line(key), f"unknown field {key.value!r}; {known(key.value, list(FIELDS))}"
            )
        fields[key.value] = value
    for name, wanted in REQUIRED.items():
        if name not in fields:
            raise case.mistake(case.line, f"has no {name}; expected {wanted}")
    return fields


def _fill(case: Case, fields: dict[str, yaml.Node], lines: dict[str, int]) -> None:
    if case.name in lines:
        raise case.mistake(
            case.line, f"this name is already used on line {lines[case.name]}; expected another"
        )
    lines[case.name] = case.line
    if "source" in fields:
        case.source = _text(case, fields["source"])
    if "only" in fields:
        written = _text(case, fields["only"])
        if written not in {"true", "false"}:
            raise case.mistake(_line(fields["only"]), f"only is true or false, not {written!r}")
        case.only = written == "true"
    case.facts = _lines(case, fields["facts"])
    on = _day(case, fields["on"]) if "on" in fields else None
    for name in DATED:
        if name in fields:
            case.said[name] = _by_day(case, name, fields[name], on)


def _line(node: yaml.Node) -> int:
    number: int = node.start_mark.line + 1
    return number


def _text(case: Case, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise case.mistake(_line(node), "expected a sentence here, not a list or fields")
    text: str = node.value
    return text.strip()


def _day(case: Case, node: yaml.Node) -> date:
    written = _text(case, node)
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise case.mistake(
            _line(node), f"expected a day such as 2024-04-01, not {written!r}"
        ) from None


def _lines(case: Case, node: yaml.Node) -> list[Line]:
    """Sentences, one or a list; `suspend X on DAY: reason` is fields to YAML, a sentence to us."""
    if isinstance(node, yaml.SequenceNode):
        return [line for item in node.value for line in _lines(case, item)]
    if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
        key, value = node.value[0]
        return [Line(_line(node), f"{_text(case, key)}: {_text(case, value)}")]
    return [Line(_line(node), _text(case, node))]


def _by_day(case: Case, name: str, node: yaml.Node, on: date | None) -> dict[date, Said]:
    if not isinstance(node, yaml.MappingNode):
        # `expect: nothing` reads well for a candidate who holds nothing.
        if _text(case, node) == "nothing":
            if on is None:
                raise case.mistake(_line(node), f"{name} needs a day; expected on: and a day")
            return {on: {}}
        raise case.mistake(_line(node), f"expected names and what is held under {name}")
    if not any(_LIKE_A_DAY.fullmatch(key.value) for key, _ in node.value):
        if on is None:
            raise case.mistake(_line(node), f"{name} needs a day; expected on: and a day")
        return {on: _said(case, node)}
    found: dict[date, Said] = {}
    for key, value in node.value:
        if not _LIKE_A_DAY.fullmatch(key.value):
            raise case.mistake(
                _line(key), f"{name} has days and names side by side; expected {key.value} in a day"
            )
        day = _day(case, key)
        if day in found:
            raise case.mistake(_line(key), f"{name} on {day} is written twice; keep one")
        found |= _by_day(case, f"{name} on {day}", value, day)
    return found


def _said(case: Case, node: yaml.MappingNode) -> Said:
    said: Said = {}
    for key, value in node.value:
        if key.value in said:
            raise case.mistake(_line(key), f"{key.value} is written twice; keep one")
        said[key.value] = _lines(case, value)
    return said
