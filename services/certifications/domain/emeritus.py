"""Emeritus: what long holders may become when their certification runs out."""

from datetime import date

from services.certifications.domain.achievements import reached_on, united
from services.certifications.domain.dates import before, day_after, day_before, or_lifetime
from services.certifications.domain.dossier import Dossier
from services.certifications.domain.nodes import Window
from services.certifications.domain.rule import EmeritusTerms, PolicyRules
from services.certifications.domain.state import Cycle


def become_emeritus(dossier: Dossier, code: str, day: date, policy: PolicyRules) -> Cycle | None:
    """Begin an emeritus term for what has run out, or go on with one.

    It begins the day after the last day, or later with what completes it, and lasts from the
    old last day. It goes on for a lifetime once there were enough years without a gap.
    """
    terms = dossier.rules.emeritus[code]
    ledger = dossier.ledger
    last = ledger.cycles[code][-1]
    ended = last.expires_on
    if ended is None or ended >= day or ledger.replaced(code, day):
        return None
    expires_on = terms.lasts.after(ended)
    if day > expires_on or ledger.sanctions.revoked(code, day):
        return None
    held = _held(dossier, terms, ended)
    if reached_on(held, terms.after, terms.counting) is None:
        return None
    gapless = day == day_after(ended)
    for_life = terms.lifetime_after is not None and gapless and _reaches(held, terms, ended)
    causes = last.causes
    if not for_life:
        after = ledger.after[code]
        if terms.opens is not None:
            after = max(after, day_before(before(terms.opens, ended)))
        window = Window(code, dossier.rules.ranks[code], after, last.active_on, ended)
        met = dossier.met(terms.requires, day, window)
        if met is None:
            return None
        causes = met
    return ledger.add(
        Cycle(
            code,
            last.ordinal + 1,
            "emeritus",
            last.started_on if gapless else day,
            day,
            None if for_life else or_lifetime(expires_on),
            causes,
            terms.name,
            policy.version,
        ),
        day,
    )


def come_back(dossier: Dossier, code: str, day: date, policy: PolicyRules) -> Cycle | None:
    """Make an emeritus active again, where what that asks for is met in time."""
    terms = dossier.rules.emeritus[code]
    ledger = dossier.ledger
    now = ledger.cycles[code][-1]
    if terms.back is None or now.kind != "emeritus" or not now.covers(day):
        return None
    rule = policy.rules[code]
    if not rule.open_on(day) or ledger.sanctions.revoked(code, day):
        return None
    ended = max(
        term.expires_on
        for term in ledger.cycles[code]
        if term.kind != "emeritus" and term.expires_on is not None
    )
    if terms.back_within is not None and day > terms.back_within.after(ended):
        return None
    window = Window(code, rule.rank, ended, now.active_on, now.expires_on or date.max)
    causes = dossier.met(terms.back, day, window)
    if causes is None:
        return None
    expires_on, overrides = dossier.moved(code, rule.last_day(day))
    return ledger.add(
        Cycle(
            code,
            now.ordinal + 1,
            "renewed",
            now.started_on,
            day,
            expires_on,
            causes,
            f"{terms.name}.return",
            policy.version,
            overrides=overrides,
        ),
        day,
    )


def _held(dossier: Dossier, terms: EmeritusTerms, until: date) -> tuple[tuple[date, date], ...]:
    """The days of being active or emeritus in any of the group, up to a day."""
    return united(
        (span.first, min(span.last, until))
        for code in terms.codes
        if code in dossier.ledger.cycles
        for span in dossier.ledger.spans(code)
        if span.first <= until
    )


def _reaches(held: tuple[tuple[date, date], ...], terms: EmeritusTerms, ended: date) -> bool:
    last = held[-1]
    return (
        terms.lifetime_after is not None
        and last[1] == ended
        and reached_on([last], terms.lifetime_after, "consecutive") is not None
    )
