"""Local copies of candidates, and the row that whoever evaluates a candidate locks."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.errors import UnusableEvent
from services.certifications.models import Candidate
from services.certifications.queries import Person
from shared.events import CandidateRegistered, CandidateUpdated
from shared.rows import insert_new, look_up, upsert

_KEY = ("programme", "candidate_id")


def person_of(programme: str, candidate_id: str | None) -> Person:
    """Return whom an event is about; raise UnusableEvent if it does not say."""
    if candidate_id is None:
        raise UnusableEvent("the event does not say which candidate it is about")
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
        update=("given_name", "family_name", "disclosure", "version"),
        newer="version",
    )


async def lock(session: AsyncSession, people: Sequence[Person]) -> None:
    """Lock candidates, in order, making the rows of those not known yet.

    Whoever evaluates a candidate holds the row until the result is written, so two batches with
    passes of one person can't both miss the other's.
    """
    missing = set(people)
    if session.get_bind().dialect.name == "postgresql":
        missing -= await _lock_known(session, people)
    if not missing:
        return
    rows = [
        {
            "programme": person.programme,
            "candidate_id": person.candidate_id,
            "given_name": "",
            "family_name": "",
            "disclosure": False,
            "version": 0,
            "due_on": None,
        }
        for person in sorted(missing)
    ]
    made = await insert_new(session, Candidate, rows, conflict=_KEY, returning=_KEY)
    missing -= {Person(row["programme"], row["candidate_id"]) for row in made}
    if missing and session.get_bind().dialect.name == "postgresql":
        # Somebody else made these between the two statements.
        await _lock_known(session, sorted(missing))


async def _lock_known(session: AsyncSession, people: Sequence[Person]) -> set[Person]:
    found = await look_up(
        session, Candidate, _KEY, key=_KEY, values=people, order=_KEY, lock="FOR UPDATE"
    )
    return {Person(*row) for row in found}
