"""The vendor's files of the demonstration, as they are posted.

The files have the shapes of real feeds: a results history as CSV, Pearson VUE's real-time
notifications as one JSON object a line. The people are made up.
"""

import csv
import json
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Item = dict[str, Any]


@dataclass(frozen=True)
class Feed:
    """What the vendor sends: bookings, notified results, a history, and a booking that is late.

    afterwards: notifications of what became of two of the results; activities and file: a file of
    continuing education activities and one of results, in which not everything is right.
    """

    registrations: list[Item]
    notifications: list[Item]
    history: list[Item]
    late_registrations: list[Item]
    afterwards: list[Item]
    activities: str
    results: str


def feed(yesterday: date) -> Feed:
    """Read the files, their days moved so that the last exam was yesterday.

    The registration numbers get yesterday's date, so that another day's demonstration is another
    file and not a contradiction of this one.
    """
    notifications = _lines("rten-notifications.jsonl")
    newest = max(_exam_day(one) for one in notifications)
    moving = _Moving(yesterday - newest, f"-{yesterday:%y%j}")
    notified = [moving.notification(one) for one in notifications]
    return Feed(
        registrations=[moving.item(row) for row in _registrations("registrations.csv")],
        notifications=notified,
        history=[moving.item(row) for row in _history("results-history.csv")],
        late_registrations=[moving.item(row) for row in _registrations("late-registrations.csv")],
        afterwards=_afterwards(notified, yesterday),
        activities=_activities(yesterday),
        results=_not_all_right(yesterday),
    )


def programme_of(notification: Item) -> str:
    """Return the programme that a notification is about."""
    return str(notification["clientCode"])


def person_of(notification: Item) -> tuple[str, str]:
    """Return whom a notification is about: the programme and the vendor's id."""
    return programme_of(notification), notification["candidate"]["candidateID"]


def has_passed(notification: Item) -> bool:
    """Whether a notification tells of a passed exam."""
    return any(one["examResult"]["grade"] == "pass" for one in notification["exams"]["exam"])


def _afterwards(notified: list[Item], yesterday: date) -> list[Item]:
    """A fail that the vendor looks into again, and a pass whose score was typed wrongly."""
    mine = [one for one in notified if programme_of(one) == "cisco"]
    failed = next(one for one in mine if not has_passed(one))
    passed = next(one for one in mine if has_passed(one))
    evening = f"{yesterday}T23:00:00Z"
    held = {
        "eventType": "placeHold",
        "reason": "The test centre reported a power cut",
        **_of(failed),
    }
    changed = {"eventType": "modifyResultStatus", "reason": "Scored again", **_of(passed)}
    for exam in changed["exams"]["exam"]:
        exam["examResult"] = {**exam["examResult"], "score": "901"}
    return [{**one, "eventDateTime": evening} for one in (held, changed)]


def _of(notification: Item) -> Item:
    return {key: deepcopy(notification[key]) for key in ("clientCode", "candidate", "exams")}


def _activities(yesterday: date) -> str:
    """What a provider of continuing education reports, as it reports it."""
    ends = yesterday.replace(year=yesterday.year + 3, day=min(yesterday.day, 28))
    lines = ["external_id,testing_id,activity,points,active_date,expires_date,review,provider_name"]
    for number, (person, activity, points, review) in enumerate(
        (
            ("VUE300100", "Designing wireless networks", "12", ""),
            ("VUE300101", "Automation workshop", "8", ""),
            ("VUE300101", "Conference: technical sessions", "4", "pending"),
        ),
        start=1462600,
    ):
        given = (f"{number}-{yesterday:%y%j}", person, activity, points, yesterday, ends, review)
        lines.append(",".join([*map(str, given), "Example Learning"]))
    return "\n".join([*lines, ""])


def _not_all_right(yesterday: date) -> str:
    """A file of results: one for somebody unknown, and one of an exam that there is not."""
    suffix = f"-{yesterday:%y%j}"
    rows = [
        (
            "vendor",
            "registration_number",
            "testing_id",
            "last_name",
            "exam_code",
            "grade",
            "exam_date",
        ),
        ("vue", f"412349001{suffix}", "VUE309990", "Yamada", "200-301", "pass", yesterday),
        ("vue", f"412349002{suffix}", "VUE300101", "Chen", "200-999", "pass", yesterday),
    ]
    return "\n".join([*(",".join(map(str, row)) for row in rows), ""])


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

    def notification(self, notification: Item) -> Item:
        moved = deepcopy(notification)
        for exam in moved["exams"]["exam"]:
            result = exam["examResult"]
            result["registrationID"] += self.suffix
            day, _, time = result["examDate"].partition("T")
            result["examDate"] = f"{date.fromisoformat(day) + self.by}T{time}"
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


def _exam_day(notification: Item) -> date:
    days = (one["examResult"]["examDate"][:10] for one in notification["exams"]["exam"])
    return max(map(date.fromisoformat, days))
