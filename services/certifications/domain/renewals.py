"""Renewals of a day: which terms are looked at, and in which order."""

from datetime import date

from services.certifications.domain.dossier import Dossier
from services.certifications.domain.moment import Moment
from services.certifications.domain.renewing import renew
from services.certifications.domain.rule import CREDITS, Rule

_CREDITS_ONLY = {CREDITS}


def renew_touched(dossier: Dossier, moment: Moment) -> None:
    """Renew everything held whose own renewal the day may have completed."""
    policy = moment.policy
    renewed_by = policy.renewed_by
    touched = [renewed_by[trigger] for trigger in moment.triggers if trigger in renewed_by]
    for term in moment.changed:
        trigger = ("holding", term.certification)
        if trigger in renewed_by:
            touched.append(renewed_by[trigger])
    again, held = moment.again, dossier.ledger.cycles
    if len(touched) == 1 and not again:
        codes = [code for code in held if code in touched[0]]
    elif touched or again:
        everything = None in again
        codes = [
            code
            for code in held
            if everything or code in again or any(code in one for one in touched)
        ]
    else:
        return
    codes = _where_credits_count(dossier, moment, codes)
    if len(codes) > 1:
        # Where evidence counts once, the highest goes first, then what ends first.
        codes.sort(key=lambda code: _urgency(dossier, policy.rules[code]))
    for code in codes:
        renewed = renew(dossier, code, moment.day, policy)
        if renewed is not None:
            moment.changed.append(renewed)


def _where_credits_count(dossier: Dossier, moment: Moment, codes: list[str]) -> list[str]:
    """On a day of nothing but credits: where they count, and may be enough."""
    policy, ledger, day = moment.policy, dossier.ledger, moment.day
    if policy.others or moment.triggers != _CREDITS_ONLY or moment.changed or moment.again:
        return codes
    rules = policy.credits
    if rules.new_cycle == "ends" and rules.rollover is None:
        since = dossier.evidence.credits_after
        codes = [c for c in codes if since(ledger.after[c]) >= policy.rules[c].fewest_credits]
    if codes and rules.counts_for == "highest_level":
        ranks = dossier.rules.credit_ranks
        highest = max((ranks.get(c, 0) for c in ledger.cycles if ledger.active(c, day)), default=0)
        codes = [code for code in codes if ranks.get(code, 0) >= highest]
    return codes


def _urgency(dossier: Dossier, rule: Rule) -> tuple[int, date, int]:
    last = dossier.ledger.cycles[rule.code][-1].expires_on
    return -rule.rank, last or date.max, rule.order
