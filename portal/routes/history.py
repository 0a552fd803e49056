"""Testing History: exams, and what is booked, may be booked, and is still on its way."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.attachments import passed_on
from portal.sorting import Order, in_order, order_from
from portal.visits import Candidate, segment

router = APIRouter()

Row = dict[str, Any]

COLUMNS = (
    "exam_code",
    "exam_name",
    "registration_number",
    "grade",
    "score_rank",
    "exam_date",
    "expires_on",
    "received_at",
    "state",
)
NEWEST_FIRST = Order("exam_date", descending=True)
ON_THE_WAY = ("sitting", "awaiting", "overdue", "received")


@router.get("/{programme}/testing-history")
async def testing_history(visit: Candidate) -> HTMLResponse:
    """List the candidate's exams, in any order, and say which results are on their way."""
    answer: Mapping[str, Any] = await visit.get("exams/history")
    order = order_from(visit.request.query_params, COLUMNS, first=NEWEST_FIRST)
    # Equal rows keep the first order; the rank lets the browser's sorting do the same.
    newest = in_order(answer["exams"], NEWEST_FIRST)
    exams = [
        {**exam, "rank": rank, "score_rank": _number(exam.get("score"))}
        for rank, exam in enumerate(newest)
    ]
    return visit.page(
        "history.html",
        exams=in_order(exams, order),
        order=order,
        coming=on_the_way(answer.get("registrations") or []),
    )


@router.get("/{programme}/testing-history/registrations")
async def registrations(visit: Candidate) -> HTMLResponse:
    """Show what is booked and how far it is, what may be booked, and when exams may be retaken."""
    answer: Mapping[str, Any] = await visit.get("exams/history")
    authorizations, eligibility = await visit.glances(
        "exams/authorizations", "certifications/eligibility"
    )
    booked = answer.get("registrations") or []
    return visit.page(
        "registrations.html",
        coming=on_the_way(booked),
        ahead=sorted((one for one in booked if one.get("stage") == "booked"), key=_appointment),
        past=[one for one in booked if one.get("stage") is None],
        scheduling=answer.get("scheduling") or [],
        authorizations=(authorizations or {}).get("items", []),
        eligible=(eligibility or {}).get("items", []),
        away=[authorizations, eligibility].count(None),
    )


@router.get("/{programme}/testing-history/exams/{registration_number}/report")
async def score_report(visit: Candidate, registration_number: str) -> Response:
    """Hand a score report through, to be saved."""
    path = f"exams/history/{segment(registration_number)}/report"
    answer = await visit.call("GET", path, params=dict(visit.request.query_params))
    return passed_on(answer, "score-report.pdf")


def on_the_way(registrations: Iterable[Row]) -> list[Row]:
    """Return the registrations whose exam has come and whose result has not, oldest first."""
    coming = [one for one in registrations if one.get("stage") in ON_THE_WAY]
    return sorted(coming, key=_appointment)


def _appointment(registration: Row) -> str:
    return registration.get("appointment") or "9999"


def _number(score: str | None) -> float | str | None:
    """A score as a number, so that 9 comes before 10; one that is none stays what it is."""
    try:
        return float((score or "").rstrip(" %"))
    except ValueError:
        return score
