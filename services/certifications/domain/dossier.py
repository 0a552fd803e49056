"""One candidate's terms and evidence beside the rules of a programme, as known on a day."""

from datetime import date

from services.certifications.domain.dates import before, day_after, day_before, or_lifetime
from services.certifications.domain.evidence import Evidence
from services.certifications.domain.facts import (
    Cause,
    CourseCompletion,
    CreditEntry,
    ExamPass,
    Granted,
    Prolonged,
)
from services.certifications.domain.ledger import Ledger
from services.certifications.domain.nodes import Node, Window
from services.certifications.domain.overrides import moved
from services.certifications.domain.passing import Met
from services.certifications.domain.rule import CREDITS, GraceRule, Option, PolicyRules, Trigger
from services.certifications.domain.rules import compiled
from services.certifications.domain.state import Cycle
from services.certifications.domain.triggers import trigger_of
from shared.programmes import Period, Programme


class Dossier:
    """What every part of the engine works on."""

    __slots__ = ("_windows", "as_of", "edition", "evidence", "ledger", "rules")

    def __init__(self, programme: Programme, as_of: date) -> None:
        self.as_of = as_of
        self.rules = compiled(programme)
        self.edition = self.rules.as_known(as_of)
        self.ledger = Ledger()
        self.evidence = Evidence(self.rules, self.ledger)
        self._windows: dict[str, tuple[Cycle, Period | None, Window]] = {}

    def active(self, code: str, day: date) -> bool:
        """Whether a certification was active on a day, its last day included."""
        return self.ledger.active(code, day)

    def met(self, node: Node, day: date, window: Window | None = None) -> Met:
        """What met a requirement on a day, or None; with a window, out of that window."""
        return self.evidence.met(node, day, window)

    def moved(
        self, code: str, last: date, decided_on: date = date.min
    ) -> tuple[date | None, tuple[str, ...]]:
        """A last day after the overrides; date.max becomes None, a lifetime."""
        first_moved, last_moved = self.rules.overridden
        if not first_moved <= last <= last_moved:
            return or_lifetime(last), ()
        later, names = moved(self.rules.overrides, code, last, self.as_of, decided_on)
        return or_lifetime(later), names

    def grace(self, term: Cycle) -> tuple[GraceRule, date] | None:
        """What is possible after a term's last day, and until when.

        The policy in force on the last day says so: that is what its holder could read then.
        """
        last = term.expires_on
        if last is None or term.certification not in self.edition.graced or term.kind == "emeritus":
            return None
        rule = self.edition.governing(last).rules[term.certification].grace
        return None if rule is None else (rule, rule.last_day(last))

    def in_grace(self, code: str, day: date) -> tuple[GraceRule, date] | None:
        """The grace that a certification is in on a day, and its last day."""
        term = self.ledger.current(code, day)
        if term is None or term.expires_on is None or day <= term.expires_on:
            return None
        grace = self.grace(term)
        if grace is None or day > grace[1] or self.ledger.replaced(code, day):
            return None
        return grace

    def window(self, term: Cycle, option: Option | None = None) -> Window | None:
        """The time whose evidence can renew a term by an option; None for a lifetime."""
        last = term.expires_on
        if last is None:
            return None
        code = term.certification
        opens = None if option is None else option.opens
        # Asked again and again while a term lasts.
        known = self._windows.get(code)
        if known is not None and known[0] is term and known[1] is opens:
            return known[2]
        grace = self.grace(term)
        after = self.ledger.after[code]
        opened_after = date.min if opens is None else day_before(before(opens, last))
        window = Window(
            certification=code,
            rank=self.rules.ranks[code],
            after=max(after, opened_after),
            began=term.active_on,
            ends=last,
            opened_after=opened_after,
            submit_by=None if grace is None or grace[0].renewal else grace[1],
        )
        self._windows[code] = (term, opens, window)
        return window

    def governs(self, version: PolicyRules, policy: PolicyRules, day: date, causes: Met) -> bool:
        """Whether a version of the rules governs what was met on a day under `policy`.

        The policy in force says which day chooses: that of the award, of the earliest activity
        that counted, or of scheduling the deciding exam.
        """
        if policy.governed_by == "award":
            return version is policy
        return self.edition.governing(_choosing_day(policy, day, causes or ())) is version

    def could_renew(self, window: Window, day: date, causes: tuple[Cause, ...]) -> bool:
        """Whether any of what met a renewal on a day could renew when it was done."""
        edition, code = self.edition, window.certification
        if edition.on(day) is edition.on(day_after(window.after)):
            return True
        return any(
            code in policy.renewed_by.get(trigger, ())
            for cause in causes
            for policy in (edition.governing(cause.day),)
            for trigger in self._triggers(cause, policy)
        )

    def _triggers(self, cause: Cause, policy: PolicyRules) -> tuple[Trigger, ...]:
        if isinstance(cause, ExamPass):
            exam = self.rules.exam_of[cause.exam]
            brings = (CREDITS,) if exam in policy.exam_credits else ()
            return ("exam", exam), *brings
        # What staff gave never meets a requirement.
        return () if isinstance(cause, Granted | Prolonged) else (trigger_of(cause),)


def _choosing_day(policy: PolicyRules, day: date, causes: tuple[Cause, ...]) -> date:
    if policy.governed_by == "activity":
        days = [
            cause.day
            for cause in causes
            if isinstance(cause, ExamPass | CreditEntry | CourseCompletion)
        ]
        return min(days, default=day)
    passes = [cause for cause in causes if isinstance(cause, ExamPass)]
    latest = max((one.day for one in passes), default=day)
    return min((one.scheduled_on or one.day for one in passes if one.day == latest), default=day)
