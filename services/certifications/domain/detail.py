"""Everything about one certification, built when somebody looks at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.certifications.domain.evaluation import Timeline
from services.certifications.domain.explanation import (
    Explanation,
    HistoryLine,
    explanations,
    history,
)
from services.certifications.domain.facts import Fact
from services.certifications.domain.progress import Progress, ProgressTree
from services.certifications.domain.state import Standing
from shared.programmes import Programme


@dataclass(frozen=True, slots=True)
class Detail:
    """One certification on one day: how it stands, what is missing, and why."""

    standing: Standing
    progress: tuple[Progress, ...]
    explanations: tuple[Explanation, ...]
    history: tuple[HistoryLine, ...]


def detail(programme: Programme, facts: Iterable[Fact], as_of: date, certification: str) -> Detail:
    """Evaluate and explain one certification; `certification` must be one of the programme's.

    The progress tree says what earns it or, while it is active, what renews it; it is empty
    when nothing can (a lifetime, a retired certification, no policy in force).
    """
    return details(programme, facts, as_of, (certification,))[certification]


def details(
    programme: Programme, facts: Iterable[Fact], as_of: date, certifications: Iterable[str]
) -> dict[str, Detail]:
    """The same for several certifications, evaluating once."""
    timeline = Timeline(programme, as_of)
    timeline.take(facts)
    state = timeline.state()
    found: dict[str, Detail] = {}
    for certification in certifications:
        standing = state[certification]
        found[certification] = Detail(
            standing=standing,
            progress=_progress(programme, timeline, standing),
            explanations=explanations(programme, standing, as_of),
            history=history(programme, standing, as_of),
        )
    return found


def _progress(programme: Programme, timeline: Timeline, standing: Standing) -> tuple[Progress, ...]:
    day = timeline.as_of
    policy = timeline.rules.on(day)
    if policy is None:
        return ()
    rule = policy.rules[standing.certification]
    if not rule.open_on(day):
        return ()
    if standing.status != "active":
        return (ProgressTree(programme, timeline, None).node(rule.requires),)
    if rule.renewal is None or standing.expires_on is None:
        return ()
    return (ProgressTree(programme, timeline, standing.active_on).node(rule.renewal),)
