"""The bus edge of identity."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.handlers.data_answers import answered
from services.identity.handlers.registration_numbers import learn_from_results
from services.identity.handlers.registrations import take_up_registrations
from shared.consuming import Subscriptions
from shared.events import (
    CertificationsCopyWritten,
    CertificationsErasureFinished,
    CopyWritten,
    ErasureFinished,
    ExamFailed,
    ExamPassed,
    ExamRegistered,
    ExamsCopyWritten,
    ExamsErasureFinished,
    FulfillmentCopyWritten,
    FulfillmentErasureFinished,
    NotificationsCopyWritten,
    NotificationsErasureFinished,
    ResultHeld,
    ResultRevoked,
    TranscriptsCopyWritten,
    TranscriptsErasureFinished,
    producer_of,
)


async def on_exam_registered(session: AsyncSession, events: Sequence[ExamRegistered]) -> None:
    """A vendor has booked exams: unknown persons become candidates, new testing ids are linked."""
    await take_up_registrations(session, events)


async def on_answer(session: AsyncSession, events: Sequence[CopyWritten | ErasureFinished]) -> None:
    """A service has written its part of a copy, or holds nothing about somebody any more."""
    await answered(session, producer_of(type(events[0])), events)


ANSWERS: Subscriptions = [
    (CertificationsCopyWritten, on_answer),
    (CertificationsErasureFinished, on_answer),
    (ExamsCopyWritten, on_answer),
    (ExamsErasureFinished, on_answer),
    (FulfillmentCopyWritten, on_answer),
    (FulfillmentErasureFinished, on_answer),
    (NotificationsCopyWritten, on_answer),
    (NotificationsErasureFinished, on_answer),
    (TranscriptsCopyWritten, on_answer),
    (TranscriptsErasureFinished, on_answer),
]
SUBSCRIPTIONS: Subscriptions = [
    *ANSWERS,
    (ExamRegistered, on_exam_registered),
    (ExamPassed, learn_from_results),
    (ExamFailed, learn_from_results),
    (ResultHeld, learn_from_results),
    (ResultRevoked, learn_from_results),
]
