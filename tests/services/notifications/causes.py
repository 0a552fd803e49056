"""Events that somebody is told of."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from shared.events import Contact, ExamFailed, ExamPassed, SignInLinkRequested
from shared.ids import uuid7
from tests.services.reacting import JANE, NOW

TOKEN = "kQ7vJm2xP9wLr4tZ"


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
