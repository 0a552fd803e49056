"""Awards: what is earned on a day."""

from collections.abc import Set as AbstractSet
from datetime import date

from services.certifications.domain.dossier import Dossier
from services.certifications.domain.moment import Moment
from services.certifications.domain.renewing import renew
from services.certifications.domain.rule import PolicyRules, Rule, Trigger
from services.certifications.domain.state import Cycle

_NONE: frozenset[int] = frozenset()


def award(dossier: Dossier, moment: Moment, opened: AbstractSet[int] = _NONE) -> None:
    """Earn everything that the day may complete, prerequisites first.

    `opened` is what is looked at besides, by its place in the order of awards.
    """
    pending = _pending(moment)
    pending |= opened
    ledger, day, policy = dossier.ledger, moment.day, moment.policy
    while pending:
        # An award touches what comes later in this order, so one pass is enough.
        order = min(pending)
        pending.discard(order)
        rule = policy.in_order[order]
        code = rule.code
        if not _open(rule, day) or ledger.sanctions.revoked(code, day):
            continue
        term = None
        if code in ledger.cycles:
            if ledger.running(code, day):
                continue
            term = _renewed_in_grace(dossier, code, day, policy)
        term = term or _earned(dossier, code, day, policy)
        if term is not None:
            moment.changed.append(term)
            pending |= policy.earned_by.get(("holding", code), _NONE)


def opened_by(
    dossier: Dossier, policy: PolicyRules, codes: frozenset[str], seen: AbstractSet[Trigger]
) -> set[int]:
    """Of certifications that open, or are earned otherwise, those that what happened touches."""
    held: set[Trigger] = {("holding", code) for code in dossier.ledger.cycles}
    return {
        order
        for trigger in seen | held
        for order in policy.earned_by.get(trigger, _NONE)
        if policy.in_order[order].code in codes
    }


def _pending(moment: Moment) -> set[int]:
    policy = moment.policy
    earned_by = policy.earned_by
    pending: set[int] = set()
    for trigger in moment.triggers:
        if trigger in earned_by:
            pending |= earned_by[trigger]
    for term in moment.changed:
        pending |= policy.earned_by.get(("holding", term.certification), _NONE)
    if not moment.again:
        return pending
    if None in moment.again:
        pending.update(range(len(policy.in_order)))
    for code in moment.again:
        if code is not None and code in policy.rules:
            pending.add(policy.rules[code].order)
    return pending


def _open(rule: Rule, day: date) -> bool:
    return rule.open_on(day) and (rule.opens_on is None or day >= rule.opens_on)


def _renewed_in_grace(dossier: Dossier, code: str, day: date, policy: PolicyRules) -> Cycle | None:
    """In its grace a certification goes on rather than that it is earned anew."""
    grace = dossier.in_grace(code, day)
    return None if grace is None else renew(dossier, code, day, policy)


def _earned(dossier: Dossier, code: str, day: date, policy: PolicyRules) -> Cycle | None:
    ledger = dossier.ledger
    for version in (policy, *policy.others):
        rule = version.rules[code]
        causes = dossier.evidence.met(rule.requires, day)
        if causes is None or not dossier.governs(version, policy, day, causes):
            continue
        expires_on, overrides = dossier.moved(code, rule.last_day(day))
        term = Cycle(
            code,
            len(ledger.cycles.get(code, ())) + 1,
            "earned",
            day,
            day,
            expires_on,
            causes,
            rule.requires_name,
            version.version,
            overrides=overrides,
        )
        ledger.last_option.pop(code, None)
        if rule.uses_up:
            dossier.evidence.use_up(rule.uses_up, causes, code)
        return ledger.add(term, day)
    return None
