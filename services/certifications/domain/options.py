"""The ways to renew a certification, what each still needs, and the dates it would give."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.certifications.domain.crediting import higher_level
from services.certifications.domain.dates import LastDay, day_after
from services.certifications.domain.dossier import Dossier
from services.certifications.domain.missing import missing, share
from services.certifications.domain.nodes import Credits, Node, Parts, Window, walk
from services.certifications.domain.progress import Aside, Progress, ProgressTree
from services.certifications.domain.renewing import is_later, leads_to, renewed_by
from services.certifications.domain.rule import Anchor, Option, Rule
from services.certifications.domain.state import Cycle
from services.certifications.domain.wording import written
from shared.programmes import Programme


@dataclass(frozen=True, slots=True)
class WayToRenew:
    """One way to renew a certification, by itself or carried along by another.

    `number` is its line in the progress tree, empty where another certification carries it:
    then `carried_by` names that. `missing` is what is still to do. Met on `earliest_on`, which
    is the day asked about or the first day after it that is allowed, it leads to
    `new_expires_on`; met on `latest_on`, to `latest_expires_on`; `for_life` says that it never
    expires then. `note` says what keeps a way from being open now.
    """

    number: str
    text: str
    rule: str
    missing: tuple[str, ...]
    done: float
    earliest_on: date
    new_expires_on: date | None
    latest_on: date
    latest_expires_on: date | None
    for_life: bool = False
    carried_by: str | None = None
    note: str | None = None

    @property
    def steps(self) -> int:
        """How many things are still to do."""
        return len(self.missing)


@dataclass(frozen=True, slots=True)
class Renewing:
    """The tree of a certification's renewal and the ways through it."""

    progress: Progress | None
    ways: tuple[WayToRenew, ...]


def fastest(ways: Sequence[WayToRenew]) -> int | None:
    """The place of the way with the fewest things to do; None when none is open.

    Of those, its own before what carries it along, and the one of which most is done.
    """
    open_ways = [
        at for at, way in enumerate(ways) if way.new_expires_on is not None or way.for_life
    ]
    return min(
        open_ways,
        key=lambda at: (
            ways[at].note is not None,
            ways[at].steps,
            ways[at].carried_by is not None,
            -ways[at].done,
            at,
        ),
        default=None,
    )


class Renewals:
    """Everything that renews one candidate's certifications on the day of the dossier."""

    def __init__(self, programme: Programme, dossier: Dossier, aside: Sequence[Aside] = ()) -> None:
        self.programme = programme
        self.dossier = dossier
        self.aside = aside
        self._own: dict[str, Renewing] = {}

    def of(self, code: str) -> Renewing:
        """What renews a certification: its own ways first, then what carries it along."""
        own = self.own(code)
        if own.progress is None:
            return own
        known = {way.missing for way in own.ways}
        ways = list(own.ways)
        for way in self._carried(code):
            # What is to be done is said once, however many certifications it would renew.
            if way.missing not in known:
                known.add(way.missing)
                ways.append(way)
        return Renewing(own.progress, tuple(ways))

    def own(self, code: str) -> Renewing:
        """What renews a certification by itself."""
        if code not in self._own:
            self._own[code] = self._renewing(code)
        return self._own[code]

    def _rule(self, code: str) -> Rule | None:
        policy = self.dossier.edition.on(self.dossier.as_of)
        return None if policy is None else policy.rules[code]

    def _open(self, code: str) -> tuple[Cycle, date, Rule] | None:
        """The term that can be renewed, the last day for it, and the rule; None: nothing can."""
        terms = self.dossier.ledger.cycles.get(code)
        rule = self._rule(code)
        day = self.dossier.as_of
        if not terms or rule is None or not rule.open_on(day):
            return None
        term = terms[-1]
        if term.expires_on is None or term.kind == "emeritus":
            return None
        if self.dossier.ledger.replaced(code, day) or self.dossier.ledger.sanctions.revoked(
            code, day
        ):
            return None
        last = term.expires_on
        grace = self.dossier.grace(term)
        if grace is not None and (grace[0].renewal or last < day <= grace[1]):
            last = grace[1] if grace[0].renewal else last
        elif last < day:
            return None
        return term, last if rule.closes_on is None else min(last, rule.closes_on), rule

    def _renewing(self, code: str) -> Renewing:
        found = self._open(code)
        if found is None or not found[2].options:
            return Renewing(None, ())
        term, last, rule = found
        several = len(rule.options) > 1
        lines: list[Progress] = []
        ways: list[WayToRenew] = []
        for at, option in enumerate(rule.options, start=1):
            number = f"1.{at}" if several else "1"
            line = self._line(term, option, number)
            lines.append(line)
            for node, part in _alternatives(option.node, line):
                ways.append(self._way(term, last, option, node, part))
        root = lines[0]
        if several:
            met = any(line.satisfied for line in lines)
            root = Progress("1", "Meet one of these", int(met), 1, met, tuple(lines), ())
        return Renewing(root, tuple(ways))

    def _line(self, term: Cycle, option: Option, number: str) -> Progress:
        window = self.dossier.window(term, option)
        tree = ProgressTree(self.programme, self.dossier, window, self.aside)
        line = tree.node(option.node, number)
        if option.text is not None:
            line = replace(line, text=option.text)
        if self._used_up(term, option):
            line = replace(line, have=0, satisfied=False)
        elif line.satisfied and not self._in_time(option, window):
            line = _too_early(line)
        return line

    def _in_time(self, option: Option, window: Window | None) -> bool:
        """Whether what met a way could renew when it was done, or some of it."""
        day = self.dossier.as_of
        return window is None or renewed_by(self.dossier, option.node, day, window) is not None

    def _used_up(self, term: Cycle, option: Option) -> bool:
        """Whether a way renewed the present term and may not be used twice running."""
        used = self.dossier.ledger.last_option.get(term.certification)
        return option.not_twice_running and option.key == used

    def _way(
        self, term: Cycle, last: date, option: Option, node: Node, line: Progress
    ) -> WayToRenew:
        window = self.dossier.window(term, option)
        assert window is not None  # a term that can be renewed has a last day
        way = self._dated(
            term, max(self.dossier.as_of, day_after(window.after)), last, option.anchor,
            option.last_day,
        )  # fmt: skip
        note = way.note
        if self._used_up(term, option):
            note = "It renewed the present term, and may not be used twice running."
        elif note is None and way.earliest_on > self.dossier.as_of:
            note = f"It opens on {written(way.earliest_on)}."
        elif note is None:
            note = self._level(node, window)
        return replace(
            way,
            number=line.number,
            text=line.text,
            rule=option.name,
            missing=missing(node, line),
            done=share(node, line),
            note=note,
        )

    def _level(self, node: Node, window: Window) -> str | None:
        """That credits count for a higher level only, where a way needs some."""
        day = self.dossier.as_of
        for one in walk(node):
            if isinstance(one, Credits) and not self.dossier.evidence.counts_here(one, day, window):
                text = higher_level(self.programme, self.dossier, day)
                return f"{text[0].upper()}{text[1:]}."
        return None

    def _dated(
        self, term: Cycle, first: date, last: date, anchor: Anchor, last_day: LastDay
    ) -> WayToRenew:
        """The dates of a way that is possible from a first to a last day."""
        note = None
        grace = self.dossier.grace(term)
        if grace is not None and not grace[0].renewal and self.dossier.as_of > last:
            note = (
                f"Only what was done by {written(last)} counts, handed in by {written(grace[1])}."
            )
        first = min(first, last)
        soon, _ = leads_to(self.dossier, term, first, anchor, last_day)
        late, _ = leads_to(self.dossier, term, last, anchor, last_day)
        return WayToRenew(
            number="",
            text="",
            rule="",
            missing=(),
            done=0,
            earliest_on=first,
            new_expires_on=soon if is_later(soon, term.expires_on) else None,
            latest_on=last,
            latest_expires_on=late if is_later(late, term.expires_on) else None,
            for_life=soon is None,
            note=note,
        )

    def _carried(self, code: str) -> Iterator[WayToRenew]:
        """The renewals and awards of other certifications that would extend this one."""
        found = self._open(code)
        policy = self.dossier.edition.on(self.dossier.as_of)
        if found is None or policy is None or not self.dossier.active(code, self.dossier.as_of):
            return
        term, last, rule = found
        assert term.expires_on is not None
        last = min(last, term.expires_on)
        way = self._dated(
            term,
            max(self.dossier.as_of, day_after(self.dossier.ledger.after[code])),
            last,
            rule.anchor,
            rule.last_day,
        )
        carriers = [
            other
            for other in policy.in_order
            if any(code in extended for extended in other.extends.values())
        ]
        highest = max((one.rank for one in carriers if self._runs(one)), default=rule.rank)
        for other in sorted(carriers, key=lambda one: (-one.rank, one.order)):
            carried = self._by(other, code)
            if carried is not None:
                text, left, done = carried
                # Below the highest level, what nobody has begun is only one more way to say it.
                if not done and other.rank < highest:
                    continue
                yield replace(
                    way,
                    text=text,
                    rule=rule.extends_name,
                    missing=left,
                    done=done,
                    carried_by=other.code,
                )

    def _runs(self, rule: Rule) -> bool:
        return self.dossier.ledger.running(rule.code, self.dossier.as_of)

    def _by(self, other: Rule, code: str) -> tuple[str, tuple[str, ...], float] | None:
        """How another certification can be renewed or, once begun, earned; None: it cannot."""
        day = self.dossier.as_of
        name = self.programme.certifications[other.code].name
        if self._runs(other):
            ways = self.own(other.code).ways
            at = fastest(ways)
            if code not in other.extends["renewed"] or at is None or ways[at].note:
                return None
            return f"Renew {name}", ways[at].missing, ways[at].done
        if code not in other.extends["earned"] or not other.open_on(day):
            return None
        if other.opens_on is not None and other.opens_on > day:
            return None
        line = ProgressTree(self.programme, self.dossier, None, self.aside).node(other.requires)
        done = share(other.requires, line)
        left = missing(other.requires, line)
        return (f"Earn {name}", left, done) if done and left else None


def _too_early(line: Progress) -> Progress:
    """A line met by nothing but what did not renew yet when it was done."""
    if not line.satisfied:
        return line
    evidence = tuple(
        replace(one, counts=False, why=f"on {written(one.day)} it did not renew this yet")
        if one.counts
        else one
        for one in line.evidence
    )
    children = tuple(_too_early(child) for child in line.children)
    return replace(line, have=0, satisfied=False, children=children, evidence=evidence)


def _alternatives(node: Node, line: Progress) -> Iterator[tuple[Node, Progress]]:
    """The branches of an any-of, or the one way there is."""
    if isinstance(node, Parts) and node.need == 1:
        yield from zip(node.parts, line.children, strict=True)
    else:
        yield node, line
