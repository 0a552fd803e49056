"""The nodes of a compiled requirement, each with the words that candidates read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from shared.programmes import CreditRules, Period


@dataclass(frozen=True, slots=True)
class Passes:
    """Valid passes of `need` different exams; `given` must have been met on the pass's day.

    `once`: a pass that has earned or renewed by this kind of node is used up. `within`: the
    passes lie that close together.
    """

    text: str
    exams: frozenset[str]
    need: int = 1
    given: "Node | None" = None
    once: bool = False
    within: Period | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """Points that every period of a term must bring."""

    period: Period
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Credits:
    """Continuing education credits: in all, by category, and by type of activity.

    `minimum` and `maximum` are by category, `caps` by activity; what lies above a maximum or a
    cap does not count. `rules` is what the policy says about all credits.
    """

    text: str
    at_least: Decimal
    minimum: Mapping[str, Decimal] = field(default_factory=dict)
    maximum: Mapping[str, Decimal] = field(default_factory=dict)
    caps: Mapping[str, Decimal] = field(default_factory=dict)
    every: Every | None = None
    rules: CreditRules = field(default_factory=CreditRules)


@dataclass(frozen=True, slots=True)
class Holding:
    """A certification that is active."""

    text: str
    certification: str


@dataclass(frozen=True, slots=True)
class Courses:
    """Completions of `need` different approved courses."""

    text: str
    courses: frozenset[str]
    need: int = 1


@dataclass(frozen=True, slots=True)
class Agreement:
    """An accepted agreement, in one of the versions."""

    text: str
    agreement: str
    versions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fee:
    """So many payments of a fee; for a renewal those of the present term."""

    text: str
    fee: str
    need: int = 1


@dataclass(frozen=True, slots=True)
class Approved:
    """A decision by the programme's staff; for a renewal one of the present term."""

    text: str
    approval: str


@dataclass(frozen=True, slots=True)
class Parts:
    """`need` of the parts."""

    text: str
    parts: "tuple[Node, ...]"
    need: int


Node: TypeAlias = Passes | Credits | Holding | Courses | Agreement | Fee | Approved | Parts


class Window(NamedTuple):
    """The time whose evidence can renew a term, and whose term it is.

    Only evidence after `after` counts; where credits of earlier terms are kept, those after
    `opened_after` do. What was handed in after `submit_by` does not count. `began` is the first
    day of the term and `ends` its last, by which yearly minima are cut.
    """

    certification: str
    rank: int
    after: date
    began: date
    ends: date
    opened_after: date = date.min
    submit_by: date | None = None


def walk(node: Node | None) -> Iterator[Node]:
    """A node and everything below it."""
    if node is None:
        return
    yield node
    if isinstance(node, Parts):
        for part in node.parts:
            yield from walk(part)
    elif isinstance(node, Passes):
        yield from walk(node.given)
