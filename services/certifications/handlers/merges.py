"""Merges: who is one person is evaluated as one, and apart again once told apart."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications import queries
from services.certifications.handlers.candidates import lock, person_of
from services.certifications.handlers.regrouped import Regrouped, settle_reminders
from services.certifications.handlers.review import review
from services.certifications.queries import Person, Recorded
from shared.events import CandidatesMerged, CandidatesSeparated
from shared.merges import Kin, Known, keep_merges, kin_of, persons_of


async def regroup(
    session: AsyncSession, events: Sequence[CandidatesMerged | CandidatesSeparated]
) -> None:
    """Keep who is one person, and evaluate anew whoever that changes.

    What a person held under either id moves without being told again; what they earn only
    together is news.
    """
    named = {person_of(event.programme, event.candidate_id) for event in events}
    everyone = named | {Person(event.programme, event.into) for event in events}
    everyone |= await _survivors(session, named)
    await lock(session, sorted(everyone))
    # Read again under the locks, which whoever evaluates one of them holds too.
    before = await persons_of(session, named)
    changed = [Person(*one) for one in await keep_merges(session, events)]
    if not changed:
        return
    kin = await kin_of(session, everyone | await _survivors(session, changed))
    joined = {Person(*kin.survivor(one)) for one in changed if kin.survivor(one) != one}
    apart = {Person(*before[one]) for one in changed} | set(changed)
    apart = {one for one in apart if kin.survivor(one) == one} - joined
    await settle_reminders(session, sorted(apart))
    regrouped = await _regrouped(session, kin, changed, joined, apart)
    await review(session, sorted(joined | apart | set(changed)), regrouped)


async def _regrouped(
    session: AsyncSession,
    kin: Kin,
    changed: Iterable[Person],
    joined: Iterable[Person],
    apart: Iterable[Person],
) -> Regrouped:
    came = [one for one in changed if kin.survivor(one) != one]
    held = await queries.held_by(session, came)
    reached = await queries.published_achievements(session, came)
    rows: dict[Person, dict[str, list[Recorded]]] = {person: defaultdict(list) for person in joined}
    for one, recorded in held.items():
        for code, row in recorded.items():
            rows[Person(*kin.survivor(one))][code].append(row)
    return Regrouped(
        joined=rows,
        apart=frozenset(apart),
        achievements=frozenset(
            (Person(*kin.survivor(one)), achievement) for one, achievement in reached
        ),
    )


async def _survivors(session: AsyncSession, people: Iterable[Known]) -> set[Person]:
    found = await persons_of(session, people)
    return {Person(*one) for one in found.values()}
