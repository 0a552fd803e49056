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
    touched = [renewed_by[trigger] for trigger in moment.events() if trigger in renewed_by]
    again = moment.again
    codes = [
        code
        for code in dossier.ledger.cycles
        if any(code in one for one in touched) or code in again or None in again
    ]
    if len(codes) > 1:
        codes = _where_credits_count(dossier, moment, codes)
        # Where credits are used once, the highest goes first, then what ends first.
        codes.sort(key=lambda code: _urgency(dossier, policy.rules[code]))
    for code in codes:
        renewed = renew(dossier, code, moment.day, policy)
        if renewed is not None:
            moment.changed.append(renewed)


def _where_credits_count(dossier: Dossier, moment: Moment, codes: list[str]) -> list[str]:
    """On a day of nothing but credits perhaps only the highest level that is active."""
    policy = moment.policy
    if policy.credits.counts_for == "each" or policy.others:
        return codes
    if moment.triggers != _CREDITS_ONLY or moment.changed or moment.again:
        return codes
    ranks, day = dossier.rules.ranks, moment.day
    active = (ranks[code] for code in dossier.ledger.cycles if dossier.active(code, day))
    highest = max(active, default=0)
    return [code for code in codes if ranks[code] >= highest]


def _urgency(dossier: Dossier, rule: Rule) -> tuple[int, date, int]:
    last = dossier.ledger.cycles[rule.code][-1].expires_on
    return -rule.rank, last or date.max, rule.order
