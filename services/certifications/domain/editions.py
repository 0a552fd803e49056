"""The policies as they are known from a day on, and what the programme does on days of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from services.certifications.domain.nodes import Node
from services.certifications.domain.rule import (
    Edition,
    Handover,
    OwnDay,
    PolicyRules,
    Rule,
    Trigger,
)
from services.certifications.domain.triggers import triggers_of
from shared.programmes import Period, Programme


def edition_of(
    programme: Programme,
    policies: Iterable[PolicyRules],
    handovers: Iterable[Handover],
    as_of: date,
    known_from: Iterable[date],
) -> Edition:
    """The policies as one knew them on a day; `known_from` are the days they may change."""
    governing: list[tuple[date, PolicyRules]] = []
    for policy, rules in zip(programme.policies, policies, strict=True):
        start = policy.effective_from
        if policy.retroactive_from is not None and start <= as_of:
            start = policy.retroactive_from
        while governing and governing[-1][0] >= start:
            governing.pop()
        governing.append((start, rules))
    own = _own_days(programme, governing, handovers)
    announced = (override.announced_on for override in programme.overrides)
    return Edition(
        starts=tuple(start for start, _ in governing),
        policies=tuple(rules for _, rules in governing),
        own_days=tuple(sorted({governing[0][0], *own})),
        own=own,
        graced=frozenset(
            code
            for _, rules in governing
            for code, rule in rules.rules.items()
            if rule.grace is not None
        ),
        doubtful=tuple(sorted({*announced, *known_from, *own, governing[0][0]})),
    )


def _own_days(
    programme: Programme,
    governing: Sequence[tuple[date, PolicyRules]],
    handovers: Iterable[Handover],
) -> dict[date, OwnDay]:
    own: dict[date, OwnDay] = {}
    before: PolicyRules | None = None
    for start, rules in governing:
        # What a new version asks for may have been met before it began.
        eased = frozenset() if before is None else _asking_otherwise(before, rules)
        renews = frozenset() if before is None else _renewing_otherwise(before, rules)
        if rules.lengthens or eased or renews:
            lengthens = rules if rules.lengthens else None
            own[start] = OwnDay(lengthens, opens=eased, renews=renews)
        before = rules
    # Chains in the order of their days; on one day in the order of the file.
    for handover in handovers:
        known = own.get(handover.on, OwnDay())
        own[handover.on] = replace(known, handovers=(*known.handovers, handover))
    for code, one in programme.certifications.items():
        if one.awarded_from is not None:
            known = own.get(one.awarded_from, OwnDay())
            own[one.awarded_from] = replace(known, opens=known.opens | {code})
    return {
        day: replace(plan, touched_by=_touching(governing, plan.opens)) for day, plan in own.items()
    }


def _touching(
    governing: Iterable[tuple[date, PolicyRules]], codes: frozenset[str]
) -> frozenset[Trigger]:
    """Whatever can earn one of these, under any of the policies."""
    return frozenset(
        trigger
        for _, rules in governing
        for code in codes
        for trigger in triggers_of(rules.rules[code].requires)
    )


def _asking_otherwise(before: PolicyRules, rules: PolicyRules) -> frozenset[str]:
    """The certifications that a version asks other things for than the one before it."""
    return frozenset(
        code for code, rule in rules.rules.items() if rule.requires != before.rules[code].requires
    )


def _renewing_otherwise(before: PolicyRules, rules: PolicyRules) -> frozenset[str]:
    """The certifications that a version renews by other things than the one before it."""
    return frozenset(
        code for code, rule in rules.rules.items() if _asked(rule) != _asked(before.rules[code])
    )


def _asked(rule: Rule) -> list[tuple[Node, Period | None, bool]]:
    """What its ways to renew ask for, and when; where they lead to does not matter."""
    return [(one.node, one.opens, one.not_twice_running) for one in rule.options]
