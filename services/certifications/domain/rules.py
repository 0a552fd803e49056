"""A programme compiled for evaluation: what each event can touch, under each policy."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from graphlib import TopologicalSorter

from services.certifications.domain.dates import day_before, last_day
from services.certifications.domain.editions import edition_of
from services.certifications.domain.nodes import (
    Credits,
    Node,
    Passes,
    walk,
)
from services.certifications.domain.rule import (
    EmeritusTerms,
    GraceRule,
    Handover,
    Option,
    PolicyRules,
    Rule,
    Rules,
    UsesUp,
)
from services.certifications.domain.trees import Reader
from services.certifications.domain.triggers import index, triggers_of
from shared.programmes import Certification, CreditRules, Policy, Programme


@lru_cache(maxsize=64)
def compiled(programme: Programme) -> Rules:
    """The programme's rules; compiled once for each loaded programme."""
    certifications = programme.certifications
    policies: list[PolicyRules] = []
    for policy in programme.policies:
        policies.append(_policy(programme, policy, tuple(reversed(policies))))
    # A retroactive policy is unknown until it is in force: each such day has its own edition.
    known_from = sorted(
        {p.effective_from for p in programme.policies if p.retroactive_from is not None}
    )
    handovers = {
        code: Handover(
            one.succeeded_by.on,
            code,
            one.succeeded_by.certification,
            f"certifications.{code}.succeeded_by",
        )
        for code, one in certifications.items()
        if one.succeeded_by is not None
    }
    return Rules(
        exam_of={code: exam.code for code, exam in programme.exam_of.items()},
        pass_last_day={
            code: last_day(exam.pass_validity) for code, exam in programme.exams.items()
        },
        earned_from={
            code: exam.earned_from
            for code, exam in programme.exams.items()
            if exam.earned_from is not None
        },
        series={
            code: one.number_series
            for code, one in certifications.items()
            if one.number_series is not None
        },
        ranks={code: programme.level_rank(one.level) for code, one in certifications.items()},
        credit_ranks={
            code: programme.level_rank(one.level)
            for code, one in certifications.items()
            if any(policy.rules[code].fewest_credits > 0 for policy in policies)
        },
        policies={policy.version: policy for policy in policies},
        known_from=tuple(known_from),
        editions=tuple(
            edition_of(programme, policies, handovers.values(), as_of, known_from)
            for as_of in (date.min, *known_from)
        ),
        overrides={
            code: tuple(
                override for override in programme.overrides if override.is_about(code, one.level)
            )
            for code, one in certifications.items()
        },
        overridden=(
            min((one.expiring.first for one in programme.overrides), default=date.max),
            max((one.expiring.last for one in programme.overrides), default=date.min),
        ),
        emeritus=_emeritus(programme),
        successor=handovers,
        counted=frozenset(
            code
            for code, one in certifications.items()
            if any(rule.holds(code, one.level) for rule in programme.achievements.values())
        ),
    )


def _policy(programme: Programme, policy: Policy, earlier: tuple[PolicyRules, ...]) -> PolicyRules:
    credit_rules = policy.credits or CreditRules()
    readers = {
        code: Reader(programme, one, credit_rules) for code, one in programme.certifications.items()
    }
    requires = {
        code: reader.node(reader.certification.requires_under(policy))
        for code, reader in readers.items()
    }
    order = _award_order(requires)
    rules = {
        code: _rule(reader, policy, requires[code], order[code]) for code, reader in readers.items()
    }
    # Where an earlier day chooses the version, what touched anything then touches it now.
    others = earlier if policy.governed_by != "award" else ()
    versions = (rules, *(other.rules for other in others))
    earned_by = index((order[code], one[code].requires) for one in versions for code in one)
    renewed_by = index(
        (code, option.node)
        for one in versions
        for code, rule in one.items()
        for option in rule.options
    )
    return PolicyRules(
        version=policy.version,
        governed_by=policy.governed_by,
        lengthens=policy.running_terms == "lengthen",
        rules=rules,
        in_order=tuple(sorted(rules.values(), key=lambda rule: rule.order)),
        earned_by=earned_by,
        renewed_by=renewed_by,
        touching=frozenset((*earned_by, *renewed_by)),
        credits=credit_rules,
        exam_credits=_exam_credits(programme, credit_rules),
        others=others,
    )


def _rule(reader: Reader, policy: Policy, requires: Node, order: int) -> Rule:
    programme, one, _ = reader
    aligned = one.aligned_under(policy)
    validity = last_day(one.validity_under(policy), aligned)
    renewal = one.renewal_under(policy)
    renewal_name = f"{one.place_under(policy, 'renewal')}.renewal"
    prefix = f"policies.{policy.version}."
    options: list[Option] = []
    for at, option in enumerate(() if renewal is None else renewal.options):
        name = renewal_name
        if renewal is not None and not renewal.bare:
            name = f"{renewal_name}.options[{at}]"
        node = reader.node(option.requires)
        options.append(
            Option(
                node=node,
                name=name,
                key=name.removeprefix(prefix),
                text=option.text,
                anchor=option.anchor or policy.renewal_anchor,
                last_day=validity if option.period is None else last_day(option.period, aligned),
                opens=option.opens,
                not_twice_running=option.not_twice_running,
                uses_up=_uses_up(node),
            )
        )
    return Rule(
        code=one.code,
        order=order,
        rank=programme.level_rank(one.level),
        requires=requires,
        requires_name=f"{one.place_under(policy, 'requires')}.requires",
        uses_up=_uses_up(requires),
        options=tuple(options),
        renewal_name=renewal_name,
        extends_name=f"{prefix}extends",
        anchor=policy.renewal_anchor,
        last_day=validity,
        grace=_grace(policy, one),
        extends={
            "earned": _extended(programme, policy, one, "earned"),
            "renewed": _extended(programme, policy, one, "renewed"),
        },
        series=one.number_series,
        opens_on=one.awarded_from,
        closes_on=_closing_day(one),
        fewest_credits=_fewest_credits(options),
    )


def _fewest_credits(options: Iterable[Option]) -> Decimal:
    return min(
        (
            node.at_least
            for option in options
            for node in walk(option.node)
            if isinstance(node, Credits)
        ),
        default=Decimal(0),
    )


def _grace(policy: Policy, one: Certification) -> GraceRule | None:
    grace = one.grace_under(policy)
    if grace is None:
        return None
    name = f"{one.place_under(policy, 'grace')}.grace"
    return GraceRule(last_day(grace.lasts), grace.status, grace.allows == "renewal", name)


def _closing_day(one: Certification) -> date | None:
    days = [] if one.retired_on is None else [one.retired_on]
    if one.succeeded_by is not None:
        days.append(day_before(one.succeeded_by.on))
    return min(days, default=None)


def _extended(
    programme: Programme, policy: Policy, one: Certification, when: str
) -> frozenset[str]:
    rank = programme.level_rank(one.level)
    found: set[str] = set()
    for scope in policy.extends:
        if when not in scope.when or (
            scope.carriers is not None and one.code not in scope.carriers
        ):
            continue
        for other in programme.certifications.values():
            other_rank = programme.level_rank(other.level)
            if scope.levels == "same_and_below":
                fits = other_rank <= rank
            elif scope.levels == "below":
                fits = other_rank < rank
            elif scope.levels is not None:
                fits = other.level in scope.levels
            else:
                fits = other.code in (scope.certifications or ())
            fits = fits and other.level not in scope.except_levels
            if fits and (scope.tracks == "any" or set(other.tracks) & set(one.tracks)):
                found.add(other.code)
    return frozenset(found - {one.code})


def _exam_credits(
    programme: Programme, rules: CreditRules
) -> dict[str, tuple[Decimal, str | None]]:
    """What a pass of each exam brings; the first entry that fits an exam."""
    found: dict[str, tuple[Decimal, str | None]] = {}
    for entry in rules.from_exams:
        listed = {programme.exam_of[code].code for code in entry.of or ()}
        for code, exam in programme.exams.items():
            if code in listed or exam.exam_class in (entry.of_class or ()):
                found.setdefault(code, (entry.points, entry.category))
    return found


def _emeritus(programme: Programme) -> dict[str, EmeritusTerms]:
    """By certification; the first entry that fits it."""
    found: dict[str, EmeritusTerms] = {}
    for at, rule in enumerate(programme.emeritus):
        codes = frozenset(
            code for code, one in programme.certifications.items() if rule.holds(code, one.level)
        )
        for code in codes - found.keys():
            one = programme.certifications[code]
            reader = Reader(programme, one, CreditRules())
            back = None if rule.back is None else reader.node(rule.back.requires)
            found[code] = EmeritusTerms(
                name=f"emeritus[{at}]",
                codes=codes,
                after=rule.after,
                counting=rule.counting,
                requires=reader.node(rule.requires),
                opens=rule.opens,
                lasts=rule.lasts,
                lifetime_after=rule.lifetime_after,
                back=back,
                back_within=None if rule.back is None else rule.back.within,
            )
    return found


def _uses_up(requirement: Node) -> UsesUp | None:
    exams: set[str] = set()
    credit = False
    for node in walk(requirement):
        if isinstance(node, Passes) and node.once:
            exams |= node.exams
        elif isinstance(node, Credits) and node.rules.use == "once":
            credit = True
    return UsesUp(frozenset(exams), credit) if exams or credit else None


def _award_order(requires: Mapping[str, Node]) -> dict[str, int]:
    """Prerequisites first, and otherwise the order of the file."""
    graph: TopologicalSorter[str] = TopologicalSorter()
    for code, node in requires.items():
        held = {name for kind, name in triggers_of(node) if kind == "holding"}
        graph.add(code, *sorted(held))
    return {code: at for at, code in enumerate(graph.static_order())}
