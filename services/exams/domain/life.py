"""The life of a result and of a registration: a pure function of the set of what was said.

Everything that is said after the first statement is a word with a stamp, which says when its
author said it. What a result is, whether the vendor holds it and whether it is revoked are three
registers; of two words about the same register the later stamp wins, whichever arrives first. So
the same words in any order and any number make the same result.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from pydantic_core import to_json, to_jsonable_python

from services.exams.domain.items import (
    EARLIEST_EXAM,
    ChangeItem,
    Fault,
    Stated,
)

Subject: TypeAlias = Literal["result", "registration"]

CONTENT: Mapping[Subject, tuple[str, ...]] = {
    "result": (
        "grade",
        "score",
        "passing_score",
        "sections",
        "exam_date",
        "taken_at",
        "centre",
    ),
    "registration": ("appointment", "centre", "authorization_id"),
}
"""What may be corrected; whom and which exam it is about may not."""

CONTENT_KINDS = frozenset({"statement", "change", "appointment"})
"""`statement` is a whole first (or repeated) statement; the others carry what they correct."""
REVIEW: Mapping[str, str | None] = {
    "review_hold": "held",
    "review_release": "released",
    "invalidate": "invalidated",
    # An invalidation taken back: the checks have had their say, so it is not held again.
    "validate": "released",
}
"""Staff's and checks' words about a result, and what each makes of `review`."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_AHEAD = timedelta(minutes=5)
"""Clocks differ; a statement of tomorrow would silence everything that is said until then."""


@dataclass(frozen=True, slots=True)
class Word:
    """One statement about a result or a registration, as it is kept among the changes."""

    kind: str
    stamp: int
    data: Mapping[str, Any]
    digest: str

    @property
    def reason(self) -> str | None:
        """Why, in its author's words."""
        reason = self.data.get("reason")
        return None if reason is None else str(reason)


def microseconds(instant: datetime) -> int:
    """An instant as a stamp: microseconds since 1970."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def stamp_fault(stated_at: datetime, now: datetime) -> Fault | None:
    """Why nothing can have been said at `stated_at`, or None."""
    if stated_at > now + MOST_AHEAD:
        return Fault(field="stated_at", message=f"{stated_at.isoformat()} is in the future")
    if stated_at.date() < EARLIEST_EXAM:
        return Fault(field="stated_at", message=f"{stated_at.isoformat()} is before 1985")
    return None


def stated_stamp(item: Stated, order_by: Literal["time", "sequence"]) -> int | None:
    """The stamp that the vendor gave, by what it orders its statements by; None: none."""
    if order_by == "sequence":
        return item.sequence
    return None if item.stated_at is None else microseconds(item.stated_at)


def first_stamp(item: Stated, order_by: Literal["time", "sequence"]) -> int:
    """The stamp of a whole statement: without one it is older than whatever says its time."""
    return stated_stamp(item, order_by) or 0


def digest_of(kind: str, identity: Any, data: Mapping[str, Any]) -> str:
    """What makes the same word the same; identity: its stamp, or the vendor's id of it."""
    return hashlib.sha256(to_json([kind, identity, sorted(data.items())])).hexdigest()


def content_of(source: Any, subject: Subject) -> dict[str, Any]:
    """What an item or a stored row says of the content, as JSON values; what it leaves out is not.

    source: a model or a mapping.
    """
    named = source if isinstance(source, Mapping) else dict(source)
    said = {field: named.get(field) for field in CONTENT[subject]}
    return {field: to_jsonable_python(value) for field, value in said.items() if value is not None}


def statement(source: Any, subject: Subject, stamp: int) -> Word:
    """A whole statement, or a stored row that nothing has changed yet, as a word."""
    data = content_of(source, subject)
    return Word("statement", stamp, data, digest_of("statement", stamp, data))


def change_word(item: ChangeItem, order_by: Literal["time", "sequence"], arrived: datetime) -> Word:
    """A vendor's change as a word; without a stamp it was said when it arrived."""
    stamp = stated_stamp(item, order_by)
    data: dict[str, Any] = {}
    if item.kind in CONTENT_KINDS:
        data |= content_of(item, item.about)
    for field in ("reason", "notice_id"):
        if (value := getattr(item, field)) is not None:
            data[field] = value
    at = microseconds(arrived) if stamp is None else stamp
    # The same notification again is the same word, though it arrives at another time.
    identity = at if stamp is not None or item.notice_id is None else item.notice_id
    return Word(item.kind, at, data, digest_of(item.kind, identity, data))


def change_fault(item: ChangeItem, order_by: Literal["time", "sequence"]) -> Fault | None:
    """Why a change makes no sense by itself, or None."""
    if item.subject is not None and item.subject != item.about:
        return Fault(field="subject", message=f"{item.kind} is about a {item.about}")
    if order_by == "sequence" and item.sequence is None:
        return Fault(
            field="sequence", message="is required: this vendor's statements are ordered by it"
        )
    if item.kind == "change" and not content_of(item, "result"):
        return Fault(
            field="grade",
            message="a change says what it changes: grade, score, passing_score or exam_date",
        )
    if item.kind == "appointment" and not content_of(item, "registration"):
        return Fault(field="appointment", message="is required: the new time, or centre: the place")
    return None


def contradiction(new: Word, words: Iterable[Word]) -> list[str]:
    """The fields in which a word says something else than one of its kind with the same stamp."""
    if new.kind not in CONTENT_KINDS:
        return []
    differing = []
    for word in words:
        if word.kind != new.kind or word.stamp != new.stamp or word.digest == new.digest:
            continue
        # A repeated whole statement that says more is another one; a change may add to a change.
        wanted = new.data if new.kind == "statement" else new.data.keys() & word.data.keys()
        differing += [
            field
            for field in wanted
            if field not in ("reason", "notice_id") and word.data.get(field) != new.data[field]
        ]
    return list(dict.fromkeys(differing))


def _content(subject: Subject, words: Iterable[Word]) -> dict[str, Any]:
    said: dict[str, Any] = dict.fromkeys(CONTENT[subject])
    # Of a whole statement and a change with the same stamp, the change is the correction.
    spoken = [word for word in words if word.kind in CONTENT_KINDS]
    for word in sorted(spoken, key=lambda one: (one.stamp, one.kind != "statement", one.digest)):
        said.update({field: word.data[field] for field in said if field in word.data})
    return {field: _value(field, value) for field, value in said.items()}


def _value(field: str, written: Any) -> Any:
    if not isinstance(written, str):
        return written
    if field == "exam_date":
        return date.fromisoformat(written)
    if field in ("taken_at", "appointment"):
        return datetime.fromisoformat(written)
    return written


def _register(words: Iterable[Word], on: str, off: str) -> tuple[bool, int, Word | None]:
    """Whether the latest word of two kinds is the first kind, and that word."""
    spoken = [word for word in words if word.kind in (on, off)]
    if not spoken:
        return False, 0, None
    # Of two with the same stamp the more careful one wins.
    last = max(spoken, key=lambda word: (word.stamp, word.kind == on, word.digest))
    return last.kind == on, last.stamp, last


def result_life(
    row: Mapping[str, Any], words: Sequence[Word], reviews: Sequence[Word]
) -> dict[str, Any]:
    """The columns of a result that its life decides.

    row: as stored, whose candidate decides whether it waits; words: all that its vendor said,
    among them the first statement if any corrects it; reviews: what staff and checks said, each
    with a later stamp than what they decided upon.
    """
    columns: dict[str, Any] = {}
    corrected = [word for word in words if word.kind in CONTENT_KINDS]
    if corrected:
        columns |= _content("result", corrected)
        columns["content_stamp"] = max(word.stamp for word in corrected)
    else:
        columns |= {field: row[field] for field in CONTENT["result"]}
        columns["content_stamp"] = row["content_stamp"]
    held, held_stamp, hold = _register(words, "hold", "release")
    revoked, revoked_stamp, revocation = _register(words, "revoke", "reinstate")
    decided = max(reviews, key=lambda word: word.stamp, default=None)
    review = REVIEW[decided.kind] if decided else None
    columns |= {
        "vendor_held": held,
        "vendor_held_stamp": held_stamp,
        "revoked": revoked,
        "revoked_stamp": revoked_stamp,
        "review": review,
    }
    columns["state"] = state_of({**columns, "candidate_id": row["candidate_id"]})
    why: Word | None = None
    if revoked or review == "invalidated":
        why = revocation if revoked else decided
    elif held or review == "held":
        why = hold if held else decided
    columns["reason"] = why.reason if why else None
    return columns


def state_of(row: Mapping[str, Any]) -> str:
    """What a result counts as, from its registers."""
    if row["candidate_id"] is None:
        return "waiting"
    if row["revoked"] or row["review"] == "invalidated":
        return "revoked"
    if row["vendor_held"] or row["review"] == "held":
        return "held"
    return "recorded"


def registration_life(row: Mapping[str, Any], words: Sequence[Word]) -> dict[str, Any]:
    """The columns of a registration that its life decides."""
    columns: dict[str, Any] = {}
    corrected = [word for word in words if word.kind in CONTENT_KINDS]
    if corrected:
        columns |= _content("registration", corrected)
        columns["appointment_stamp"] = max(word.stamp for word in corrected)
    else:
        columns |= {field: row[field] for field in CONTENT["registration"]}
        columns["appointment_stamp"] = row["appointment_stamp"]
    columns["cancelled"], columns["cancelled_stamp"], _ = _register(words, "cancel", "restore")
    columns["no_show"], columns["no_show_stamp"], _ = _register(words, "no_show", "show")
    return columns


def booking_state(row: Mapping[str, Any]) -> str:
    """What a registration stands as: booked, cancelled or no_show."""
    return "no_show" if row["no_show"] else "cancelled" if row["cancelled"] else "booked"
