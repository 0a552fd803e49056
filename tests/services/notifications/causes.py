"""Events that somebody is told of."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from shared.events import (
    Contact,
    CourseCompletionStanding,
    ExamFailed,
    ExamPassed,
    ResultFlagged,
    ResultStanding,
    SignInLinkRequested,
)
from shared.ids import uuid7
from tests.services.reacting import JANE, NOW

TOKEN = "kQ7vJm2xP9wLr4tZ"
COMPLETION = UUID("01930000-0000-7000-8000-000000000002")
FLAG = UUID("01930000-0000-7000-8000-000000000003")


def passed(candidate_id: str = JANE, **changes: Any) -> ExamPassed:
    return ExamPassed(**result(candidate_id, **changes))


def failed(candidate_id: str = JANE, **changes: Any) -> ExamFailed:
    return ExamFailed(**result(candidate_id, **changes))


def result(candidate_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "programme": "cisco",
        "candidate_id": candidate_id,
        "result_id": uuid7(),
        "vendor": "vue",
        "registration_number": "219142598",
        "exam_code": "200-301",
        "score": "874",
        "exam_date": date(2026, 11, 20),
        "received_at": NOW,
        **changes,
    }


def became(
    kind: type[ResultStanding], heard: ExamPassed | ExamFailed, version: int, **changes: Any
) -> ResultStanding:
    """What became of a result: held, released, changed, revoked or reinstated."""
    word = kind.__name__.removeprefix("Result").lower()
    state = word if word in ("held", "revoked") else "recorded"
    said = {**heard.model_dump(), "version": version, "state": state, "changed_at": NOW}
    return kind(**said | changes)


def course(kind: type[CourseCompletionStanding], version: int = 2, **changes: Any) -> Any:
    """What staff said of a completed course that was handed in."""
    said: dict[str, Any] = {
        "programme": "cisco",
        "candidate_id": JANE,
        "version": version,
        "completion_id": COMPLETION,
        "course": "ENARSI",
        "course_name": "Implementing Cisco Enterprise Advanced Routing",
        "completed_on": date(2026, 10, 1),
        "submitted_on": date(2026, 11, 2),
        "at": NOW,
    }
    if "reason" in kind.model_fields:
        said["reason"] = "The certificate does not show your name."
    return kind(**said | changes)


def flagged(**changes: Any) -> ResultFlagged:
    said: dict[str, Any] = {
        "programme": "cisco",
        "candidate_id": JANE,
        "flag_id": FLAG,
        "result_id": uuid7(),
        "vendor": "vue",
        "registration_number": "219142598",
        "exam_code": "200-301",
        "check": "retake_too_early",
        "action": "notify",
        "message": "It was taken 2 days after a fail; 5 days must lie between.",
        "raised_at": NOW,
        "notify": "exam-security@example.com",
    }
    return ResultFlagged(**said | changes)


def link(purpose: str = "welcome", **changes: Any) -> SignInLinkRequested:
    given: dict[str, Any] = {
        "programme": "cisco",
        "candidate_id": JANE,
        "link_id": UUID("01930000-0000-7000-8000-000000000001"),
        "purpose": purpose,
        "token": TOKEN,
        "login_id": JANE,
        "contact": Contact(given_name="Jane", family_name="Doe", email="jane.doe@example.com"),
        "expires_at": NOW + timedelta(days=2),
    }
    return SignInLinkRequested(**given | changes)
