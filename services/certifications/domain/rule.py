"""What a programme says once it is compiled: rules by policy, and what each event can touch."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from services.certifications.domain.dates import LastDay
from services.certifications.domain.nodes import Node, Parts
from shared.programmes import CreditRules, Override, Period

Anchor: TypeAlias = Literal["requirement_met", "old_expiry", "fixed_cycle"]
# What happened: ("exam", its code), ("holding", a certification), ("credits", ""), and so on.
Trigger: TypeAlias = tuple[str, str]
CREDITS: Trigger = ("credits", "")


@dataclass(frozen=True, slots=True)
class UsesUp:
    """What counts once in a requirement: passes of these exams, and perhaps credits."""

    exams: frozenset[str]
    credits: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One way to renew; `key` names it in every version of the rules, `name` in this one.

    `last_day` counts from the day the anchor names: that on which the requirement was met, or
    the old last day. `uses_up` is the evidence that counts once.
    """

    node: Node
    name: str
    key: str
    text: str | None
    anchor: Anchor
    last_day: LastDay
    opens: Period | None = None
    not_twice_running: bool = False
    uses_up: UsesUp | None = None


@dataclass(frozen=True, slots=True)
class GraceRule:
    """What is still possible after a last day; `renewal` False: only handing in."""

    last_day: LastDay
    status: Literal["in_grace", "suspended"]
    renewal: bool
    name: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One certification under one policy; `order` puts prerequisites before what needs them.

    It can be earned from `opens_on`, and earned or renewed until `closes_on`. With fewer credits
    than `fewest_credits` none of its ways to renew gets anything from them.
    """

    code: str
    order: int
    rank: int
    requires: Node
    requires_name: str
    uses_up: UsesUp | None
    options: tuple[Option, ...]
    renewal_name: str
    extends_name: str
    anchor: Anchor
    last_day: LastDay
    grace: GraceRule | None
    extends: Mapping[str, frozenset[str]]
    series: str | None
    opens_on: date | None
    closes_on: date | None
    fewest_credits: Decimal

    def open_on(self, day: date) -> bool:
        """Whether it can still be earned or renewed."""
        return self.closes_on is None or day <= self.closes_on

    @property
    def renewal(self) -> Node | None:
        """Every way to renew as one node; None: nothing renews it."""
        if len(self.options) > 1:
            nodes = tuple(option.node for option in self.options)
            return Parts("Meet one of these", nodes, 1)
        return self.options[0].node if self.options else None


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """What a policy says about every certification, and what each event can touch.

    What can earn names certifications by their order, what can renew by their code.
    `touching` is whatever does either; `exam_credits` is what passes bring: points and
    category. `others` are the earlier versions that may govern what happens under this one,
    newest first.
    """

    version: str
    governed_by: Literal["award", "activity", "scheduling"]
    lengthens: bool
    rules: Mapping[str, Rule]
    in_order: tuple[Rule, ...]
    earned_by: Mapping[Trigger, frozenset[int]]
    renewed_by: Mapping[Trigger, frozenset[str]]
    touching: frozenset[Trigger]
    credits: CreditRules
    exam_credits: Mapping[str, tuple[Decimal, str | None]]
    others: "tuple[PolicyRules, ...]" = ()


@dataclass(frozen=True, slots=True)
class EmeritusTerms:
    """How the holders of one certification become emeritus, and active again."""

    name: str
    codes: frozenset[str]
    after: Period
    counting: Literal["consecutive", "total"]
    requires: Node
    opens: Period | None
    lasts: Period
    lifetime_after: Period | None
    back: Node | None
    back_within: Period | None


@dataclass(frozen=True, slots=True)
class Handover:
    """A certification whose holders go on in another from a day on."""

    on: date
    code: str
    successor: str
    name: str


@dataclass(frozen=True, slots=True)
class OwnDay:
    """What the programme itself does on a day: lengthen terms, hand over, open certifications.

    `touched_by` is everything that can earn one of those that open; `renews` are the
    certifications that other things renew from this day on.
    """

    lengthens: PolicyRules | None = None
    handovers: tuple[Handover, ...] = ()
    opens: frozenset[str] = frozenset()
    touched_by: frozenset[Trigger] = frozenset()
    renews: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Edition:
    """The policies as they are known from a day on, each with the day from which it governs.

    `own_days` are its first day and those of `own`, `graced` the certifications to which some
    policy gives a grace, `doubtful` the days on which the programme may change what is held,
    whatever candidates do.
    """

    starts: tuple[date, ...]
    policies: tuple[PolicyRules, ...]
    own_days: tuple[date, ...]
    own: Mapping[date, OwnDay]
    graced: frozenset[str]
    doubtful: tuple[date, ...]

    def on(self, day: date) -> PolicyRules | None:
        """The policy in force on a day; None before the first."""
        if day >= self.starts[-1]:
            return self.policies[-1]
        at = bisect_right(self.starts, day)
        return self.policies[at - 1] if at else None

    def governing(self, day: date) -> PolicyRules:
        """The policy in force on a day; before the first, the first."""
        return self.on(day) or self.policies[0]


@dataclass(frozen=True, slots=True)
class Rules:
    """A whole programme, ready for evaluation.

    `exam_of` gives the present code of every code under which an exam is reported. No override
    is about a last day outside of `overridden`; `counted` are the certifications whose years
    lead to achievements. `credit_ranks` are the ranks of those that some version of the rules
    renews by credits: only they can keep credits from what stands below.
    """

    exam_of: Mapping[str, str]
    pass_last_day: Mapping[str, LastDay]
    earned_from: Mapping[str, date]
    series: Mapping[str, str]
    ranks: Mapping[str, int]
    credit_ranks: Mapping[str, int]
    policies: Mapping[str, PolicyRules]
    known_from: tuple[date, ...]
    editions: tuple[Edition, ...]
    overrides: Mapping[str, tuple[Override, ...]]
    overridden: tuple[date, date]
    emeritus: Mapping[str, EmeritusTerms]
    successor: Mapping[str, Handover]
    counted: frozenset[str]

    def as_known(self, as_of: date) -> Edition:
        """The policies as one knew them on a day: a retroactive one not before it was in force."""
        return self.editions[bisect_right(self.known_from, as_of)]

    def on(self, day: date) -> PolicyRules | None:
        """The policy in force on a day, as it was known that day; None before the first."""
        return self.as_known(day).on(day)
