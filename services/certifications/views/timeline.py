"""A candidate's facts, terms and actions in one dated list, newest first."""

from collections.abc import Iterator, Sequence

from services.certifications.domain import AssignedNumber, Explained
from services.certifications.domain.liveness import voids_in_force
from services.certifications.fact_texts import fact_text
from services.certifications.facts import kind_of
from services.certifications.models import StaffAction
from services.certifications.schemas.staff import TimelineItem
from services.certifications.views.actions import action_text
from services.certifications.views.seen import Seen

# What is told by the actions themselves, as against what may also come from elsewhere.
_BY_STAFF = frozenset(("grant", "extension", "suspension", "revocation", "reinstatement", "void"))


def timeline(seen: Seen, actions: Sequence[StaffAction]) -> list[TimelineItem]:
    """Return everything that is known; of one day what happened before what followed from it.

    actions: all of the candidate, undone ones too.
    """
    items = [*_facts(seen, actions), *_terms(seen), *_actions(seen, actions)]
    rank = {"term": 2, "action": 1, "fact": 0}
    items.sort(key=lambda item: (item.date, rank[item.kind]), reverse=True)
    return items


def _facts(seen: Seen, actions: Sequence[StaffAction]) -> Iterator[TimelineItem]:
    void = voids_in_force(seen.facts)
    told = {str(one.id) for one in actions}
    for day, fact in seen.known:
        key = None if isinstance(fact, AssignedNumber) else fact.id
        if kind_of(fact) in _BY_STAFF or key in told:
            continue
        yield TimelineItem(
            kind="fact",
            date=day,
            text=fact_text(seen.programme, fact),
            fact_id=key,
            voided=key in void,
        )


def _terms(seen: Seen) -> Iterator[TimelineItem]:
    explained = Explained(seen.programme, seen.facts, seen.as_of)
    for code, one in seen.programme.certifications.items():
        if code not in explained.state.standings:
            continue
        for line in explained.detail(code).history:
            yield TimelineItem(
                kind="term", date=line.date, text=f"{one.name}: {line.text}", certification=code
            )


def _actions(seen: Seen, actions: Sequence[StaffAction]) -> Iterator[TimelineItem]:
    void = voids_in_force(seen.facts)
    for one in actions:
        undone = one.undone_at is not None
        yield TimelineItem(
            kind="action",
            date=one.day,
            text=action_text(seen.programme, one),
            certification=one.certification,
            fact_id=str(one.id),
            voided=not undone and str(one.id) in void,
            action_id=str(one.id),
            undone=undone,
            reason=one.reason,
            author=one.author,
            recorded_at=one.recorded_at,
        )
