"""Local copies of candidates, and the row that whoever evaluates a candidate locks."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.errors import UnusableEvent
from services.certifications.models import Candidate
from services.certifications.queries import Person
from services.certifications.sets import on_postgresql
from shared.events import CandidateRegistered, CandidateUpdated
from shared.rows import insert_new, upsert

_KEY = ("programme", "candidate_id")
OF_NOBODY = "the event does not say which candidate it is about"
# With the survivors in one statement, so that all rows are taken in one order; by an array that
# the planner does not see, so that it goes to the index from the first thousand rows on.
_LOCK = text(
    "SELECT candidate_id FROM candidates WHERE programme = :programme AND candidate_id = ANY(ARRAY("
    "SELECT unnest(CAST(:ids AS text[])) UNION ALL "
    "SELECT survivor FROM candidate_merges WHERE programme = :programme "
    "AND candidate_id = ANY(CAST(:ids AS text[])) AND survivor IS NOT NULL)) "
    "ORDER BY candidate_id FOR UPDATE"
)


def person_of(programme: str, candidate_id: str | None) -> Person:
    """Return whom an event is about; raise UnusableEvent if it does not say."""
    if candidate_id is None:
        raise UnusableEvent(OF_NOBODY)
    return Person(programme, candidate_id)


async def keep_candidates(
    session: AsyncSession, events: Sequence[CandidateRegistered | CandidateUpdated]
) -> None:
    """Keep the names and the consent of candidates; the newest version wins."""
    newest: dict[Person, CandidateRegistered | CandidateUpdated] = {}
    for event in events:
        person = person_of(event.programme, event.candidate_id)
        if person not in newest or event.version > newest[person].version:
            newest[person] = event
    rows = [
        {
            "programme": person.programme,
            "candidate_id": person.candidate_id,
            "given_name": event.contact.given_name,
            "family_name": event.contact.family_name,
            "name_revision": event.name_revision,
            "disclosure": event.disclosure,
            "version": event.version,
            # Who has no facts yet has nothing that time could change.
            "due_on": None,
        }
        # Sorted, so that two consumers that meet on the same rows take them in one order.
        for person, event in sorted(newest.items())
    ]
    await upsert(
        session,
        Candidate,
        rows,
        key=_KEY,
        update=("given_name", "family_name", "name_revision", "disclosure", "version"),
        newer="version",
    )


async def lock(session: AsyncSession, people: Sequence[Person]) -> None:
    """Lock candidates, in order, making the rows of those not known yet.

    Whoever evaluates a candidate holds the row until the result is written, so two batches with
    passes of one person can't both miss the other's. Of a person with several ids the survivor's
    row is locked too: that is the one that is evaluated.
    """
    missing = set(people)
    if on_postgresql(session):
        missing -= await _lock_known(session, people)
    if not missing:
        return
    rows = [
        {
            "programme": person.programme,
            "candidate_id": person.candidate_id,
            "given_name": "",
            "family_name": "",
            "name_revision": 1,
            "disclosure": False,
            "version": 0,
            "due_on": None,
        }
        for person in sorted(missing)
    ]
    made = await insert_new(session, Candidate, rows, conflict=_KEY, returning=_KEY)
    missing -= {Person(row["programme"], row["candidate_id"]) for row in made}
    if missing and on_postgresql(session):
        # Somebody else made these between the two statements.
        await _lock_known(session, sorted(missing))


async def _lock_known(session: AsyncSession, people: Sequence[Person]) -> set[Person]:
    known: set[Person] = set()
    for programme, some in groupby(sorted(people), attrgetter("programme")):
        ids = [person.candidate_id for person in some]
        rows = await session.execute(_LOCK, {"programme": programme, "ids": ids})
        known.update([Person(programme, candidate_id) for (candidate_id,) in rows])
    return known
