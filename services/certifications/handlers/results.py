"""Results of exams: passes that earn and renew, fails that count for retakes."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.errors import UnusableEvent
from services.certifications.facts import EXAM, exam_data
from services.certifications.handlers.candidates import lock, person_of
from services.certifications.handlers.review import review
from services.certifications.models import FactRow
from services.certifications.queries import Person
from shared.context import context
from shared.events import ExamFailed, ExamPassed
from shared.rows import upsert

FACT_KEY = ("programme", "candidate_id", "kind", "key")


async def take_results(session: AsyncSession, events: Sequence[ExamPassed | ExamFailed]) -> None:
    """Take in results of exams and publish what they earned, renewed or took back.

    A pass and a fail of one result are one fact, of which the newest version wins.
    Raises UnusableEvent for an event of a programme that is not loaded or of nobody.
    """
    programmes = context(session).programmes
    newest: dict[tuple[Person, str], ExamPassed | ExamFailed] = {}
    for event in events:
        if event.programme not in programmes:
            raise UnusableEvent(f"there is no programme {event.programme!r} here")
        at = person_of(event.programme, event.candidate_id), str(event.result_id)
        if at not in newest or event.version > newest[at].version:
            newest[at] = event
    await lock(session, sorted({person for person, _ in newest}))
    written = await upsert(
        session,
        FactRow,
        [
            {
                "programme": person.programme,
                "candidate_id": person.candidate_id,
                "kind": EXAM,
                "key": key,
                "version": event.version,
                "occurred_on": event.exam_date,
                "data": exam_data(event.exam_code, event.registration_number, event.grade),
            }
            for (person, key), event in newest.items()
        ],
        key=FACT_KEY,
        update=("version", "occurred_on", "data"),
        newer="version",
        returning=("programme", "candidate_id", "key"),
    )
    # What was known already changes nothing, nor does a fail that replaces no pass: a replay
    # costs no evaluation.
    changed = {
        person
        for row in written
        if _matters(newest[(person := Person(row["programme"], row["candidate_id"]), row["key"])])
    }
    await review(session, sorted(changed))


def _matters(event: ExamPassed | ExamFailed) -> bool:
    return event.grade == "pass" or event.version > 1
