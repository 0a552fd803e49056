"""A programme compiled for evaluation: what each exam and each holding can touch."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import TypeAlias, TypeVar

from services.certifications.domain.nodes import Holding, Node, Parts, Passes, walk
from shared.programmes import (
    ActiveRequirement,
    AllOf,
    AnyOf,
    AtLeast,
    Certification,
    ExamRequirement,
    ExamsRequirement,
    Period,
    Policy,
    Programme,
    RenewalTerms,
    Requirement,
)

LastDay: TypeAlias = Callable[[date], date]
Key = TypeVar("Key", int, str)


@lru_cache(maxsize=64)
def last_day(validity: Period | None) -> LastDay:
    """From a first day to the last day; date.max stands for a lifetime.

    Remembered, because many candidates share few days.
    """
    if validity is None:
        return lambda _: date.max
    return lru_cache(maxsize=4096)(validity.after)


@dataclass(frozen=True, slots=True)
class Rule:
    """One certification under one policy; `order` puts prerequisites before what needs them."""

    code: str
    order: int
    rank: int
    requires: Node
    requires_name: str
    renewal: Node | None
    renewal_name: str
    extends_name: str
    last_day: "LastDay"
    extends: Mapping[str, frozenset[str]]
    series: str | None
    retired_on: date | None

    def open_on(self, day: date) -> bool:
        """Whether it can still be earned or renewed."""
        return self.retired_on is None or day <= self.retired_on


@dataclass(frozen=True, slots=True)
class PolicyRules:
    """What a policy says about every certification, and what each event can touch.

    What can earn names certifications by their order, what can renew by their code.
    """

    version: str
    rules: Mapping[str, Rule]
    in_order: tuple[Rule, ...]
    earned_by_exam: Mapping[str, frozenset[int]]
    earned_by_holding: Mapping[str, frozenset[int]]
    renewed_by_exam: Mapping[str, frozenset[str]]
    renewed_by_holding: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Rules:
    """A whole programme, ready for evaluation."""

    pass_last_day: Mapping[str, "LastDay"]
    series: Mapping[str, str]
    starts: tuple[date, ...]
    policies: tuple[PolicyRules, ...]

    def on(self, day: date) -> PolicyRules | None:
        """The policy in force on a day; None before the first."""
        if day >= self.starts[-1]:
            return self.policies[-1]
        at = bisect_right(self.starts, day)
        return self.policies[at - 1] if at else None


@lru_cache(maxsize=64)
def compiled(programme: Programme) -> Rules:
    """The programme's rules; compiled once for each loaded programme."""
    order = _award_order(programme)
    return Rules(
        pass_last_day={
            code: last_day(exam.pass_validity) for code, exam in programme.exams.items()
        },
        series={
            code: one.number_series
            for code, one in programme.certifications.items()
            if one.number_series is not None
        },
        starts=tuple(policy.effective_from for policy in programme.policies),
        policies=tuple(_policy(programme, policy, order) for policy in programme.policies),
    )


def _policy(programme: Programme, policy: Policy, order: Mapping[str, int]) -> PolicyRules:
    rules = {
        code: _rule(programme, policy, one, order[code])
        for code, one in programme.certifications.items()
    }
    return PolicyRules(
        version=policy.version,
        rules=rules,
        in_order=tuple(sorted(rules.values(), key=lambda rule: rule.order)),
        earned_by_exam=_index({r.order: _exams(r.requires) for r in rules.values()}),
        earned_by_holding=_index({r.order: _holdings(r.requires) for r in rules.values()}),
        renewed_by_exam=_index({code: _exams(rule.renewal) for code, rule in rules.items()}),
        renewed_by_holding=_index({code: _holdings(rule.renewal) for code, rule in rules.items()}),
    )


def _rule(programme: Programme, policy: Policy, one: Certification, order: int) -> Rule:
    version = f"policies.{policy.version}"
    renewal = one.renewal_under(policy)
    own = f"certifications.{one.code}"
    return Rule(
        code=one.code,
        order=order,
        rank=programme.level_rank(one.level),
        requires=_node(programme, one, one.requires),
        requires_name=f"{own}.requires",
        renewal=None if renewal is None else _renewal(programme, one, renewal),
        renewal_name=f"{own}.renewal" if one.renewal else f"{version}.levels.{one.level}.renewal",
        extends_name=f"{version}.extends",
        last_day=last_day(one.validity_under(policy)),
        extends={
            "earned": _extended(programme, policy, one, "earned"),
            "renewed": _extended(programme, policy, one, "renewed"),
        },
        series=one.number_series,
        retired_on=one.retired_on,
    )


def _extended(
    programme: Programme, policy: Policy, one: Certification, when: str
) -> frozenset[str]:
    rank = programme.level_rank(one.level)
    found: set[str] = set()
    for scope in policy.extends:
        if when not in scope.when:
            continue
        for other in programme.certifications.values():
            other_rank = programme.level_rank(other.level)
            if scope.levels == "same_and_below":
                level_fits = other_rank <= rank
            elif scope.levels == "below":
                level_fits = other_rank < rank
            elif scope.levels is not None:
                level_fits = other.level in scope.levels
            else:
                level_fits = other.code in (scope.certifications or ())
            level_fits = level_fits and other.level not in scope.except_levels
            if level_fits and (scope.tracks == "any" or set(other.tracks) & set(one.tracks)):
                found.add(other.code)
    return frozenset(found - {one.code})


def _renewal(programme: Programme, one: Certification, terms: RenewalTerms) -> Node:
    nodes = tuple(_node(programme, one, option.requires) for option in terms.options)
    return nodes[0] if terms.bare else Parts("Meet one of these", nodes, 1)


def _node(programme: Programme, one: Certification, requirement: Requirement) -> Node:
    """Compile one requirement as it reads for one certification."""
    text = requirement.text
    match requirement:
        case ExamRequirement(exam=exam, given=given):
            return Passes(
                text=text or f"Pass {exam} {programme.exams[exam].name}",
                exams=frozenset((exam,)),
                given=None if given is None else _node(programme, one, given),
            )
        case ExamsRequirement(exams=selection):
            if selection.of is not None:
                exams, kinds = selection.of, ", ".join(selection.of)
            else:
                classes = selection.of_class or ()
                exams = tuple(
                    code for code, exam in programme.exams.items() if exam.exam_class in classes
                )
                kinds = ", ".join(programme.exam_classes[name].name for name in classes)
            if selection.same_track:
                exams = tuple(e for e in exams if set(programme.exams[e].tracks) & set(one.tracks))
                kinds += " (same track)"
            need = selection.at_least
            count = "one" if need == 1 else f"{need} different exams"
            return Passes(text or f"Pass {count} of: {kinds}", frozenset(exams), need)
        case ActiveRequirement(active=code):
            held = f"Hold an active {programme.certifications[code].name}"
            return Holding(text or held, code)
        case AllOf(all_of=parts):
            nodes = tuple(_node(programme, one, part) for part in parts)
            return Parts(text or "Meet all of these on the same day", nodes, len(nodes))
        case AnyOf(any_of=parts):
            nodes = tuple(_node(programme, one, part) for part in parts)
            return Parts(text or "Meet one of these", nodes, 1)
        case AtLeast(at_least=need, of=parts):
            nodes = tuple(_node(programme, one, part) for part in parts)
            return Parts(text or f"Meet {need} of these on the same day", nodes, need)
        case _:
            message = f"{one.code} asks for {type(requirement).__name__}, which has no rule yet"
            raise ValueError(message)


def _exams(node: Node | None) -> set[str]:
    return {exam for one in walk(node) if isinstance(one, Passes) for exam in one.exams}


def _holdings(node: Node | None) -> set[str]:
    return {one.certification for one in walk(node) if isinstance(one, Holding)}


def _index(touching: Mapping[Key, set[str]]) -> dict[str, frozenset[Key]]:
    """From certification -> what it names to what is named -> certifications."""
    found: defaultdict[str, set[Key]] = defaultdict(set)
    for one, names in touching.items():
        for name in names:
            found[name].add(one)
    return {name: frozenset(ones) for name, ones in found.items()}


def _award_order(programme: Programme) -> dict[str, int]:
    """Prerequisites first, and otherwise the order of the file."""
    graph: TopologicalSorter[str] = TopologicalSorter()
    for code, one in programme.certifications.items():
        graph.add(code, *sorted(_holdings(_node(programme, one, one.requires))))
    return {code: at for at, code in enumerate(graph.static_order())}
