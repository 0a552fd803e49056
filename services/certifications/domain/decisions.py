"""What staff decided: grants, later last days, suspensions, revocations, reinstatements."""

from datetime import date
from typing import TypeAlias

from services.certifications.domain.dossier import Dossier
from services.certifications.domain.facts import (
    Granted,
    Prolonged,
    Reinstated,
    Revoked,
    Suspended,
)
from services.certifications.domain.renewing import is_later
from services.certifications.domain.state import Cycle

Decision: TypeAlias = Granted | Prolonged | Suspended | Revoked | Reinstated
RULE = "staff"


def decide(dossier: Dossier, decisions: list[Decision]) -> tuple[list[Cycle], set[str | None]]:
    """Carry out the decisions of one day; the order in which they were recorded is not known.

    Returns the terms they began, and the certifications (None: every one) that are to be looked
    at again because evidence that could do nothing may now earn or renew. What is suspended or
    revoked and reinstated on one day was never barred.
    """
    begun: list[Cycle] = []
    again: set[str | None] = set()
    for fact in sorted(decisions, key=_order):
        match fact:
            case Granted():
                term = _granted(dossier, fact)
                if term is not None:
                    begun.append(term)
            case Prolonged():
                term = _prolonged(dossier, fact)
                if term is not None:
                    begun.append(term)
                    again.add(term.certification)
            case Suspended() | Revoked():
                dossier.ledger.sanctions.begin(fact, _meant(dossier, fact))
            case Reinstated():
                codes = _meant(dossier, fact)
                dossier.ledger.sanctions.lift(fact, codes)
                again.update(codes)
    return begun, again


def _order(fact: Decision) -> tuple[int, str]:
    kinds = (Granted, Prolonged, Suspended, Revoked, Reinstated)
    return kinds.index(type(fact)), repr(fact)


def _heir(dossier: Dossier, code: str, day: date) -> str:
    """The certification itself, or what has taken its place by a day."""
    while dossier.ledger.replaced(code, day):
        code = dossier.rules.successor[code].successor
    return code


def _meant(dossier: Dossier, fact: Suspended | Revoked | Reinstated) -> tuple[str | None, ...]:
    code = fact.certification
    if code is None:
        return (None,)
    heir = _heir(dossier, code, fact.day)
    return (code,) if heir == code else (code, heir)


def _granted(dossier: Dossier, fact: Granted) -> Cycle | None:
    ledger, day, code = dossier.ledger, fact.day, fact.certification
    # What is given after a successor has taken over is the successor.
    while code in dossier.rules.successor and day >= dossier.rules.successor[code].on:
        code = dossier.rules.successor[code].successor
    version = dossier.edition.governing(day)
    if code not in version.rules:
        return None
    overrides: tuple[str, ...] = ()
    if fact.expires_on is None:
        expires_on, overrides = dossier.moved(code, version.rules[code].last_day(day))
    else:
        expires_on, overrides = dossier.moved(code, fact.expires_on, day)
    if is_later(day, expires_on):
        return None
    terms = ledger.cycles.get(code, [])
    running = ledger.running(code, day)
    if running and not is_later(expires_on, terms[-1].expires_on):
        return None
    ledger.last_option.pop(code, None)
    return ledger.add(
        Cycle(
            code,
            len(terms) + 1,
            "granted",
            terms[-1].started_on if running else day,
            day,
            expires_on,
            (fact,),
            RULE,
            version.version,
            overrides=overrides,
        ),
        day,
    )


def _prolonged(dossier: Dossier, fact: Prolonged) -> Cycle | None:
    code = _heir(dossier, fact.certification, fact.day)
    terms = dossier.ledger.cycles.get(code)
    if terms is None:
        return None
    expires_on, overrides = dossier.moved(code, fact.expires_on, fact.day)
    if not is_later(expires_on, terms[-1].expires_on):
        return None
    return dossier.ledger.add(
        terms[-1]._replace(
            ordinal=len(terms) + 1,
            kind="emeritus" if terms[-1].kind == "emeritus" else "prolonged",
            expires_on=expires_on,
            causes=(fact,),
            rule=RULE,
            policy=dossier.edition.governing(fact.day).version,
            extended_by=None,
            met_on=fact.day,
            overrides=overrides,
        )
    )
