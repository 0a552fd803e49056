"""Pearson VUE's real-time event notifications (RTEN): JSON in, statements out.

The kinds in small letters and the nesting are the documented ones. All names stand in `KINDS`,
`NOTIFICATION` and `EXAM`; nothing else here knows them.
"""

from collections.abc import Mapping
from typing import Any

from services.exams.domain.adapter import Field, Finder, Refusal, Statement, found_at
from services.exams.domain.items import Fault
from services.exams.domain.pearson import read_exam_time, read_grade, read_time

RESULT = ("result", "result")
KINDS: Mapping[str, tuple[str, str]] = {
    "resultNotification": RESULT,
    "RESULT_AVAILABLE": RESULT,
    "placeHold": ("result", "hold"),
    "HOLD_PLACED": ("result", "hold"),
    "releaseHold": ("result", "release"),
    "HOLD_RELEASED": ("result", "release"),
    "modifyResultStatus": ("result", "change"),
    "RESULT_STATUS_MODIFIED": ("result", "change"),
    "revokeResult": ("result", "revoke"),
    "RESULT_REVOKED": ("result", "revoke"),
    "unrevokeResult": ("result", "reinstate"),
    "RESULT_UNREVOKED": ("result", "reinstate"),
    "modifyAppointment": ("registration", "appointment"),
    "APPOINTMENT_MODIFIED": ("registration", "appointment"),
    "cancelAppointment": ("registration", "cancel"),
    "APPOINTMENT_CANCELLED": ("registration", "cancel"),
    "APPOINTMENT_CANCELED": ("registration", "cancel"),
}
"""What each kind of event says: of a result or of a registration, and what."""

EXAMS = "exams.exam"
"""Where the exams of a notification are: a list, or one object."""

NOTIFICATION: tuple[Field, ...] = (
    Field("eventType", "kind", "documented"),
    Field("eventID", "notice_id", "assumed", "names the notification; repeated, it says no more"),
    Field("eventId", "notice_id", "assumed"),
    Field("eventDateTime", "stated_at", "assumed", "when it was so; decides what is newer"),
    Field("eventTime", "stated_at", "assumed"),
    Field("eventSequence", "sequence", "assumed", "for vendors with `order_by: sequence`"),
    Field("clientID", "programme_code", "assumed", "the programme, by `programme_code`"),
    Field("clientCode", "programme_code", "assumed"),
    Field("clientCandidateID", "candidate_id", "documented"),
    Field("candidate.candidateID", "testing_id", "assumed", "Pearson VUE's own id of the person"),
    Field("candidate.candidateName.lastName", "last_name", "documented"),
    Field("candidate.candidateName.firstName", "", "documented"),
    Field("authorization.clientAuthorizationID", "authorization_id", "documented"),
    Field("reason", "reason", "assumed", "why it is held, revoked or changed"),
)
EXAM: tuple[Field, ...] = (
    Field("examSeriesCode", "exam_code", "assumed", "named so in the authorization file"),
    Field("examName", "exam_name", "assumed"),
    Field("examResult.registrationID", "registration_number", "assumed"),
    Field("registrationID", "registration_number", "assumed"),
    Field("examResult.score", "score", "documented"),
    Field("examResult.passingScore", "passing_score", "documented"),
    Field("examResult.grade", "grade", "assumed", "without it, score and passing score decide"),
    Field("examResult.examDate", "exam_date", "assumed", "a day, or a time with its offset"),
    Field("examResult.testCenterID", "centre", "assumed"),
    Field("appointment.testCenterID", "centre", "assumed"),
    Field("appointment.startDateTime", "appointment", "assumed", "a time with its offset"),
)


def programme_code(notification: Any) -> str | None:
    """What the notification calls the programme, if it says so."""
    return Finder(notification, NOTIFICATION).text("programme_code")


def translate(notification: Any, programme: str, timezone: str) -> list[Statement | Refusal]:
    """What one notification says, exam by exam; never fails, whatever JSON it is given.

    timezone: the programme's, in which the day of an exam is counted.
    """
    if not isinstance(notification, Mapping):
        return [_refused("notification", "must be an object")]
    shared = Finder(notification, NOTIFICATION)
    event = shared.needed("kind")
    if event is not None and event not in KINDS:
        shared.refuse("kind", f"unknown kind {event[:60]!r}; known are {', '.join(KINDS)}")
    exams = found_at(notification, EXAMS)
    exams = [exams] if isinstance(exams, Mapping) else exams
    if not isinstance(exams, list) or not exams:
        shared.faults.append(Fault(field=EXAMS, message="must be a list of exams, at least one"))
    if shared.faults:
        return [Refusal(None, tuple(shared.faults))]
    assert event is not None
    assert isinstance(exams, list)
    return [
        _translate_exam(notification, KINDS[event], exam, place, programme, timezone)
        for place, exam in enumerate(exams)
    ]


def _refused(where: str, message: str) -> Refusal:
    return Refusal(None, (Fault(field=where, message=message),))


def _translate_exam(
    notification: Mapping[str, Any],
    said: tuple[str, str],
    given: Any,
    place: int,
    programme: str,
    timezone: str,
) -> Statement | Refusal:
    before = f"{EXAMS}[{place}]"
    if not isinstance(given, Mapping):
        return _refused(before, "must be an object")
    shared = Finder(notification, NOTIFICATION)
    exam = Finder(given, EXAM, f"{before}.")
    subject, kind = said
    tested = shared.text("testing_id")
    named = kind != "result" or tested is not None
    value: dict[str, Any] = {
        "programme": programme,
        "registration_number": exam.needed("registration_number"),
        "exam_code": exam.needed("exam_code") if kind == "result" else exam.text("exam_code"),
        "candidate_id": (shared.text if named else shared.needed)("candidate_id"),
        "testing_id": tested,
        "centre": exam.text("centre"),
        "stated_at": _time(shared, "stated_at"),
        "sequence": _whole_number(shared, "sequence"),
    }
    if kind == "result":
        value |= {
            "last_name": shared.text("last_name"),
            "exam_name": exam.text("exam_name"),
            **_outcome(exam, timezone, complete=True),
        }
    else:
        value |= {
            "subject": subject,
            "kind": kind,
            "notice_id": shared.text("notice_id"),
            "reason": shared.text("reason"),
        }
    if kind == "change":
        outcome = _outcome(exam, timezone, complete=False)
        outcome.pop("taken_at")
        if not any(outcome.values()) and not exam.faults:
            exam.refuse("grade", "grade, score, passingScore or examDate is required")
        value |= outcome
    elif kind == "appointment":
        value["appointment"] = _time(exam, "appointment", needed=True)
    if faults := (*shared.faults, *exam.faults):
        return Refusal(value["registration_number"], faults)
    return Statement(
        "results" if kind == "result" else "changes",
        {field: one for field, one in value.items() if one is not None},
        {**shared.names, **exam.names},
    )


def _outcome(exam: Finder, timezone: str, *, complete: bool) -> dict[str, Any]:
    """Grade, scores and day of an exam, as far as they are told."""
    score, passing_score = exam.text("score"), exam.text("passing_score")
    value: dict[str, Any] = {
        "score": score,
        "passing_score": passing_score,
        "grade": None,
        "exam_date": None,
        "taken_at": None,
    }
    grade = exam.text("grade")
    try:
        value["grade"] = read_grade(grade, score, passing_score)
        if complete and value["grade"] is None:
            raise ValueError("is required, unless score and passingScore are numbers")
    except ValueError as fault:
        exam.refuse("grade", str(fault))
    day = exam.needed("exam_date") if complete else exam.text("exam_date")
    if day is not None:
        try:
            counted, instant = read_exam_time(day, timezone)
        except ValueError as fault:
            exam.refuse("exam_date", str(fault))
        else:
            value["exam_date"] = counted.isoformat()
            value["taken_at"] = instant and instant.isoformat()
    return value


def _time(part: Finder, ours: str, *, needed: bool = False) -> str | None:
    written = part.needed(ours) if needed else part.text(ours)
    if written is None:
        return None
    try:
        return read_time(written).isoformat()
    except ValueError as fault:
        part.refuse(ours, str(fault))
        return None


def _whole_number(part: Finder, ours: str) -> int | None:
    written = part.text(ours)
    if written is None:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= 18):
        part.refuse(ours, "must be a whole number, 0 or more")
        return None
    return int(written)
