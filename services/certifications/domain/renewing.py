"""Renewals: which way to renew is met on a day, and to which day it leads."""

from datetime import date
from typing import NamedTuple

from services.certifications.domain.dates import LastDay, day_after, day_before
from services.certifications.domain.dossier import Dossier
from services.certifications.domain.facts import Cause
from services.certifications.domain.nodes import Node, Parts, Window
from services.certifications.domain.passing import Met
from services.certifications.domain.rule import Anchor, Option, PolicyRules
from services.certifications.domain.state import Cycle, CycleKind


class Way(NamedTuple):
    """A way to renew that is met, under the version of the rules that governs it."""

    option: Option
    version: PolicyRules
    causes: tuple[Cause, ...]
    expires_on: date | None
    overrides: tuple[str, ...]


def renewable(dossier: Dossier, term: Cycle, day: date) -> bool:
    """Whether a term may be renewed on a day: through its last day, or through its grace."""
    last = term.expires_on
    if last is None or term.kind == "emeritus" or dossier.ledger.after[term.certification] >= day:
        return False
    if day > last:
        grace = dossier.grace(term)
        if grace is None or not grace[0].renewal or day > grace[1]:
            return False
    return not dossier.ledger.sanctions.revoked(term.certification, day)


def renew(dossier: Dossier, code: str, day: date, policy: PolicyRules) -> Cycle | None:
    """Renew a certification by what it asks for itself, if any way is met."""
    ledger = dossier.ledger
    term = ledger.cycles[code][-1]
    if not policy.rules[code].open_on(day) or not renewable(dossier, term, day):
        return None
    way = _furthest(dossier, term, day, policy)
    if way is None:
        return None
    option = way.option
    # While the old term is still the latest: its window is what a successor may take over from.
    window = dossier.window(term, option) if option.anchor == "fixed_cycle" else None
    renewed = following(
        term,
        "renewed",
        day,
        option.anchor,
        way.expires_on,
        way.causes,
        option.name,
        way.version.version,
        overrides=way.overrides,
    )
    ledger.add(renewed, done_by(renewed))
    ledger.last_option[code] = option.key
    if option.uses_up:
        dossier.evidence.use_up(option.uses_up, way.causes, code)
    if window is not None:
        dossier.evidence.finish(window, option.node, way.causes)
    return renewed


def _furthest(dossier: Dossier, term: Cycle, day: date, policy: PolicyRules) -> Way | None:
    """The way that leads furthest; of those that lead to one day, the first in the file.

    Where an earlier day chooses the version of the rules, the newest version that is met and
    that this day chooses governs.
    """
    code = term.certification
    used = dossier.ledger.last_option.get(code)
    for version in (policy, *policy.others):
        found: Way | None = None
        for option in version.rules[code].options:
            if option.not_twice_running and option.key == used:
                continue
            way = _way(dossier, term, day, version, option)
            if way is None or not dossier.governs(version, policy, day, way.causes):
                continue
            if found is None or (way.expires_on or date.max) > (found.expires_on or date.max):
                found = way
        if found is not None:
            return found
    return None


def _way(
    dossier: Dossier, term: Cycle, day: date, version: PolicyRules, option: Option
) -> Way | None:
    window = dossier.window(term, option)
    if window is None or window.after >= day:
        return None
    expires_on, overrides = leads_to(dossier, term, day, option.anchor, option.last_day)
    if not is_later(expires_on, term.expires_on):
        return None
    causes = renewed_by(dossier, option.node, day, window)
    return None if causes is None else Way(option, version, causes, expires_on, overrides)


def renewed_by(dossier: Dossier, node: Node, day: date, window: Window) -> Met:
    """What met a way to renew on a day, or None.

    Something of it must have been done when the rules in force already renewed by it: what a
    later version lets renew counts from that version's first day on.
    """
    causes = dossier.met(node, day, window)
    if causes is None or dossier.could_renew(window, day, causes):
        return causes
    if isinstance(node, Parts) and node.need == 1:
        ways = (renewed_by(dossier, part, day, window) for part in node.parts)
        return next((way for way in ways if way is not None), None)
    return None


def leads_to(
    dossier: Dossier, term: Cycle, day: date, anchor: Anchor, last_day: LastDay
) -> tuple[date | None, tuple[str, ...]]:
    """The last day of the term that follows, counted from where the anchor says."""
    start = day if anchor == "requirement_met" or term.expires_on is None else term.expires_on
    return dossier.moved(term.certification, last_day(start))


def is_later(day: date | None, than: date | None) -> bool:
    """Whether one last day comes after another; None is a lifetime and comes after all."""
    return than is not None and (day is None or day > than)


def following(
    term: Cycle,
    kind: CycleKind,
    day: date,
    anchor: Anchor,
    expires_on: date | None,
    causes: tuple[Cause, ...],
    rule: str,
    policy: str,
    *,
    extended_by: str | None = None,
    overrides: tuple[str, ...] = (),
) -> Cycle:
    """The term that follows one whose renewal was met on a day.

    In a fixed cycle it begins when the old one has run out, however early it was met.
    """
    begins = day
    if anchor == "fixed_cycle" and term.expires_on is not None:
        begins = day_after(term.expires_on)
    return Cycle(
        term.certification,
        term.ordinal + 1,
        kind,
        term.started_on,
        begins,
        expires_on,
        causes,
        rule,
        policy,
        extended_by,
        None if begins == day else day,
        overrides,
    )


def done_by(term: Cycle) -> date:
    """The day up to which evidence has done its work once a term has begun.

    What is done from the first day of a fixed cycle on counts for it, whatever secured it.
    """
    if term.met_on is None:
        return term.active_on
    return max(term.met_on, day_before(term.active_on))
