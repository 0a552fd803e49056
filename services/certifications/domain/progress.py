"""The numbered tree of what is met and what is missing, with what counts and why not."""

from dataclasses import dataclass
from datetime import date

from services.certifications.domain.evaluation import Timeline
from services.certifications.domain.facts import ExamPass
from services.certifications.domain.nodes import Holding, Node, Passes
from services.certifications.domain.wording import written
from shared.programmes import Programme


@dataclass(frozen=True, slots=True)
class Evidence:
    """A pass or a held certification below a requirement, and whether it counts."""

    text: str
    day: date
    counts: bool
    why: str
    fact: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of the tree, e.g. 1.2 - (0/1)."""

    number: str
    text: str
    have: int
    need: int
    satisfied: bool
    children: "tuple[Progress, ...]"
    evidence: tuple[Evidence, ...]

    def __str__(self) -> str:
        return f"{self.number} - ({self.have}/{self.need})"


class ProgressTree:
    """Builds the tree of one certification: what earns it, or what renews it while it is held."""

    def __init__(self, programme: Programme, timeline: Timeline, after: date | None) -> None:
        self.programme = programme
        self.timeline = timeline
        self.day = timeline.as_of
        self.after = after

    def node(self, node: Node, number: str = "1") -> Progress:
        """One node with everything below it."""
        if isinstance(node, Passes):
            return self._passes(node, number)
        if isinstance(node, Holding):
            return self._holding(node, number)
        children = tuple(
            self.node(part, f"{number}.{at}") for at, part in enumerate(node.parts, start=1)
        )
        have = min(sum(child.satisfied for child in children), node.need)
        return Progress(number, node.text, have, node.need, have == node.need, children, ())

    def _holding(self, node: Holding, number: str) -> Progress:
        terms = self.timeline.cycles.get(node.certification, ())
        active = self.timeline.active(node.certification, self.day)
        evidence: tuple[Evidence, ...] = ()
        if terms:
            last = terms[-1]
            name = self.programme.certifications[node.certification].name
            why = "it is active"
            if not active and last.expires_on is not None:
                why = f"it expired: its last day was {written(last.expires_on)}"
            evidence = (Evidence(name, last.active_on, active, why, None),)
        return Progress(number, node.text, int(active), 1, active, (), evidence)

    def _passes(self, node: Passes, number: str) -> Progress:
        used: dict[str, ExamPass] = {}
        for exam in node.exams:
            found = self.timeline.valid_pass(exam, node, self.day, self.after)
            if found is not None:
                used[exam] = found[0]
        have = min(len(used), node.need)
        seen = [
            (fact, last) for exam in node.exams for fact, last in self.timeline.passes.get(exam, ())
        ]
        seen.sort(key=lambda one: (one[0].day, one[0].exam, one[0].id), reverse=True)
        evidence = tuple(
            self._evidence(node, fact, last, used.get(fact.exam)) for fact, last in seen
        )
        # What had to be given is shown as it stands today: whoever has not passed needs it then.
        given = () if node.given is None else (self.node(node.given, f"{number}.1"),)
        return Progress(number, node.text, have, node.need, have == node.need, given, evidence)

    def _evidence(
        self, node: Passes, fact: ExamPass, last: date, used: ExamPass | None
    ) -> Evidence:
        counts = fact == used
        until = "for ever" if last == date.max else f"through {written(last)}"
        if counts:
            why = f"the pass counts {until}"
        elif last < self.day:
            validity = self.programme.exams[fact.exam].pass_validity
            why = f"a pass counts for {validity}; this one's last day was {written(last)}"
        elif self.after is not None and fact.day <= self.after:
            why = f"only passes after {written(self.after)}, when the present term began, renew it"
        elif node.given is not None and self.timeline.met(node.given, fact.day) is None:
            why = f"on {written(fact.day)} this was not met: {node.given.text}"
        else:
            why = "the same exam counts once, and the later pass is used"
        text = f"Passed {fact.exam} {self.programme.exams[fact.exam].name}"
        return Evidence(text, fact.day, counts, why, fact.id)
