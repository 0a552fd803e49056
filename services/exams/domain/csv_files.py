"""Our own CSV formats: UTF-8, commas, the columns named as the API's fields are."""

import re
from typing import Any

from services.exams.domain.format import Format, same_names

PERSON_COLUMNS = ("given_name", "family_name", "email")
WHOM = ("candidate_id", "testing_id")
SAID = ("vendor", "programme", "stated_at", "sequence")


def _named(start: str) -> re.Pattern[str]:
    return re.compile(rf"{start}([^a-z].*)?\.csv", re.IGNORECASE)


def _result(cells: dict[str, str]) -> dict[str, Any]:
    return _lower(cells, "grade")


def _registration(cells: dict[str, str]) -> dict[str, Any]:
    value: dict[str, Any] = cells
    person = {column: value.pop(column) for column in PERSON_COLUMNS if column in value}
    if person:
        value["candidate"] = person
    return value


def _change(cells: dict[str, str]) -> dict[str, Any]:
    return _lower(cells, "subject", "kind", "grade")


def _credit(cells: dict[str, str]) -> dict[str, Any]:
    return _lower(cells, "review", "withdrawn")


def _lower(cells: dict[str, str], *columns: str) -> dict[str, Any]:
    for column in columns:
        if column in cells:
            cells[column] = cells[column].lower()
    return cells


RESULTS_CSV = Format(
    name="results-csv",
    kind="results",
    columns=same_names(
        *SAID,
        *WHOM,
        "registration_number",
        "exam_code",
        "exam_name",
        "last_name",
        "grade",
        "score",
        "passing_score",
        "exam_date",
        "taken_at",
        "centre",
    ),
    required=("registration_number", "exam_code", "grade", "exam_date"),
    one_of=WHOM,
    translate=_result,
    names=_named("results"),
    description="Results, UTF-8, separated by commas",
)
REGISTRATIONS_CSV = Format(
    name="registrations-csv",
    kind="registrations",
    columns=same_names(
        *SAID,
        *WHOM,
        "registration_number",
        "exam_code",
        *PERSON_COLUMNS,
        "appointment",
        "centre",
        "authorization_id",
    ),
    required=("registration_number", "exam_code"),
    one_of=WHOM,
    translate=_registration,
    names=_named("registrations"),
    description="Registrations, UTF-8, separated by commas",
)
CREDITS_CSV = Format(
    name="credits-csv",
    kind="credits",
    columns={
        **same_names(
            *SAID,
            *WHOM,
            "external_id",
            "activity",
            "item",
            "category",
            "points",
            "review",
            "withdrawn",
            "reason",
        ),
        "provider_name": "provider",
        "provider": "provider",
        "active_date": "active_on",
        "active_on": "active_on",
        "expires_date": "expires_on",
        "expires_on": "expires_on",
    },
    required=("external_id", "activity", "points", "active_on"),
    one_of=WHOM,
    translate=_credit,
    names=_named("(creq|credits)"),
    description="Continuing education activities (creq-*.csv), UTF-8, separated by commas",
)
CHANGES_CSV = Format(
    name="changes-csv",
    kind="changes",
    columns=same_names(
        *SAID,
        *WHOM,
        "registration_number",
        "exam_code",
        "subject",
        "kind",
        "notice_id",
        "reason",
        "grade",
        "score",
        "passing_score",
        "exam_date",
        "appointment",
        "centre",
    ),
    required=("registration_number", "kind"),
    translate=_change,
    names=_named("changes"),
    description="Changes of results and registrations, UTF-8, separated by commas",
)
CSV_FORMATS = (RESULTS_CSV, REGISTRATIONS_CSV, CREDITS_CSV, CHANGES_CSV)
