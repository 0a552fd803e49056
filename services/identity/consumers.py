"""The bus edge of identity."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.handlers.registration_numbers import learn_from_results
from services.identity.handlers.registrations import take_up_registrations
from shared.consuming import Subscriptions
from shared.events import ExamFailed, ExamPassed, ExamRegistered


async def on_exam_registered(session: AsyncSession, events: Sequence[ExamRegistered]) -> None:
    """A vendor has booked exams: unknown persons become candidates, new testing ids are linked."""
    await take_up_registrations(session, events)


SUBSCRIPTIONS: Subscriptions = [
    (ExamRegistered, on_exam_registered),
    (ExamPassed, learn_from_results),
    (ExamFailed, learn_from_results),
]
