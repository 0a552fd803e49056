"""Pearson VUE's files in: results, no-shows, and its answers to the files it was sent.

Tab-delimited with a header, Windows-1252, times in UTC. The columns of the answers (`vcdc-`,
`eac-`) are the documented ones; those of the results file and of the no-show file are assumed
and stand in `RESULTS` and `NO_SHOWS` alone, as the files' names do in `NAMES`.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from services.exams.domain.adapter import Field
from services.exams.domain.format import Format
from services.exams.domain.pearson import (
    ENCODING,
    VENDOR,
    read_exam_time,
    read_grade,
    read_time,
)

NAMES: Mapping[str, re.Pattern[str]] = {
    "results": re.compile(r"results?-.*\.dat", re.IGNORECASE),
    "no-shows": re.compile(r"no-?shows?-.*\.dat", re.IGNORECASE),
    "vcdc": re.compile(r"vcdc-.*\.dat", re.IGNORECASE),
    "eac": re.compile(r"eac-.*\.dat", re.IGNORECASE),
}
"""What the names of its files look like; those of results and no-shows are assumed."""

_PERSON = (
    Field("ClientCandidateID", "candidate_id", "documented"),
    Field("CandidateID", "testing_id", "documented", "Pearson VUE's own id of the person"),
    Field("FirstName", "", "documented"),
    Field("MiddleName", "", "documented"),
)
_EXAM = (
    Field("RegistrationID", "registration_number", "assumed"),
    Field("ExamSeriesCode", "exam_code", "documented"),
    Field("ClientAuthorizationID", "", "documented"),
    Field("AuthorizationID", "", "documented"),
    Field("TestCenterID", "centre", "assumed"),
    Field("LastUpdate", "stated_at", "documented", "when it was so; decides what is newer"),
)
RESULTS: tuple[Field, ...] = (
    *_PERSON,
    Field("LastName", "last_name", "documented"),
    *_EXAM,
    Field("ExamName", "exam_name", "assumed"),
    Field("ExamDate", "exam_date", "assumed", "UTC; its day is counted where the programme is"),
    Field("Score", "score", "assumed"),
    Field("PassingScore", "passing_score", "assumed"),
    Field("Grade", "grade", "assumed", "without it, score and passing score decide"),
)
NO_SHOWS: tuple[Field, ...] = (
    *_PERSON,
    Field("LastName", "", "documented"),
    *_EXAM,
    Field("ExamName", "", "assumed"),
    Field("ExamDate", "", "assumed"),
    Field("Score", "", "assumed"),
    Field("PassingScore", "", "assumed"),
    Field("Grade", "", "assumed"),
    Field("NoShow", "no_show", "assumed", "the extra column: Y, or N to take it back"),
)
_ANSWER = (
    Field("Status", "status", "documented", "Accepted or Error"),
    Field("Date", "stated_at", "documented"),
    Field("Message", "message", "documented"),
)
CANDIDATE_REPLIES: tuple[Field, ...] = (
    Field("ClientCandidateID", "our_number", "documented"),
    Field("CandidateID", "vendor_number", "documented"),
    *_ANSWER,
)
AUTHORIZATION_REPLIES: tuple[Field, ...] = (
    Field("ClientAuthorizationID", "our_number", "documented"),
    Field("AuthorizationID", "vendor_number", "documented"),
    Field("ClientCandidateID", "", "documented"),
    Field("ExamSeriesCode", "", "documented"),
    *_ANSWER,
)
NO_SHOW: Mapping[str, str] = {
    "y": "no_show",
    "yes": "no_show",
    "ns": "no_show",
    "n": "show",
    "no": "show",
}
STATUSES: Mapping[str, str] = {"accepted": "accepted", "error": "error"}


def pearson_formats(timezone: str) -> tuple[Format, ...]:
    """The formats of its files, for a programme whose days are in a time zone."""
    return (
        Format(
            name="pearson-results",
            kind="results",
            required=("registration_number", "exam_code", "exam_date"),
            one_of=("candidate_id", "testing_id"),
            translate=partial(_result, timezone),
            names=NAMES["results"],
            description="Pearson VUE's results file",
            **_columns(RESULTS),
        ),
        Format(
            name="pearson-no-shows",
            kind="changes",
            required=("registration_number", "no_show"),
            translate=_no_show,
            names=NAMES["no-shows"],
            description="Pearson VUE's no-show file",
            **_columns(NO_SHOWS),
        ),
        Format(
            name="pearson-vcdc",
            kind="candidate_replies",
            required=("our_number", "status"),
            translate=partial(_reply, "candidate"),
            names=NAMES["vcdc"],
            description="Pearson VUE's answers about candidates (vcdc)",
            **_columns(CANDIDATE_REPLIES),
        ),
        Format(
            name="pearson-eac",
            kind="authorization_replies",
            required=("our_number", "status"),
            translate=partial(_reply, "authorization"),
            names=NAMES["eac"],
            description="Pearson VUE's answers about authorizations (eac)",
            **_columns(AUTHORIZATION_REPLIES),
        ),
    )


def _columns(fields: tuple[Field, ...]) -> dict[str, Any]:
    """What all its files have in common, and the columns of one of them."""
    return {
        "columns": {one.theirs.casefold(): one.ours for one in fields if one.ours},
        "ignored": frozenset(one.theirs.casefold() for one in fields if not one.ours),
        "encoding": ENCODING,
        "delimiter": "\t",
        "vendor": VENDOR,
        # Nothing says that its files quote; a quotation mark in a name stands for itself.
        "quoted": False,
    }


def _result(timezone: str, cells: dict[str, str]) -> dict[str, Any]:
    value: dict[str, Any] = _stated(cells)
    day, instant = _read("exam_date", read_exam_time, cells.get("exam_date", ""), timezone)
    value["exam_date"] = day.isoformat()
    if instant is not None:
        value["taken_at"] = instant.isoformat()
    scores = cells.get("score"), cells.get("passing_score")
    grade = _read("grade", read_grade, cells.get("grade"), *scores)
    if grade is None:
        raise ValueError("grade: is required, unless score and passing score are numbers")
    value["grade"] = grade
    return value


def _no_show(cells: dict[str, str]) -> dict[str, Any]:
    value = _stated(cells)
    kind = NO_SHOW.get(value.pop("no_show", "").casefold())
    if kind is None:
        raise ValueError("no_show: must be Y or N")
    return {**value, "subject": "registration", "kind": kind}


def _reply(about: str, cells: dict[str, str]) -> dict[str, Any]:
    value = _stated(cells)
    status = value.get("status", "")
    if status.casefold() not in STATUSES:
        raise ValueError("status: must be Accepted or Error")
    return {**value, "about": about, "status": STATUSES[status.casefold()]}


def _stated(cells: dict[str, str]) -> dict[str, Any]:
    """The cells, with the time of the statement as the API has it."""
    if "stated_at" not in cells:
        return {**cells}
    return {**cells, "stated_at": _read("stated_at", read_time, cells["stated_at"]).isoformat()}


def _read(column: str, read: Any, *written: Any) -> Any:
    """What a reader makes of a cell; its fault names the column."""
    try:
        return read(*written)
    except ValueError as fault:
        raise ValueError(f"{column}: {fault}") from None
