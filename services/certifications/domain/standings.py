"""How everything stands on a day, and when time alone will change it."""

from collections.abc import Iterator
from datetime import date

from services.certifications.domain.achievements import Span, reached
from services.certifications.domain.dates import day_after, day_before
from services.certifications.domain.dossier import Dossier
from services.certifications.domain.ledger import in_force_on
from services.certifications.domain.state import Achievement, Cycle, Standing, State
from shared.programmes import Programme


def state_of(programme: Programme, dossier: Dossier, numbers: dict[str, int]) -> State:
    """What is held on the day of the dossier."""
    as_of = dossier.as_of
    series_of = dossier.rules.series
    standings: dict[str, Standing] = {}
    needed: set[str] = set()
    changes: date = date.max
    for code, terms in dossier.ledger.cycles.items():
        number = None
        if code in series_of:
            series = series_of[code]
            if series in numbers:
                number = str(numbers[series])
            else:
                needed.add(series)
        standings[code] = standing = _standing(dossier, code, tuple(terms), number)
        changes = min(
            (day for day in _changes(dossier, standing) if as_of < day < changes), default=changes
        )
    achievements: tuple[Achievement, ...] = ()
    if standings:
        days = list(_announced(dossier))
        if programme.achievements:
            achievements, following = reached(programme, spans(dossier), as_of)
            days += () if following is None else (following,)
        changes = min((day for day in days if as_of < day < changes), default=changes)
    return State(
        as_of,
        standings,
        frozenset(needed),
        achievements,
        None if changes == date.max else changes,
    )


def _standing(
    dossier: Dossier, code: str, terms: tuple[Cycle, ...], number: str | None
) -> Standing:
    as_of, ledger = dossier.as_of, dossier.ledger
    if ledger.sanctions.bars:
        bar = ledger.sanctions.on(code, as_of)
        if bar is not None:
            return Standing(
                code, bar.sanction, number, terms, since=bar.since, because=bar.because or None
            )
    # A policy with a fixed cycle may have secured a term that has not begun.
    term = terms[-1]
    if term.active_on > as_of:
        term = ledger.current(code, as_of) or term
    replaced = ledger.replaced(code, as_of)
    last = term.expires_on
    if not replaced and (last is None or as_of <= last):
        if term.kind == "emeritus":
            return Standing(code, "emeritus", number, terms)
        return Standing(code, "lifetime" if last is None else "active", number, terms)
    if replaced:
        return Standing(code, "replaced", number, terms, since=ledger.handed_over[code])
    grace = dossier.in_grace(code, as_of)
    if grace is not None and last is not None:
        rule, until = grace
        since = day_after(last) if rule.status == "suspended" else None
        return Standing(code, rule.status, number, terms, grace_until=until, since=since)
    return Standing(code, "expired", number, terms)


def _changes(dossier: Dossier, standing: Standing) -> Iterator[date]:
    """The days on which time alone changes how a certification stands."""
    as_of = dossier.as_of
    if standing.status == "replaced":
        return
    handover = dossier.rules.successor.get(standing.certification)
    if handover is not None and standing.status not in ("expired", "revoked"):
        yield handover.on
    if standing.grace_until is not None:
        yield day_after(standing.grace_until)
    for term in reversed(standing.cycles):
        yield in_force_on(term)
        if term.expires_on is not None and term.expires_on >= as_of:
            yield day_after(term.expires_on)
        if in_force_on(term) <= as_of:
            return


def _announced(dossier: Dossier) -> Iterator[date]:
    """Days of the programme that may change what is held, whoever holds it."""
    as_of, edition = dossier.as_of, dossier.edition
    yield from (day for day in dossier.rules.announced if day > as_of)
    yield from (day for day in dossier.rules.known_from if day > as_of)
    for day in edition.own_days:
        if day > as_of and (edition.own[day].lengthens is not None or edition.own[day].opens):
            yield day


def spans(dossier: Dossier) -> dict[str, tuple[Span, ...]]:
    """The days on which each certification stood active, in grace or emeritus.

    What still runs is counted to its last day.
    """
    return {code: _with_graces(dossier, code) for code in dossier.ledger.cycles}


def _with_graces(dossier: Dossier, code: str) -> tuple[Span, ...]:
    found = list(dossier.ledger.spans(code))
    following = date.max
    for term in reversed(dossier.ledger.cycles[code]):
        grace = dossier.grace(term)
        if grace is not None and term.expires_on is not None and term.expires_on < following:
            last = min(grace[1], day_before(following))
            first = day_after(term.expires_on)
            if first <= last and not dossier.ledger.replaced(code, last):
                found.append(Span(first, last, grace[0].status))
        following = min(following, in_force_on(term))
    return tuple(sorted(found))
