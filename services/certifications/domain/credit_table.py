"""Every continuing education credit of a candidate, with what has become of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from services.certifications.domain.crediting import first_out, higher_level, refused
from services.certifications.domain.credits import Entry
from services.certifications.domain.evaluation import Timeline
from services.certifications.domain.facts import CreditEntry, ExamPass, Fact
from services.certifications.domain.liveness import live
from services.certifications.domain.nodes import Credits, Node, Window, walk
from services.certifications.domain.rule import PolicyRules
from services.certifications.domain.state import Cycle
from services.certifications.domain.wording import exam_text, listed, written
from shared.programmes import CreditRules, Programme

CreditStatus: TypeAlias = Literal["active", "used", "expired", "pending", "not_counted"]
STATUSES: tuple[CreditStatus, ...] = ("active", "used", "expired", "pending", "not_counted")


@dataclass(frozen=True, slots=True)
class CreditLine:
    """The credits of one activity.

    active: they count; used: they have renewed something; expired: their time is over;
    not_counted: something else keeps them from counting. `inactive_on` is their last day, None
    where they do not grow old.
    """

    id: str
    title: str
    provider: str
    category: str | None
    activity: str | None
    points: Decimal
    active_on: date
    inactive_on: date | None
    status: CreditStatus
    why: str


@dataclass(frozen=True, slots=True)
class CreditTable:
    """The lines, newest first, and the points of each status."""

    lines: tuple[CreditLine, ...]
    totals: dict[CreditStatus, Decimal]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where credits can count: towards the renewal or the award of a certification."""

    certification: str
    node: Credits
    window: Window | None


def credit_table(programme: Programme, facts: Iterable[Fact], as_of: date) -> CreditTable:
    """Every credit up to a day, as it stands on that day."""
    known = live(facts)
    timeline = Timeline(programme, as_of)
    timeline.take(known)
    return table_of(programme, timeline, pending_of(known, as_of))


def pending_of(facts: Iterable[Fact], as_of: date) -> tuple[CreditEntry, ...]:
    """The credits that wait for approval on a day, newest first; `facts` are the live ones."""
    found = [
        fact
        for fact in facts
        if isinstance(fact, CreditEntry) and fact.pending and fact.day <= as_of
    ]
    found.sort(key=lambda fact: (fact.day, fact.id), reverse=True)
    return tuple(found)


def table_of(
    programme: Programme, timeline: Timeline, pending: Sequence[CreditEntry]
) -> CreditTable:
    """The same for what has been evaluated already."""
    lines = sorted(
        _Lines(programme, timeline).all(pending),
        key=lambda line: (line.active_on, line.id),
        reverse=True,
    )
    totals = {
        status: sum((line.points for line in lines if line.status == status), Decimal(0))
        for status in STATUSES
    }
    return CreditTable(tuple(lines), totals)


class _Lines:
    def __init__(self, programme: Programme, timeline: Timeline) -> None:
        self.programme = programme
        self.timeline = timeline
        self.day = timeline.as_of
        self.policy: PolicyRules = timeline.edition.governing(self.day)
        self.rules: CreditRules = self.policy.credits
        self.places = list(self._places())
        self.counted: dict[str, list[str]] = {}
        for place in self.places:
            if not timeline.evidence.counts_here(place.node, self.day, place.window):
                continue
            tally = timeline.evidence.tally(place.node, self.day, place.window)
            for entry in tally.counted.values():
                names = self.counted.setdefault(entry.fact.id, [])
                name = programme.certifications[place.certification].name
                if name not in names:
                    names.append(name)
        self.used = _used(timeline.cycles)

    def all(self, pending: Sequence[CreditEntry]) -> Iterator[CreditLine]:
        for entry in self.timeline.evidence.entries:
            status, why, inactive_on = self._verdict(entry)
            yield self._line(entry, status, why, inactive_on)
        for fact in pending:
            entry = Entry.of(fact)
            why = "It has not been approved yet. Approved later, it counts from this active date."
            yield self._line(entry, "pending", why, self._last(entry))

    def _line(
        self, entry: Entry, status: CreditStatus, why: str, inactive_on: date | None
    ) -> CreditLine:
        fact = entry.fact
        title, provider = "", ""
        if isinstance(fact, ExamPass):
            title = f"Passed {exam_text(self.programme, fact.exam, fact.day)}"
        else:
            title, provider = fact.title, fact.provider
        return CreditLine(
            id=fact.id,
            title=title,
            provider=provider,
            category=entry.category,
            activity=entry.activity,
            points=entry.points,
            active_on=entry.day,
            inactive_on=inactive_on,
            status=status,
            why=why,
        )

    def _last(self, entry: Entry) -> date | None:
        last = entry.last_day(self.rules)
        return None if last == date.max else last

    def _verdict(self, entry: Entry) -> tuple[CreditStatus, str, date | None]:
        last = self._last(entry)
        names = self.counted.get(entry.fact.id)
        if names:
            return "active", f"Counts for {listed(names)}.", last
        used = self.used.get(entry.fact.id)
        if used:
            day = min(term.met_on or term.active_on for term in used)
            renewed = [self._name(term.certification) for term in used]
            text = f"Used on {written(day)} for {listed(list(dict.fromkeys(renewed)))}."
            return "used", text, last
        if last is not None and last < self.day:
            return "expired", f"Its last day was {written(last)}.", last
        return self._refused(entry, last)

    def _refused(self, entry: Entry, last: date | None) -> tuple[CreditStatus, str, date | None]:
        renewals = [place for place in self.places if place.window is not None]
        begun = [
            place
            for place in renewals
            if place.window is not None
            and place.window.after >= place.window.began
            and entry.day <= first_out(place.node.rules, place.window)
        ]
        if renewals and len(begun) == len(renewals):
            place = max(begun, key=lambda one: self.timeline.rules.ranks[one.certification])
            assert place.window is not None
            ended = place.window.after
            why = f"A new term of {self._name(place.certification)} began on {written(ended)}."
            return "expired", why, ended if last is None else min(last, ended)
        open_ = [place for place in self.places if place not in begun]
        if not open_:
            return "not_counted", "Nothing is held that credits could renew.", last
        place = open_[0]
        here = self.timeline.evidence.counts_here(place.node, self.day, place.window)
        if here:
            why = refused(self.programme, entry, place.node.rules, place.window, self.day)
        else:
            why = higher_level(self.programme, self.timeline, self.day)
        return "not_counted", f"{why[0].upper()}{why[1:]}.", last

    def _name(self, code: str) -> str:
        return self.programme.certifications[code].name

    def _places(self) -> Iterator[_Place]:
        """Renewals of what runs first, the highest level before the others; then awards."""
        rules = sorted(self.policy.rules.values(), key=lambda rule: (-rule.rank, rule.order))
        ledger = self.timeline.ledger
        for rule in rules:
            terms = ledger.cycles.get(rule.code)
            if not terms or not (
                ledger.running(rule.code, self.day)
                or self.timeline.in_grace(rule.code, self.day) is not None
            ):
                continue
            for option in rule.options:
                window = self.timeline.window(terms[-1], option)
                if window is not None:
                    for node in _credits_of(option.node):
                        yield _Place(rule.code, node, window)
        for rule in rules:
            if not ledger.running(rule.code, self.day):
                for node in _credits_of(rule.requires):
                    yield _Place(rule.code, node, None)


def _credits_of(node: Node) -> Iterator[Credits]:
    return (one for one in walk(node) if isinstance(one, Credits))


def _used(cycles: dict[str, list[Cycle]]) -> dict[str, list[Cycle]]:
    """By the id of a fact the terms that it earned or renewed."""
    found: dict[str, list[Cycle]] = {}
    for terms in cycles.values():
        for term in terms:
            for cause in term.causes:
                if isinstance(cause, CreditEntry | ExamPass):
                    found.setdefault(cause.id, []).append(term)
    return found
