"""What awards and renewals carry along."""

from datetime import date

from services.certifications.domain.dossier import Dossier
from services.certifications.domain.moment import Moment
from services.certifications.domain.renewing import (
    done_by,
    following,
    is_later,
    leads_to,
    renewable,
)
from services.certifications.domain.rule import PolicyRules, Rule
from services.certifications.domain.state import Cycle


def carry_along(dossier: Dossier, moment: Moment) -> None:
    """Extend what is active and what the day's awards and renewals extend.

    What was earned on the day stays as it is, and what was renewed by itself unless carrying it
    along leads further; of several that extend one, the highest is named. What staff gave extends
    nothing.
    """
    day, policy, ledger = moment.day, moment.policy, dossier.ledger
    carriers = [term for term in moment.changed if term.kind in ("earned", "renewed")]
    if not carriers:
        return
    if len(carriers) > 1:
        carriers.sort(key=lambda term: _rank(policy, term))
    carried = [(term, _carried(dossier, term)) for term in carriers]
    done = {term.certification for term in moment.changed}
    for code, terms in ledger.cycles.items():
        carrier = _carrier_of(code, carried)
        if carrier is None:
            continue
        term = _renewed_today(terms, day) if code in done else _still_open(dossier, terms, day)
        if term is not None and policy.rules[code].open_on(day) and ledger.active(code, day):
            _extend(dossier, moment, policy.rules[code], term, carrier)


def _carrier_of(code: str, carried: list[tuple[Cycle, frozenset[str]]]) -> Cycle | None:
    for carrier, codes in carried:
        if code in codes:
            return carrier
    return None


def _still_open(dossier: Dossier, terms: list[Cycle], day: date) -> Cycle | None:
    return terms[-1] if renewable(dossier, terms[-1], day) else None


def _renewed_today(terms: list[Cycle], day: date) -> Cycle | None:
    """The term before its own renewal of the day, whose dates may count from elsewhere."""
    if terms[-1].kind != "renewed":
        return None
    last = terms[-2].expires_on
    return terms[-2] if last is not None and day <= last else None


def _extend(dossier: Dossier, moment: Moment, rule: Rule, term: Cycle, carrier: Cycle) -> None:
    """Extend a term, if that leads further than there is."""
    day, ledger = moment.day, dossier.ledger
    latest = ledger.cycles[rule.code][-1]
    expires_on, overrides = leads_to(dossier, term, day, rule.anchor, rule.last_day)
    if not is_later(expires_on, latest.expires_on):
        return
    extended = following(
        term,
        "extended",
        day,
        rule.anchor,
        expires_on,
        carrier.causes,
        rule.extends_name,
        moment.policy.version,
        extended_by=carrier.certification,
        overrides=overrides,
    )
    if term is not latest:
        extended = extended._replace(ordinal=latest.ordinal + 1)
    ledger.add(extended, done_by(extended))
    ledger.last_option.pop(rule.code, None)


def _carried(dossier: Dossier, carrier: Cycle) -> frozenset[str]:
    """What a term extends, under the version of the rules that governs it."""
    rule = dossier.rules.policies[carrier.policy].rules[carrier.certification]
    return rule.extends[carrier.kind]


def _rank(policy: PolicyRules, term: Cycle) -> tuple[int, int]:
    rule = policy.rules[term.certification]
    return -rule.rank, rule.order
