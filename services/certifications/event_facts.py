"""What each event of exams says of a candidate, as the row of a fact.

One natural key has one row, whichever event tells of it: a pass, its hold and its revocation are
the result; a completion handed in, returned and approved is the completion.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from services.certifications.domain.facts import (
    AgreementAccepted,
    CourseCompletion,
    CreditEntry,
)
from services.certifications.facts import EXAM, Written, exam_data, taken_back, written
from shared import events
from shared.events import Event


class Heard(NamedTuple):
    """A row, and whether it counts: alone it may earn or renew something."""

    row: Written
    counts: bool


def _taken(event: events.ExamPassed | events.ExamFailed) -> Heard:
    return _result(event, "recorded", None)


def _standing(event: events.ResultStanding) -> Heard:
    return _result(event, event.state, event.reason)


def _result(
    event: events.ExamPassed | events.ExamFailed | events.ResultStanding,
    state: str,
    reason: str | None,
) -> Heard:
    data = exam_data(event.exam_code, event.registration_number, event.grade, state, reason)
    row = Written(EXAM, str(event.result_id), event.exam_date, data)
    return Heard(row, counts=state == "recorded" and event.grade == "pass")


def _granted(event: events.CreditsGranted) -> Heard:
    if event.review == "rejected":
        return _never(_credit(event))
    return Heard(_credit(event), counts=event.review != "pending")


def _revoked(event: events.CreditsRevoked) -> Heard:
    return _never(_credit(event))


def _credit(event: events.CreditsStanding) -> Written:
    # When it was handed in is the provider's business: a feed tells of what the provider accepted.
    fact = CreditEntry(
        id=str(event.credit_id),
        day=event.active_on,
        points=event.points,
        title=event.activity,
        item=event.item,
        category=event.category,
        provider=event.provider,
        expires_on=event.expires_on,
        pending=event.review == "pending",
    )
    return written(fact, event.active_on)


def _approved(event: events.CourseCompletionApproved) -> Heard:
    return Heard(_course(event, pending=False), counts=True)


def _in_review(
    event: events.CourseCompletionSubmitted | events.CourseCompletionReturned,
) -> Heard:
    return Heard(_course(event, pending=True), counts=False)


def _rejected(event: events.CourseCompletionRejected) -> Heard:
    return _never(_course(event, pending=False))


def _course(event: events.CourseCompletionStanding, *, pending: bool) -> Written:
    fact = CourseCompletion(
        id=str(event.completion_id),
        course=event.course,
        day=event.completed_on,
        submitted_on=event.submitted_on,
        pending=pending,
    )
    return written(fact, event.completed_on)


def _accepted(event: events.AgreementAccepted) -> Heard:
    fact = AgreementAccepted(
        id=str(event.acceptance_id),
        agreement=event.agreement,
        version=event.agreement_version,
        day=event.accepted_on,
    )
    return Heard(written(fact, event.accepted_on), counts=True)


def _never(row: Written) -> Heard:
    return Heard(taken_back(row), counts=False)


Telling: TypeAlias = Callable[[Any], Heard]
FACT_OF: Mapping[type[Event], Telling] = {
    events.ExamPassed: _taken,
    events.ExamFailed: _taken,
    events.ResultHeld: _standing,
    events.ResultReleased: _standing,
    events.ResultChanged: _standing,
    events.ResultRevoked: _standing,
    events.ResultReinstated: _standing,
    events.CreditsGranted: _granted,
    events.CreditsRevoked: _revoked,
    events.CourseCompletionSubmitted: _in_review,
    events.CourseCompletionReturned: _in_review,
    events.CourseCompletionApproved: _approved,
    events.CourseCompletionRejected: _rejected,
    events.AgreementAccepted: _accepted,
}


def _turned_at(event: events.ResultStanding) -> datetime | None:
    return None if event.first else event.changed_at


def _decided_at(event: events.CourseCompletionStanding) -> datetime | None:
    return event.at


DECIDED_AT: Mapping[type[Event], Callable[[Any], datetime | None]] = {
    events.ResultHeld: _turned_at,
    events.ResultReleased: _turned_at,
    events.ResultChanged: _turned_at,
    events.ResultRevoked: _turned_at,
    events.ResultReinstated: _turned_at,
    events.CourseCompletionApproved: _decided_at,
    events.CourseCompletionRejected: _decided_at,
}
"""When somebody decided what an event tells of something older; None: it is told as it happened."""
