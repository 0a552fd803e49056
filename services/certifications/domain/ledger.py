"""The terms of one candidate's certifications, and what interrupted them."""

from datetime import date

from services.certifications.domain.achievements import Span, without
from services.certifications.domain.dates import day_before
from services.certifications.domain.sanctions import Sanctions
from services.certifications.domain.state import Cycle, Status


def in_force_on(term: Cycle) -> date:
    """The first day on which a term was there and running."""
    met_on = term.met_on
    return term.active_on if met_on is None or met_on <= term.active_on else met_on


class Ledger:
    """Terms by certification, oldest first; the later of two that run together prevails.

    `after` has the day up to which evidence has done its work for the latest term, `handed_over`
    the day on which a successor took a certification's place, `begun` the terms of the day that
    is being lived.
    """

    __slots__ = ("after", "begun", "cycles", "handed_over", "last_option", "sanctions")

    def __init__(self) -> None:
        self.cycles: dict[str, list[Cycle]] = {}
        self.begun: list[Cycle] = []
        self.after: dict[str, date] = {}
        self.last_option: dict[str, str] = {}
        self.handed_over: dict[str, date] = {}
        self.sanctions = Sanctions()

    def add(self, term: Cycle, after: date | None = None) -> Cycle:
        """Begin a term; without `after` what counted for the term before goes on counting."""
        code = term.certification
        self.begun.append(term)
        terms = self.cycles.get(code)
        if terms is None:
            self.cycles[code] = [term]
        else:
            terms.append(term)
        if after is not None:
            self.after[code] = after
        return term

    def current(self, code: str, day: date) -> Cycle | None:
        """The term in force on a day, even if it has run out by then."""
        if code in self.cycles:
            for term in reversed(self.cycles[code]):
                if term.active_on <= day and (term.met_on is None or term.met_on <= day):
                    return term
        return None

    def running(self, code: str, day: date) -> bool:
        """Whether a term goes on on a day, suspended or not; emeritus is no such term."""
        if code not in self.cycles:
            return False
        term = self.current(code, day)
        return (
            term is not None
            and (term.expires_on is None or day <= term.expires_on)
            and term.kind != "emeritus"
            and not (self.handed_over and self.replaced(code, day))
        )

    def active(self, code: str, day: date) -> bool:
        """Whether a certification was active on a day, its last day included."""
        if not self.running(code, day):
            return False
        return not self.sanctions.bars or self.sanctions.on(code, day) is None

    def any_active(self, day: date) -> bool:
        """Whether anything at all was active on a day."""
        for code in self.cycles:  # noqa: SIM110 - asked for every credit
            if self.active(code, day):
                return True
        return False

    def replaced(self, code: str, day: date) -> bool:
        """Whether a successor has taken a certification's place by a day."""
        return bool(self.handed_over) and day >= self.handed_over.get(code, date.max)

    def spans(self, code: str) -> tuple[Span, ...]:
        """The days on which it stood active, for a lifetime, or emeritus, as far as is known."""
        found: list[Span] = []
        ends = self.handed_over.get(code, date.max)
        ends = ends if ends == date.max else day_before(ends)
        barred = self.sanctions.days(code)
        for term in reversed(self.cycles.get(code, ())):
            first = in_force_on(term)
            last = min(date.max if term.expires_on is None else term.expires_on, ends)
            if first <= last:
                status: Status = "active"
                if term.kind == "emeritus":
                    status = "emeritus"
                elif term.expires_on is None:
                    status = "lifetime"
                found += (
                    Span(start, end, status) for start, end in without([(first, last)], barred)
                )
            ends = min(ends, day_before(first))
        return tuple(sorted(found))
