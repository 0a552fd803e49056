"""What awards and renewals carry along."""

from services.certifications.domain.dossier import Dossier
from services.certifications.domain.moment import Moment
from services.certifications.domain.renewing import (
    done_by,
    following,
    is_later,
    leads_to,
    renewable,
)
from services.certifications.domain.rule import PolicyRules
from services.certifications.domain.state import Cycle


def carry_along(dossier: Dossier, moment: Moment) -> None:
    """Extend what is active and what the day's awards and renewals extend.

    What was itself earned or renewed on the day stays as it is; of several that extend one, the
    highest is named. What staff gave extends nothing.
    """
    if not moment.changed:
        return
    day, policy, ledger = moment.day, moment.policy, dossier.ledger
    carriers = [term for term in moment.changed if term.kind in ("earned", "renewed")]
    if not carriers:
        return
    if len(carriers) > 1:
        carriers.sort(key=lambda term: _rank(policy, term))
    carried = [(term, _carried(dossier, term)) for term in carriers]
    done = {term.certification for term in moment.changed}
    for code, terms in ledger.cycles.items():
        if code in done:
            continue
        carrier = next((one for one, codes in carried if code in codes), None)
        if carrier is None:
            continue
        term, rule = terms[-1], policy.rules[code]
        if not rule.open_on(day) or not renewable(dossier, term, day):
            continue
        if not ledger.active(code, day):
            continue
        expires_on, overrides = leads_to(dossier, term, day, rule.anchor, rule.last_day)
        if is_later(expires_on, term.expires_on):
            extended = following(
                term,
                "extended",
                day,
                rule.anchor,
                expires_on,
                carrier.causes,
                rule.extends_name,
                policy.version,
                extended_by=carrier.certification,
                overrides=overrides,
            )
            ledger.add(extended, done_by(extended))
            ledger.last_option.pop(code, None)


def _carried(dossier: Dossier, carrier: Cycle) -> frozenset[str]:
    """What a term extends, under the version of the rules that governs it."""
    rule = dossier.rules.policies[carrier.policy].rules[carrier.certification]
    return rule.extends[carrier.kind]


def _rank(policy: PolicyRules, term: Cycle) -> tuple[int, int]:
    rule = policy.rules[term.certification]
    return -rule.rank, rule.order
