"""The numbered tree of what is met and what is missing, with what counts and why not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from services.certifications.domain import crediting
from services.certifications.domain.dates import day_before
from services.certifications.domain.dossier import Dossier
from services.certifications.domain.facts import (
    Approval,
    CourseCompletion,
    CreditEntry,
    ExamPass,
    ExamSetAside,
    FeePaid,
)
from services.certifications.domain.nodes import (
    Agreement,
    Approved,
    Courses,
    Credits,
    Fee,
    Holding,
    Node,
    Parts,
    Passes,
    Window,
)
from services.certifications.domain.wording import (
    amount,
    counted,
    course_text,
    exam_text,
    written,
)
from shared.programmes import Programme


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact or a held certification below a requirement, and whether it counts."""

    text: str
    day: date
    counts: bool
    why: str
    fact: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of the tree, e.g. 1.2 - (10/30); `note` says what the figures do not show."""

    number: str
    text: str
    have: float
    need: float
    satisfied: bool
    children: "tuple[Progress, ...]"
    evidence: tuple[Evidence, ...]
    note: str | None = None

    def __str__(self) -> str:
        have, need = amount(Decimal(str(self.have))), amount(Decimal(str(self.need)))
        return f"{self.number} - ({have}/{need})"


Aside: TypeAlias = tuple[ExamPass | ExamSetAside | CreditEntry | CourseCompletion, str]


class ProgressTree:
    """Builds the tree of one certification: what earns it or, with a window, what renews it.

    `aside` are facts that are shown but never count, each with the reason: credits and courses
    that are not approved yet, passes whose result is held or revoked, and what staff voided.
    """

    def __init__(
        self,
        programme: Programme,
        dossier: Dossier,
        window: Window | None = None,
        aside: Sequence[Aside] = (),
    ) -> None:
        self.programme = programme
        self.dossier = dossier
        self.day = dossier.as_of
        self.window = window
        self.aside = aside

    def node(self, node: Node, number: str = "1") -> Progress:
        """One node with everything below it."""
        build = _BUILD[type(node)]
        return build(self, node, number)

    def parts(self, node: Parts, number: str) -> Progress:
        children = tuple(
            self.node(part, f"{number}.{at}") for at, part in enumerate(node.parts, start=1)
        )
        have = min(sum(child.satisfied for child in children), node.need)
        return Progress(number, node.text, have, node.need, have == node.need, children, ())

    def holding(self, node: Holding, number: str) -> Progress:
        active = self.dossier.active(node.certification, self.day)
        term = self.dossier.ledger.current(node.certification, self.day)
        evidence: tuple[Evidence, ...] = ()
        if term is not None:
            name = self.programme.certifications[node.certification].name
            why = "it is active" if active else self._inactive(node.certification, term.expires_on)
            evidence = (Evidence(name, term.active_on, active, why, None),)
        return Progress(number, node.text, int(active), 1, active, (), evidence)

    def _inactive(self, code: str, last: date | None) -> str:
        bar = self.dossier.ledger.sanctions.on(code, self.day)
        if bar is not None:
            return f"it has been {bar.sanction} since {written(bar.since)}"
        if self.dossier.ledger.replaced(code, self.day):
            return "another certification has taken its place"
        if last is None or self.day <= last:
            return "it is emeritus, which is not active"
        return f"it expired: its last day was {written(last)}"

    def passes(self, node: Passes, number: str) -> Progress:
        evidence = self.dossier.evidence
        used: dict[str, ExamPass] = {}
        for exam in node.exams & evidence.passes.keys():
            found = evidence.valid_pass(exam, node, self.day, self.window)
            if found is not None:
                used[exam] = found[0]
        close = used
        if node.within is not None and node.need > 1:
            close = self._close_together(node, used)
        have = min(len(close), node.need)
        seen = [
            (exam, fact, last)
            for exam in node.exams & evidence.passes.keys()
            for fact, last in evidence.passes[exam]
        ]
        seen.sort(key=lambda one: (one[1].day, one[1].exam, one[1].id), reverse=True)
        lines = tuple(
            self._pass(node, fact, last, used.get(exam), close.get(exam))
            for exam, fact, last in seen
        )
        lines += tuple(
            Evidence(self._passed(fact), fact.day, counts=False, why=why, fact=fact.id)
            for fact, why in self.aside
            if isinstance(fact, ExamPass | ExamSetAside)
            and self.dossier.rules.exam_of.get(fact.exam) in node.exams
        )
        # What had to be given is shown as it stands today: whoever has not passed needs it then.
        given = () if node.given is None else (self._given(node.given, f"{number}.1"),)
        return Progress(number, node.text, have, node.need, have == node.need, given, lines)

    def _given(self, node: Node, number: str) -> Progress:
        # What had to be there on the day of a pass belongs to no term.
        return ProgressTree(self.programme, self.dossier, None, self.aside).node(node, number)

    def _close_together(self, node: Passes, used: dict[str, ExamPass]) -> dict[str, ExamPass]:
        """The passes that lie close enough together: what meets it, or the fullest stretch."""
        causes = self.dossier.met(node, self.day, self.window)
        if causes is not None:
            exam_of = self.dossier.rules.exam_of
            return {exam_of[one.exam]: one for one in causes if isinstance(one, ExamPass)}
        best: dict[str, ExamPass] = {}
        for last in used.values():
            stretch = {
                exam: fact
                for exam, fact in used.items()
                if node.within is not None and fact.day <= last.day <= node.within.after(fact.day)
            }
            if len(stretch) > len(best):
                best = stretch
        return best

    def _pass(
        self,
        node: Passes,
        fact: ExamPass,
        last: date,
        used: ExamPass | None,
        close: ExamPass | None,
    ) -> Evidence:
        counts = fact == close
        until = "for ever" if last == date.max else f"through {written(last)}"
        exam = self.programme.exam_of[fact.exam]
        after = None if self.window is None else self.window.after
        if counts:
            why = f"the pass counts {until}"
        elif last < self.day:
            validity = exam.pass_validity
            why = f"a pass counts for {validity}; this one's last day was {written(last)}"
        elif self.window is not None and after is not None and fact.day <= after:
            why = crediting.only_after("passes", self.window, after)
        elif node.once and fact in self.dossier.evidence.used:
            why = "it was used up: a pass earns or renews once"
        elif node.given is not None and self.dossier.met(node.given, fact.day) is None:
            why = f"on {written(fact.day)} this was not met: {node.given.text}"
        elif fact == used:
            why = f"the passes must lie within {node.within}"
        else:
            why = "the same exam counts once, and the later pass is used"
        return Evidence(self._passed(fact), fact.day, counts, why, fact.id)

    def _passed(self, fact: ExamPass | ExamSetAside) -> str:
        return f"Passed {exam_text(self.programme, fact.exam, fact.day)}"

    def credits(self, node: Credits, number: str) -> Progress:
        evidence = self.dossier.evidence
        tally = evidence.tally(node, self.day, self.window)
        here = evidence.counts_here(node, self.day, self.window)
        points = min(tally.points(), node.at_least) if here else Decimal(0)
        satisfied = here and tally.enough()
        taken = crediting.counted_in(tally)
        lines: list[Evidence] = []
        for entry in reversed(evidence.entries):
            one = taken.get(entry.fact)
            counts = here and one is not None
            if one is None:
                why = crediting.refused(self.programme, entry, node.rules, self.window, self.day)
            elif here:
                why = crediting.accepted(entry, one, tally)
            else:
                why = crediting.higher_level(self.programme, self.dossier, self.day)
            text = crediting.entry_text(self.programme, entry)
            lines.append(Evidence(text, entry.day, counts, why, entry.fact.id))
        for fact, why in self.aside:
            if isinstance(fact, CreditEntry):
                text = f"{counted(fact.points, 'credit')}: {fact.title}"
                lines.append(Evidence(text, fact.day, counts=False, why=why, fact=fact.id))
        return Progress(
            number=number,
            text=node.text,
            have=figure(points),
            need=figure(node.at_least),
            satisfied=satisfied,
            children=tuple(self._shares(node, number, here=here)),
            evidence=tuple(lines),
            note=crediting.limits(self.programme, node, tally) if here else None,
        )

    def _shares(self, node: Credits, number: str, *, here: bool) -> list[Progress]:
        """What categories and stretches of the term must bring."""
        tally = self.dossier.evidence.tally(node, self.day, self.window)
        rows: list[tuple[str, Decimal, Decimal]] = []
        for category, least in node.minimum.items():
            name = self.programme.education.categories[category].name
            text = f"At least {counted(least, 'credit')} of {name}"
            rows.append((text, tally.points([category]), least))
        if node.every is not None and self.window is not None:
            begins = [first for first, _ in tally.periods]
            ends = [*(day_before(first) for first in begins[1:]), self.window.ends]
            for (first, points), end in zip(tally.periods, ends, strict=True):
                least = node.every.at_least
                text = (
                    f"At least {counted(least, 'credit')} from {written(first)} to {written(end)}"
                )
                rows.append((text, points, least))
        return [
            Progress(
                number=f"{number}.{at}",
                text=text,
                have=figure(min(points, least)) if here else 0,
                need=figure(least),
                satisfied=here and points >= least,
                children=(),
                evidence=(),
            )
            for at, (text, points, least) in enumerate(rows, start=1)
        ]

    def courses(self, node: Courses, number: str) -> Progress:
        evidence = self.dossier.evidence
        used: set[CourseCompletion] = set()
        for course in node.courses & evidence.courses.keys():
            found = evidence.valid_course(course, self.day, self.window)
            if found is not None:
                used.add(found)
        facts = [
            fact
            for course in node.courses & evidence.courses.keys()
            for fact in evidence.courses[course]
        ]
        facts.sort(key=lambda fact: (fact.day, fact.course, fact.id), reverse=True)
        have = min(len(used), node.need)
        lines = [self._course(fact, counts=fact in used) for fact in facts]
        lines += [
            Evidence(self._completed(fact), fact.day, counts=False, why=why, fact=fact.id)
            for fact, why in self.aside
            if isinstance(fact, CourseCompletion) and fact.course in node.courses
        ]
        return Progress(number, node.text, have, node.need, have == node.need, (), tuple(lines))

    def _course(self, fact: CourseCompletion, *, counts: bool) -> Evidence:
        window = self.window
        if counts:
            why = "it counts"
        elif window is not None and fact.day <= window.after:
            why = crediting.only_after("courses", window, window.after)
        elif (
            window is not None
            and window.submit_by is not None
            and fact.submitted_on is not None
            and fact.submitted_on > window.submit_by
        ):
            why = (
                f"it was submitted on {written(fact.submitted_on)}, after "
                f"{written(window.submit_by)}, the last day for it"
            )
        else:
            why = "the same course counts once, and the later completion is used"
        return Evidence(self._completed(fact), fact.day, counts, why, fact.id)

    def _completed(self, fact: CourseCompletion) -> str:
        return f"Completed {course_text(self.programme, fact.course)}"

    def agreement(self, node: Agreement, number: str) -> Progress:
        name = self.programme.agreements[node.agreement].name
        lines: list[Evidence] = []
        met = False
        for fact in reversed(self.dossier.evidence.agreements.get(node.agreement, ())):
            counts = fact.version in node.versions
            why = "it is accepted" if counts else "a later version must be accepted"
            met = met or counts
            text = f"Accepted the {name}, version {fact.version}"
            lines.append(Evidence(text, fact.day, counts, why, fact.id))
        return Progress(number, node.text, int(met), 1, met, (), tuple(lines))

    def fee(self, node: Fee, number: str) -> Progress:
        facts = self.dossier.evidence.fees.get(node.fee, ())
        text = f"Paid the {self.programme.fees[node.fee].name}"
        lines = [self._dated(text, fact) for fact in reversed(facts)]
        have = min(sum(line.counts for line in lines), node.need)
        return Progress(number, node.text, have, node.need, have == node.need, (), tuple(lines))

    def approved(self, node: Approved, number: str) -> Progress:
        facts = self.dossier.evidence.approvals.get(node.approval, ())
        text = self.programme.approvals[node.approval].name
        lines = [self._dated(text, fact) for fact in reversed(facts)]
        met = any(line.counts for line in lines)
        return Progress(number, node.text, int(met), 1, met, (), tuple(lines))

    def _dated(self, text: str, fact: FeePaid | Approval) -> Evidence:
        """Evidence that counts for the term it falls into."""
        window = self.window
        if window is not None and fact.day <= window.after:
            what = "payments" if isinstance(fact, FeePaid) else "decisions"
            why = crediting.only_after(what, window, window.after)
            return Evidence(text, fact.day, counts=False, why=why, fact=fact.id)
        return Evidence(text, fact.day, counts=True, why="it counts", fact=fact.id)


def figure(points: Decimal) -> float:
    """Points as a plain number: a whole one where there is nothing behind the point."""
    return int(points) if points == points.to_integral_value() else float(points)


_BUILD: dict[type[Node], Callable[[ProgressTree, Any, str], Progress]] = {
    Passes: ProgressTree.passes,
    Credits: ProgressTree.credits,
    Holding: ProgressTree.holding,
    Courses: ProgressTree.courses,
    Agreement: ProgressTree.agreement,
    Fee: ProgressTree.fee,
    Approved: ProgressTree.approved,
    Parts: ProgressTree.parts,
}
