"""Rows of `facts` and the facts of the rule engine: one table of kinds, both ways."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    AssignedNumber,
    Attempt,
    CourseCompletion,
    CreditEntry,
    ExamFail,
    ExamPass,
    ExamSetAside,
    Fact,
    FeePaid,
    Granted,
    Prolonged,
    Reinstated,
    Revoked,
    Suspended,
    Voided,
)

EXAM = "exam"
NUMBER = "number"
# Kept under their own id; what else they say is the row's data, under the names of the fields.
KINDS: dict[str, type[Any]] = {
    "credit": CreditEntry,
    "course": CourseCompletion,
    "agreement": AgreementAccepted,
    "fee": FeePaid,
    "approval": Approval,
    "grant": Granted,
    "extension": Prolonged,
    "suspension": Suspended,
    "revocation": Revoked,
    "reinstatement": Reinstated,
    "void": Voided,
}
# What staff call each: an action is one fact, kept under the action's id.
ACTIONS = {
    "grant": "grant",
    "extend": "extension",
    "suspend": "suspension",
    "revoke": "revocation",
    "reinstate": "reinstatement",
    "void": "void",
    "credits": "credit",
    "course": "course",
    "agreement": "agreement",
    "fee": "fee",
    "approval": "approval",
}
_ACTION_OF = {kind: action for action, kind in ACTIONS.items()}
_KIND_OF = {kind: name for name, kind in KINDS.items()}
_ADAPTERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in KINDS.items()}
_BESIDE = ("id", "day")


class Written(NamedTuple):
    """A fact as the columns of its row."""

    kind: str
    key: str
    occurred_on: date
    data: dict[str, Any]


def kind_of(fact: Fact) -> str:
    """Return the kind under which a fact is kept."""
    if isinstance(fact, Attempt):
        return EXAM
    return NUMBER if isinstance(fact, AssignedNumber) else _KIND_OF[type(fact)]


def action_of(fact: Fact) -> str:
    """Return what staff call the recording of a fact by hand."""
    return _ACTION_OF[kind_of(fact)]


def written(fact: Fact, day: date) -> Written:
    """Return the row of a fact that is kept under its own id.

    day: the day of recording, for the one kind that has no day of its own (a void).
    """
    kind = kind_of(fact)
    data = _ADAPTERS[kind].dump_python(fact, mode="json", exclude_defaults=True)
    occurred_on: date = getattr(fact, "day", day)
    return Written(
        kind,
        getattr(fact, "id"),  # noqa: B009 - numbers, which have none, never come here
        occurred_on,
        {name: value for name, value in data.items() if name not in _BESIDE},
    )


def taken_back(row: Written) -> Written:
    """Return the row of a fact that does not count and never did."""
    return row._replace(data={**row.data, "undone": True})


def exam_data(
    exam: str,
    registration: str,
    grade: str,
    state: str = "recorded",
    reason: str | None = None,
) -> dict[str, Any]:
    """Return the data of a result's row: a fail says its grade, and what does not count says so."""
    data = {"exam": exam, "registration": registration}
    if grade != "pass":
        data["grade"] = grade
    if state != "recorded":
        data["state"] = state
        if reason:
            data["reason"] = reason
    return data


def fact_of(kind: str, key: str, day: date, data: Mapping[str, Any]) -> Fact | None:
    """Return the fact that a row holds.

    None: it was taken back, or a newer version of this service wrote a kind that is not known
    here yet.
    """
    if kind == EXAM:
        return _attempt(day, data)
    if kind == NUMBER:
        return AssignedNumber(key, data["number"])
    if kind not in KINDS or data.get("undone"):
        return None
    known = {**data, "id": key}
    if kind != "void":
        known["day"] = day
    fact: Fact = _ADAPTERS[kind].validate_python(known)
    return fact


def _attempt(day: date, data: Mapping[str, Any]) -> Attempt:
    number, exam = data["registration"], data["exam"]
    grade, state = data.get("grade", "pass"), data.get("state")
    if state is not None:
        return ExamSetAside(number, exam, day, state, grade, data.get("reason", ""))
    result = ExamFail if grade == "fail" else ExamPass
    return result(number, exam, day, _day(data.get("scheduled_on")))


def _day(written_day: str | None) -> date | None:
    return None if written_day is None else date.fromisoformat(written_day)
