"""How everything stands on a day, and when time alone will change it."""

from collections.abc import Iterator
from datetime import date

from services.certifications.domain.achievements import Span, reached
from services.certifications.domain.dates import day_after, day_before
from services.certifications.domain.dossier import Dossier
from services.certifications.domain.ledger import in_force_on
from services.certifications.domain.state import Achievement, Standing, State, Status
from shared.programmes import Programme


def state_of(programme: Programme, dossier: Dossier, numbers: dict[str, int]) -> State:
    """What is held on the day of the dossier, and when its terms alone will change that."""
    as_of = dossier.as_of
    standings: dict[str, Standing] = {}
    needed: set[str] = set()
    changes_on: list[date] = []
    for code in dossier.ledger.cycles:
        number = None
        series = dossier.rules.series.get(code)
        if series is not None:
            if series in numbers:
                number = str(numbers[series])
            else:
                needed.add(series)
        standings[code] = standing = standing_on(dossier, code, as_of, number)
        change = _changes_on(dossier, standing)
        if change is not None:
            changes_on.append(change)
    achievements: tuple[Achievement, ...] = ()
    if not dossier.rules.counted.isdisjoint(standings):
        counted = {
            code: _with_graces(dossier, code) for code in dossier.rules.counted & standings.keys()
        }
        achievements, following = reached(programme, counted, as_of)
        if following is not None:
            changes_on.append(following)
    return State(as_of, standings, frozenset(needed), achievements, min(changes_on, default=None))


def standing_on(dossier: Dossier, code: str, day: date, number: str | None = None) -> Standing:
    """How a certification stands on a day, as far as the dossier's facts tell."""
    ledger = dossier.ledger
    terms = tuple(ledger.cycles[code])
    if ledger.sanctions.bars:
        bar = ledger.sanctions.on(code, day)
        if bar is not None:
            because = bar.because or None
            return Standing(code, bar.sanction, number, terms, None, bar.since, because)
    if ledger.replaced(code, day):
        return Standing(code, "replaced", number, terms, None, ledger.handed_over[code])
    return _by_its_dates(dossier, code, day, number)


def _by_its_dates(dossier: Dossier, code: str, day: date, number: str | None) -> Standing:
    terms = tuple(dossier.ledger.cycles[code])
    term = terms[-1]
    if term.active_on > day:
        # In a fixed cycle the next term is secured before it begins.
        term = dossier.ledger.current(code, day) or term
    last = term.expires_on
    if last is None or day <= last:
        status: Status = "active" if last is not None else "lifetime"
        if term.kind == "emeritus":
            status = "emeritus"
        return Standing(code, status, number, terms)
    grace = dossier.in_grace(code, day)
    if grace is None:
        return Standing(code, "expired", number, terms)
    rule, until = grace
    since = day_after(last) if rule.status == "suspended" else None
    return Standing(code, rule.status, number, terms, until, since)


def _changes_on(dossier: Dossier, standing: Standing) -> date | None:
    """The next day on which a certification will stand otherwise if nothing happens."""
    # Nearly always it is active and no other term has been secured, or it is over.
    if standing.status in ("expired", "lifetime", "replaced"):
        return None
    last = standing.expires_on
    if (
        standing.status == "active"
        and last is not None
        and standing.cycles[-1].covers(dossier.as_of)
    ):
        return None if last == date.max else day_after(last)
    for day in sorted(day for day in _turns(dossier, standing) if day > dossier.as_of):
        later = standing_on(dossier, standing.certification, day, standing.number)
        if later != standing:
            return day
    return None


def _turns(dossier: Dossier, standing: Standing) -> Iterator[date]:
    """The days on which one of its terms, or a grace, begins or has just ended."""
    for term in reversed(standing.cycles):
        first, last = in_force_on(term), term.expires_on
        yield first
        if last is not None and last != date.max:
            yield day_after(last)
            grace = dossier.grace(term)
            if grace is not None and grace[1] != date.max:
                yield day_after(grace[1])
        if first <= dossier.as_of:
            return


def doubtful_days(dossier: Dossier) -> list[date]:
    """Coming days on which something beyond the terms may change what is held, in order.

    A successor takes over, a version lengthens terms or reaches back, an override is announced,
    a certification can be earned for the first time, credits are rolled over.
    """
    as_of, doubtful = dossier.as_of, dossier.edition.doubtful
    # Nearly always: the programme has announced nothing, and no cycle was secured early.
    if as_of >= doubtful[-1] and not dossier.evidence.finished:
        return []
    days = {day for day in doubtful if day > as_of}
    days.update(day for day in dossier.evidence.rollovers() if day > as_of)
    return sorted(days)


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
            first = day_after(term.expires_on)
            last = min(grace[1], day_before(following))
            if first <= last and not dossier.ledger.replaced(code, last):
                found.append(Span(first, last, grace[0].status))
        following = min(following, in_force_on(term))
    return tuple(sorted(found))
