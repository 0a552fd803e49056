"""Messages and files in the shape that vendors send them; the people in them are made up."""

import json
from pathlib import Path
from typing import Any

FILES = Path(__file__).parent / "files"

EXAM_FIELDS = ("registrationID", "score", "passingScore", "grade", "examDate")


def sample(name: str) -> bytes:
    return (FILES / name).read_bytes()


def sheet(*rows: tuple[str, ...], line_end: str = "\r\n", encoding: str = "cp1252") -> bytes:
    """A tab-delimited file of these rows."""
    return "".join("\t".join(row) + line_end for row in rows).encode(encoding)


def notifications() -> list[dict[str, Any]]:
    return [json.loads(line) for line in sample("rten-notifications.jsonl").splitlines()]


def notification(kind: str = "RESULT_AVAILABLE", number: str = "1", **changes: Any) -> Any:
    """One notification about one exam; what is `...` is left out.

    `exam` changes the exam, `result` its result, everything else the notification itself.
    """
    outcome: dict[str, Any] = {"registrationID": number}
    if kind in {"RESULT_AVAILABLE", "resultNotification"}:
        outcome |= {
            "score": "865",
            "passingScore": "825",
            "grade": "pass",
            "examDate": "2026-11-20T14:30:00Z",
        }
    outcome |= changes.pop("result", {})
    exam = {"examSeriesCode": "200-301", "examResult": _without(outcome), **changes.pop("exam", {})}
    whole = {
        "eventType": kind,
        "clientCandidateID": "CSCO10000001",
        "authorization": {"clientAuthorizationID": "900001"},
        "candidate": {"candidateName": {"firstName": "Jane", "lastName": "Roe"}},
        "exams": {"exam": [_without(exam)]},
        **changes,
    }
    return _without(whole)


def _without(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not ...}
