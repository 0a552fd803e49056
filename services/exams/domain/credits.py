"""Continuing education activities: what a provider says of one, and which statement counts.

A statement carries the whole activity, withdrawn or not. The newest one counts, by its stamp:
the time the provider said it (or its running number, where the programme orders the vendor by
`sequence`), the time in the name of a `creq-…` file, or 0 when nobody says one. Order of arrival
and repetition never matter.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints

from services.exams.domain.items import (
    EARLIEST_EXAM,
    PRINTABLE,
    ExamDate,
    Fault,
    Identifier,
    Reason,
    Stated,
)
from services.exams.domain.life import first_stamp, microseconds

Order: TypeAlias = Literal["time", "sequence"]


def _text(longest: int) -> StringConstraints:
    return StringConstraints(
        strip_whitespace=True, min_length=1, max_length=longest, pattern=PRINTABLE
    )


Review = Literal["pending", "approved", "rejected"]
Points = Annotated[Decimal, Field(ge=0, le=100_000, decimal_places=2)]


class CreditItem(Stated):
    """One activity that gives a candidate continuing education points."""

    external_id: Identifier
    activity: Annotated[str, _text(200)]
    # What was taken, so that the same counts once; left out, each activity is its own.
    item: Annotated[str, _text(200)] | None = None
    category: Annotated[str, _text(80)] | None = None
    provider: Annotated[str, Field(max_length=200, pattern=PRINTABLE)] = ""
    points: Points
    active_on: ExamDate
    expires_on: ExamDate | None = None
    # An empty text says that no review is needed, as an empty cell does.
    review: Annotated[Review | None, BeforeValidator(lambda given: given or None)] = None
    withdrawn: bool = False
    reason: Reason | None = None

    @property
    def number(self) -> str:
        """The external id."""
        return self.external_id


CONTENT = (
    "activity",
    "item",
    "category",
    "provider",
    "points",
    "active_on",
    "expires_on",
    "review",
)
"""What two statements with one stamp have to agree in."""

_FILE_TIME = re.compile(r"creq-(\d{8}-\d{6})(?!\d)", re.IGNORECASE)


def file_time(name: str | None) -> datetime | None:
    """The UTC time in the name of a file such as creq-20200214-200500.csv."""
    found = _FILE_TIME.search(name or "")
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def stamp_of(item: CreditItem, order_by: Order, file: str | None) -> int:
    """What orders the statement among others about the same activity; 0 if nobody says."""
    named = file_time(file) if order_by == "time" else None
    if item.stated_at is None and named is not None:
        return microseconds(named)
    return first_stamp(item, order_by)


def day_fault(item: CreditItem, today: date, timezone: str) -> Fault | None:
    """Why an activity cannot have had these days, or None."""
    if item.active_on > today:
        message = f"{item.active_on} is in the future: today is {today} in {timezone}"
        return Fault(field="active_on", message=message)
    if item.active_on < EARLIEST_EXAM:
        return Fault(field="active_on", message=f"{item.active_on} is before {EARLIEST_EXAM}")
    if item.expires_on is not None and item.expires_on < item.active_on:
        message = f"{item.expires_on} is before active_on, {item.active_on}"
        return Fault(field="expires_on", message=message)
    return None


def category_of(given: str | None, known: Mapping[str, str]) -> str | None:
    """The id of a category that is given by its id or its name; raises ValueError.

    known: names of the programme's categories by id; a programme without any takes every text.
    """
    if given is None or not known or given in known:
        return given
    wanted = given.casefold()
    for id_, name in known.items():
        if wanted in (id_.casefold(), name.casefold()):
            return id_
    raise ValueError(f"unknown category {given!r}; known are {', '.join(known)}")


def counts(row: Mapping[str, Any]) -> bool:
    """Whether an activity gives points, or will when its review is done."""
    return not row["withdrawn"] and row["review"] != "rejected"


def state_of(row: Mapping[str, Any]) -> str:
    """What became of an activity: waiting, withdrawn, rejected, pending or recorded."""
    if row["candidate_id"] is None:
        return "waiting"
    if row["withdrawn"]:
        return "withdrawn"
    return row["review"] if row["review"] in ("rejected", "pending") else "recorded"


@dataclass(frozen=True, slots=True)
class Said:
    """A statement, made comparable: its stamp, its content, and whom it was found to concern."""

    stamp: int
    content: dict[str, Any]
    withdrawn: bool
    reason: str | None
    source: str
    testing_id: str | None
    named_candidate_id: str | None
    candidate_id: str | None


@dataclass(frozen=True, slots=True)
class Folded:
    """What a statement makes of an activity: the columns that change, or why it cannot be."""

    outcome: Literal["accepted", "duplicate", "rejected"]
    changes: dict[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def fold(row: Mapping[str, Any], said: Said) -> Folded:
    """Put a further statement to an activity as it is known."""
    whom, differing = _whom(row, said)
    if not differing and said.stamp == row["stamp"]:
        differing = [name for name in CONTENT if row[name] != said.content[name]]
    if differing:
        return Folded("rejected", faults=tuple(_differs(name, row) for name in differing))
    if said.stamp < row["stamp"]:
        return Folded("duplicate", whom)
    if said.stamp == row["stamp"] and (row["withdrawn"] or not said.withdrawn):
        return Folded("duplicate", whom)
    stated = {**said.content, "withdrawn": said.withdrawn, "reason": said.reason}
    if all(row[name] == value for name, value in stated.items()):
        # Nothing else is said; but what is older than this must not come back.
        return Folded("duplicate", {**whom, "stamp": said.stamp})
    return Folded("accepted", {**whom, **stated, "stamp": said.stamp, "source": said.source})


def _whom(row: Mapping[str, Any], said: Said) -> tuple[dict[str, Any], list[str]]:
    """The ids that are new, and those that contradict; compared as far as both say them."""
    new, differing = {}, []
    if said.testing_id is not None and row["testing_id"] is None:
        new["testing_id"] = said.testing_id
    elif said.testing_id not in (None, row["testing_id"]):
        differing.append("testing_id")
    known = row["named_candidate_id"] or row["candidate_id"]
    if said.named_candidate_id is not None and known not in (None, said.named_candidate_id):
        differing.append("candidate_id")
    elif said.named_candidate_id is not None and row["named_candidate_id"] is None:
        new["named_candidate_id"] = said.named_candidate_id
    if row["candidate_id"] is None and said.candidate_id is not None:
        new["candidate_id"] = said.candidate_id
    return new, differing


def _differs(name: str, row: Mapping[str, Any]) -> Fault:
    if name in ("testing_id", "candidate_id"):
        advice = "withdraw the activity and state it under another id"
    elif row["stamp"]:
        advice = "a correction says a later stated_at (or sequence)"
    else:
        advice = "a correction says its stated_at (or sequence)"
    message = f"differs from what was recorded under this external id; {advice}"
    return Fault(field=name, message=message)
