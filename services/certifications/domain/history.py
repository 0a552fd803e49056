"""What happened to a certification, in dated lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from services.certifications.domain.dates import day_after
from services.certifications.domain.dossier import Dossier
from services.certifications.domain.facts import Fact, Reinstated, Revoked, Suspended
from services.certifications.domain.last_days import overrides_text
from services.certifications.domain.ledger import in_force_on
from services.certifications.domain.reasons import reason
from services.certifications.domain.state import Cycle, CycleKind, Standing
from services.certifications.domain.wording import name_on, written
from shared.programmes import Programme

Happening: TypeAlias = (
    CycleKind
    | Literal[
        "expired",
        "grace",
        "suspended",
        "revoked",
        "reinstated",
        "replaced",
        "renamed",
        "overridden",
    ]
)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What happened to a certification on a day."""

    date: date
    text: str
    kind: Happening


def history(
    programme: Programme, dossier: Dossier, standing: Standing, facts: Iterable[Fact]
) -> tuple[HistoryLine, ...]:
    """What happened to it, newest first, expiries and decisions of staff among it.

    `facts` are the live ones; only decisions about something held are told.
    """
    if not standing.cycles:
        return ()
    lines = [
        *_terms(programme, dossier, standing),
        *_decisions(standing, facts, dossier.as_of),
        *_names(programme, dossier, standing),
    ]
    # A stable sort: what is told first of a day happened first.
    lines.sort(key=lambda line: line.date)
    return tuple(reversed([line for line in lines if line.date <= dossier.as_of]))


def _terms(programme: Programme, dossier: Dossier, standing: Standing) -> Iterator[HistoryLine]:
    cycles = standing.cycles
    for at, cycle in enumerate(cycles):
        if at:
            yield from _end(dossier, cycles[at - 1], cycle)
        # What was met ahead of a fixed cycle happened on the day it was met.
        day = cycle.met_on or cycle.active_on
        yield HistoryLine(day, _began(programme, cycle), cycle.kind)
        followed = in_force_on(cycles[at + 1]) if at + 1 < len(cycles) else date.max
        yield from _overridden(programme, cycle, day, followed)
    yield from _end(dossier, cycles[-1], None)


def _began(programme: Programme, cycle: Cycle) -> str:
    text = reason(programme, cycle)
    one = programme.certifications[cycle.certification]
    then = name_on(one.former_names, cycle.active_on)
    if cycle.kind in {"earned", "granted"} and then is not None:
        text += f" It was then called {then}."
    return text


def _overridden(
    programme: Programme, cycle: Cycle, began: date, followed: date
) -> Iterator[HistoryLine]:
    """How an override moved a last day, unless another term had followed before it was known."""
    announced = [one.announced_on for one in programme.overrides if one.id in cycle.overrides]
    if announced and cycle.expires_on is not None:
        day = max(*announced, began)
        if day > followed:
            return
        text = f"Last day moved to {written(cycle.expires_on)}: {overrides_text(programme, cycle)}."
        yield HistoryLine(day, text, "overridden")


def _end(dossier: Dossier, cycle: Cycle, then: Cycle | None) -> Iterator[HistoryLine]:
    """How a term ran out, if nothing followed it before it did."""
    last, as_of = cycle.expires_on, dossier.as_of
    following = date.max if then is None else in_force_on(then)
    if last is None or last >= as_of or following <= last:
        return
    if then is not None and then.met_on is not None and then.met_on <= last:
        # A fixed cycle that was secured in time follows without a gap.
        return
    if then is not None and then.kind == "emeritus" and following == day_after(last):
        return
    handed_over = dossier.ledger.handed_over.get(cycle.certification)
    if handed_over is not None and handed_over <= last:
        return
    if cycle.kind == "emeritus":
        yield HistoryLine(last, f"Emeritus ended: {written(last)} was its last day.", "expired")
        return
    grace = dossier.grace(cycle)
    if grace is None:
        yield HistoryLine(last, f"Expired: {written(last)} was its last day.", "expired")
        return
    rule, until = grace
    what = "Suspended" if rule.status == "suspended" else "Grace period began"
    text = (
        f"{what}: {written(last)} was its last day, and its grace lasts through {written(until)}."
    )
    yield HistoryLine(day_after(last), text, "grace")
    if until < as_of and until < following:
        text = f"Expired: its grace ended on {written(until)}."
        yield HistoryLine(until, text, "expired")


def _decisions(standing: Standing, facts: Iterable[Fact], as_of: date) -> Iterator[HistoryLine]:
    """Suspensions, revocations and reinstatements of what was held by then."""
    first = min(in_force_on(cycle) for cycle in standing.cycles)
    about = {None, standing.certification}
    found = sorted(
        (
            fact
            for fact in facts
            if isinstance(fact, Suspended | Revoked | Reinstated)
            and fact.certification in about
            and first <= fact.day <= as_of
        ),
        key=lambda fact: (fact.day, isinstance(fact, Reinstated), fact.id),
    )
    barred = False
    for fact in found:
        why = f": {fact.reason.rstrip('. ')}." if fact.reason else "."
        if isinstance(fact, Reinstated):
            if barred:
                yield HistoryLine(fact.day, f"Reinstated by staff{why}", "reinstated")
            barred = False
        elif isinstance(fact, Suspended):
            barred = True
            yield HistoryLine(fact.day, f"Suspended by staff{why}", "suspended")
        else:
            barred = True
            yield HistoryLine(fact.day, f"Revoked by staff{why}", "revoked")


def _names(programme: Programme, dossier: Dossier, standing: Standing) -> Iterator[HistoryLine]:
    """Renamings and successors while it was held."""
    code = standing.certification
    one = programme.certifications[code]
    dated = sorted(
        (former.until, former.name) for former in one.former_names if former.until is not None
    )
    names = [*(name for _, name in dated), one.name]
    for (until, old), new in zip(dated, names[1:], strict=True):
        day = day_after(until)
        term = dossier.ledger.current(code, day) if day <= dossier.as_of else None
        if term is not None and in_force_on(term) < day and term.covers(day):
            yield HistoryLine(day, f"Renamed from {old} to {new}.", "renamed")
    handed_over = dossier.ledger.handed_over.get(code)
    if handed_over is not None and one.succeeded_by is not None:
        successor = programme.certifications[one.succeeded_by.certification].name
        text = f"Replaced by {successor}, with the same dates."
        yield HistoryLine(handed_over, text, "replaced")
