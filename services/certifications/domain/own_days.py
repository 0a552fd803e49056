"""What the programme itself does on a day: lengthen terms, let a successor take over."""

from collections.abc import Sequence
from datetime import date

from services.certifications.domain.dossier import Dossier
from services.certifications.domain.facts import Held
from services.certifications.domain.renewing import is_later
from services.certifications.domain.rule import Handover, PolicyRules
from services.certifications.domain.state import Cycle


def lengthen(dossier: Dossier, day: date, policy: PolicyRules) -> None:
    """Give running terms, and those in grace, the validity of a version that begins on a day."""
    ledger = dossier.ledger
    for code, terms in ledger.cycles.items():
        term = terms[-1]
        if term.expires_on is None or term.kind == "emeritus":
            continue
        if day > term.expires_on and dossier.in_grace(code, day) is None:
            continue
        start = counted_from(dossier, terms)
        expires_on, overrides = dossier.moved(code, policy.rules[code].last_day(start))
        if is_later(expires_on, term.expires_on):
            ledger.add(
                term._replace(
                    ordinal=term.ordinal + 1,
                    kind="lengthened",
                    expires_on=expires_on,
                    rule=f"policies.{policy.version}.running_terms",
                    policy=policy.version,
                    met_on=day,
                    overrides=overrides,
                )
            )


def counted_from(dossier: Dossier, terms: Sequence[Cycle]) -> date:
    """The day that the latest term counts from, of the terms of one certification, oldest first.

    That is its first day, or the last day before it where the rules count from there.
    """
    term = terms[-1]
    if len(terms) == 1 or term.kind not in ("renewed", "extended", "prolonged", "lengthened"):
        return term.active_on
    if term.kind in ("prolonged", "lengthened"):
        return counted_from(dossier, terms[:-1])
    rule = dossier.rules.policies[term.policy].rules[term.certification]
    ways = (way.anchor for way in rule.options if way.name == term.rule)
    old_last_day = terms[-2].expires_on
    if old_last_day is None or next(ways, rule.anchor) != "old_expiry":
        return term.active_on
    return old_last_day


def hand_over(dossier: Dossier, handover: Handover) -> list[Cycle]:
    """The holders of a certification go on in its successor, with the same dates."""
    ledger, code, heir, day = dossier.ledger, handover.code, handover.successor, handover.on
    term = ledger.current(code, day)
    if term is None:
        return []
    if not term.covers(day) and dossier.in_grace(code, day) is None:
        return []
    begun: list[Cycle] = []
    for old in dict.fromkeys((term, ledger.cycles[code][-1])):
        terms = ledger.cycles.get(heir, ())
        if terms and ledger.current(heir, day) is not None and not begun:
            running = terms[-1].expires_on is None or terms[-1].expires_on >= day
            if running and not is_later(old.expires_on, terms[-1].expires_on):
                continue
        begun.append(
            ledger.add(
                old._replace(
                    certification=heir,
                    ordinal=len(terms) + 1,
                    kind="emeritus" if old.kind == "emeritus" else "migrated",
                    causes=(Held(code, day),),
                    rule=handover.name,
                    policy=dossier.edition.governing(day).version,
                    extended_by=None,
                    met_on=day,
                ),
                ledger.after[code],
            )
        )
    if code in ledger.last_option:
        ledger.last_option[heir] = ledger.last_option[code]
    ledger.sanctions.hand_over(code, heir, day)
    ledger.handed_over[code] = day
    return begun
