"""Everything about one certification, built when somebody looks at it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from services.certifications.domain.anniversaries import Anniversary, anniversaries
from services.certifications.domain.credit_table import CreditTable, pending_of, table_of
from services.certifications.domain.crediting import PENDING
from services.certifications.domain.evaluation import Timeline
from services.certifications.domain.explanation import Explanation, explanations
from services.certifications.domain.facts import (
    CourseCompletion,
    CreditEntry,
    ExamPass,
    ExamSetAside,
    Fact,
)
from services.certifications.domain.history import HistoryLine, history
from services.certifications.domain.liveness import live, voids_in_force
from services.certifications.domain.options import Renewals, Renewing, WayToRenew, fastest
from services.certifications.domain.progress import Aside, Progress, ProgressTree
from services.certifications.domain.state import Standing, State
from services.certifications.domain.wording import why_set_aside
from shared.programmes import Programme


@dataclass(frozen=True, slots=True)
class Detail:
    """One certification on one day: how it stands, what is missing, and why.

    `options` are the ways to renew it, `fastest` the place of the one with the least to do.
    """

    standing: Standing
    progress: tuple[Progress, ...]
    explanations: tuple[Explanation, ...]
    history: tuple[HistoryLine, ...]
    options: tuple[WayToRenew, ...] = field(default=())
    fastest: int | None = None


def detail(programme: Programme, facts: Iterable[Fact], as_of: date, certification: str) -> Detail:
    """Evaluate and explain one certification; `certification` must be one of the programme's.

    The progress tree says what renews it while it can be renewed, and else what earns it; it is
    empty when nothing can (a lifetime, a retired certification, no policy in force).
    """
    return Explained(programme, facts, as_of).detail(certification)


def details(
    programme: Programme, facts: Iterable[Fact], as_of: date, certifications: Iterable[str]
) -> dict[str, Detail]:
    """The same for several certifications, evaluating once."""
    explained = Explained(programme, facts, as_of)
    return {certification: explained.detail(certification) for certification in certifications}


class Explained:
    """One candidate's facts, evaluated once and looked at from several sides."""

    def __init__(self, programme: Programme, facts: Iterable[Fact], as_of: date) -> None:
        self.programme = programme
        self.as_of = as_of
        every = frozenset(facts)
        self.facts = live(every)
        self._timeline = Timeline(programme, as_of)
        self._timeline.take(self.facts)
        self.state: State = self._timeline.state()
        self._pending = pending_of(self.facts, as_of)
        self._aside = (
            *((fact, PENDING) for fact in self._pending),
            *_set_aside(self.facts, as_of),
            *_voided(every, as_of),
        )
        self._renewals = Renewals(programme, self._timeline, self._aside)

    def detail(self, certification: str) -> Detail:
        """One certification: how it stands, what is missing, and why."""
        standing = self.state[certification]
        renewing = self.renewing(certification)
        progress = self.progress(certification)
        return Detail(
            standing=standing,
            progress=() if progress is None else (progress,),
            explanations=explanations(self.programme, self._timeline, standing, self.facts),
            history=history(self.programme, self._timeline, standing, self.facts),
            options=renewing.ways,
            fastest=fastest(renewing.ways),
        )

    def progress(self, certification: str) -> Progress | None:
        """The tree of what renews it or else earns it, by itself: what a list of many needs."""
        renewing = self._renewals.own(certification).progress
        return renewing or self._earning(self.state[certification])

    def renewing(self, certification: str) -> Renewing:
        """What renews a certification; nothing while it cannot be renewed."""
        return self._renewals.of(certification)

    def credits(self) -> CreditTable:
        """Every credit with its status."""
        return table_of(self.programme, self._timeline, self._pending)

    def anniversaries(self) -> tuple[Anniversary, ...]:
        """Every achievement that something was counted for."""
        return anniversaries(self.programme, self._timeline.spans(), self.as_of)

    def _earning(self, standing: Standing) -> Progress | None:
        """What earns a certification that is not held, or brings an emeritus back."""
        timeline, code = self._timeline, standing.certification
        policy = timeline.edition.on(self.as_of)
        if policy is None or not policy.rules[code].open_on(self.as_of):
            return None
        if standing.status in {"lifetime", "active", "suspended", "revoked", "replaced"}:
            return None
        node = policy.rules[code].requires
        if standing.status == "emeritus":
            back = timeline.rules.emeritus[code].back
            if back is None:
                return None
            node = back
        return ProgressTree(self.programme, timeline, None, self._aside).node(node)


def _set_aside(facts: Iterable[Fact], as_of: date) -> Iterator[Aside]:
    """Passes whose result is held or revoked and courses in review, newest first."""
    found: list[ExamSetAside | CourseCompletion] = [
        fact
        for fact in facts
        if (isinstance(fact, ExamSetAside) and fact.grade == "pass")
        or (isinstance(fact, CourseCompletion) and fact.pending)
    ]
    found.sort(key=lambda fact: (fact.day, fact.id), reverse=True)
    for fact in found:
        if fact.day <= as_of:
            yield fact, why_set_aside(fact) if isinstance(fact, ExamSetAside) else PENDING


def _voided(facts: Iterable[Fact], as_of: date) -> Iterator[Aside]:
    """What staff voided, newest first, with the reason they gave."""
    voids = voids_in_force(facts)
    found = sorted(
        (
            fact
            for fact in facts
            if isinstance(fact, ExamPass | CreditEntry | CourseCompletion)
            and fact.id in voids
            and fact.day <= as_of
        ),
        key=lambda fact: (fact.day, fact.id),
        reverse=True,
    )
    for fact in found:
        why = voids[fact.id].reason.rstrip(". ")
        yield fact, f"staff voided it: {why}" if why else "staff voided it"
