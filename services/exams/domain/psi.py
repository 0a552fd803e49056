"""PSI's way of handing in a result: `{"result": "PASS|FAIL|NA", "score": "..."}` of a booking.

PSI names a booking and an outcome and nothing else; who it was, which exam and on which day is
what we know of the booking. A result is stated as of the moment it arrives, so a later PUT of
another result replaces the one before it, and the same again changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.exams.domain.adapter import Field, Finder, Refusal, Statement

RESULTS: Mapping[str, str | None] = {"PASS": "pass", "FAIL": "fail", "NA": None}
"""PSI's results; NA: there is none, because the candidate did not sit the exam."""

BODY: tuple[Field, ...] = (
    Field("result", "grade", "documented", "`PASS`, `FAIL`, or `NA` for a no-show"),
    Field("score", "score", "documented", "text, as printed; may be left out"),
)
NAMES: Mapping[str, str] = {one.ours: one.theirs for one in BODY}


@dataclass(frozen=True, slots=True)
class Booking:
    """What is known of the booking that a result is for.

    number: the registration number under which its result is kept; exam_date: the day that the
    result is, or was, recorded with.
    """

    programme: str
    number: str
    exam_code: str
    candidate_id: str | None
    testing_id: str | None
    exam_date: date


@dataclass(frozen=True, slots=True)
class Said:
    """What PSI said of a booking; without a grade the candidate did not sit the exam."""

    grade: str | None
    score: str | None


def read_body(body: Any) -> Said | Refusal:
    """Read the body of a PUT; a Refusal names the field."""
    part = Finder(body, BODY)
    result = part.needed("grade")
    score = part.text("score")
    if result is not None and result not in RESULTS:
        part.refuse("grade", f"must be {', '.join(RESULTS)}")
    if score is not None and len(score) > 32:
        part.refuse("score", "must have at most 32 characters")
    if part.faults or result is None:
        return Refusal(None, tuple(part.faults))
    return Said(RESULTS[result], score)


def translate(said: Said, booking: Booking, now: datetime) -> Statement:
    """What PSI said, as a statement about the booking, made at `now`."""
    if said.grade is None:
        return _change("no_show", booking, now)
    value = {
        **_about(booking, now),
        "grade": said.grade,
        "score": said.score,
        "exam_date": booking.exam_date.isoformat(),
    }
    return Statement("results", _told(value), NAMES)


def present(booking: Booking, now: datetime) -> Statement:
    """That the candidate was there after all, though they had been called a no-show."""
    return _change("show", booking, now)


def _change(kind: str, booking: Booking, now: datetime) -> Statement:
    value = {**_about(booking, now), "subject": "registration", "kind": kind}
    return Statement("changes", _told(value), NAMES)


def _about(booking: Booking, now: datetime) -> dict[str, Any]:
    return {
        "programme": booking.programme,
        "registration_number": booking.number,
        "exam_code": booking.exam_code,
        "candidate_id": booking.candidate_id,
        "testing_id": booking.testing_id,
        "stated_at": now.isoformat(),
    }


def _told(value: dict[str, Any]) -> dict[str, Any]:
    return {field: one for field, one in value.items() if one is not None}
