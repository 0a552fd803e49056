"""The vendor's files of the demonstration, translated into requests of the API.

The files have the shapes of real feeds: a results history as CSV, Pearson VUE's real-time
notifications as one JSON object a line. The people are made up.
"""

import csv
import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Item = dict[str, Any]

# The whole adapter: our field and where a notification, or one of its exams, has it. The names
# inside examResult are assumed; the vendor's documents show the kinds and the nesting only.
NOTIFICATION = {
    "programme": "clientCode",
    "testing_id": "candidate.candidateID",
    "last_name": "candidate.candidateName.lastName",
}
NOTIFIED_EXAM = {
    "exam_code": "examSeriesCode",
    "registration_number": "examResult.registrationID",
    "grade": "examResult.grade",
    "score": "examResult.score",
    "exam_date": "examResult.examDate",
}


@dataclass(frozen=True)
class Feed:
    """What the vendor sends: bookings, notified results, a history, and a booking that is late."""

    registrations: list[Item]
    results: list[Item]
    history: list[Item]
    late_registrations: list[Item]


def feed(yesterday: date) -> Feed:
    """Read the files, their days moved so that the last exam was yesterday.

    The registration numbers get yesterday's date, so that another day's demonstration is another
    file and not a contradiction of this one.
    """
    results = [item for line in _lines("rten-notifications.jsonl") for item in _notified(line)]
    newest = max(date.fromisoformat(item["exam_date"]) for item in results)
    moving = _Moving(yesterday - newest, f"-{yesterday:%y%j}")
    return Feed(
        registrations=[moving.item(row) for row in _registrations("registrations.csv")],
        results=[moving.item(item) for item in results],
        history=[moving.item(row) for row in _history("results-history.csv")],
        late_registrations=[moving.item(row) for row in _registrations("late-registrations.csv")],
    )


@dataclass(frozen=True)
class _Moving:
    by: timedelta
    suffix: str

    def item(self, item: Item) -> Item:
        moved = {**item, "registration_number": item["registration_number"] + self.suffix}
        if "exam_date" in moved:
            moved["exam_date"] = str(date.fromisoformat(moved["exam_date"]) + self.by)
        if "appointment" in moved:
            day, _, time = moved["appointment"].partition("T")
            moved["appointment"] = f"{date.fromisoformat(day) + self.by}T{time}"
        return moved


def _lines(name: str) -> list[Item]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _registrations(name: str) -> list[Item]:
    person = ("given_name", "family_name", "email")
    return [
        {
            **{field: text for field, text in row.items() if field not in person},
            "candidate": {field: row[field] for field in person},
        }
        for row in _rows(name)
    ]


def _history(name: str) -> list[Item]:
    # The feed of one programme: the file itself does not name it, nor is the vendor ours to say.
    return [
        {
            **{field: text for field, text in row.items() if field != "vendor"},
            "programme": "cisco",
            "grade": row["grade"].lower(),
        }
        for row in _rows(name)
    ]


def _notified(notification: Item) -> list[Item]:
    whose = {field: _at(notification, path) for field, path in NOTIFICATION.items()}
    items = []
    for exam in notification["exams"]["exam"]:
        item = whose | {field: _at(exam, path) for field, path in NOTIFIED_EXAM.items()}
        # Exams are held by day, so the day in UTC is the programme's day as well.
        items.append(item | {"exam_date": item["exam_date"][:10]})
    return items


def _at(node: Any, path: str) -> Any:
    for name in path.split("."):
        node = node[name]
    return node
