"""Facts as exams tells of them: written in sets, and what they change published."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.certifications.errors import UnusableEvent
from services.certifications.event_facts import FACT_OF, Heard
from services.certifications.handlers.candidates import lock, person_of
from services.certifications.handlers.review import review
from services.certifications.models import FactRow
from services.certifications.queries import Person
from shared import metrics
from shared.context import ServiceContext, context
from shared.events import Event, ExamPassed
from shared.rows import upsert

FACT_KEY = ("programme", "candidate_id", "kind", "key")


async def take_facts(session: AsyncSession, events: Sequence[Event]) -> None:
    """Take in results, credits, courses and agreements; publish what they earned or took back.

    Of one fact the newest version wins, whichever event told it.
    Raises UnusableEvent for an event of a programme that is not loaded or of nobody.
    """
    programmes = context(session).programmes
    newest: dict[tuple[str, str, str, str], tuple[int, Heard]] = {}
    for event in events:
        if event.programme not in programmes:
            raise UnusableEvent(f"there is no programme {event.programme!r} here")
        person = person_of(event.programme, event.candidate_id)
        heard = FACT_OF[type(event)](event)
        at = *person, heard.row.kind, heard.row.key
        if at not in newest or event.version > newest[at][0]:
            newest[at] = event.version, heard
    await lock(session, sorted({Person(*at[:2]) for at in newest}))
    written = await upsert(
        session,
        FactRow,
        [
            {
                "programme": programme,
                "candidate_id": candidate_id,
                **heard.row._asdict(),
                "version": version,
            }
            for (programme, candidate_id, _, _), (version, heard) in newest.items()
        ],
        key=FACT_KEY,
        update=("version", "occurred_on", "data"),
        newer="version",
        returning=FACT_KEY,
    )
    # What was known already changes nothing, nor does a fail that replaces no pass: a replay
    # costs no evaluation.
    changed = {
        Person(row["programme"], row["candidate_id"])
        for row in written
        if _matters(*newest[row["programme"], row["candidate_id"], row["kind"], row["key"]])
    }
    await review(session, sorted(changed))
    _measure(context(session), events, changed)


def _measure(here: ServiceContext, events: Sequence[Event], changed: Collection[Person]) -> None:
    """Measure how long a pass took from its arrival to what it earned."""
    now = here.clock.now()
    for event in events:
        if isinstance(event, ExamPassed) and (event.programme, event.candidate_id) in changed:
            seconds = (now - event.received_at).total_seconds()
            metrics.RESULT_TO_CERTIFICATE.labels(here.name, event.programme).observe(seconds)


def _matters(version: int, heard: Heard) -> bool:
    return heard.counts or version > 1
