"""Testing History: exams, and continuing education activities."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from portal.sorting import Order, in_order, order_from
from portal.visits import Candidate

router = APIRouter()

COLUMNS = (
    "exam_code",
    "exam_name",
    "registration_number",
    "grade",
    "exam_date",
    "expires_on",
    "received_at",
)
NEWEST_FIRST = Order("exam_date", descending=True)


@router.get("/{programme}/testing-history")
async def testing_history(visit: Candidate) -> HTMLResponse:
    """List the candidate's exams, in any order, what may be taken when, and the appointments."""
    answer: Mapping[str, Any] = await visit.get("exams/history")
    eligibility = await visit.glance("certifications/eligibility")
    order = order_from(visit.request.query_params, COLUMNS, first=NEWEST_FIRST)
    # Equal rows keep the first order; the rank lets the browser's sorting do the same.
    newest = in_order(answer["exams"], NEWEST_FIRST)
    exams = [{**exam, "rank": rank} for rank, exam in enumerate(newest)]
    return visit.page(
        "history.html",
        exams=in_order(exams, order),
        order=order,
        registrations=answer.get("registrations") or [],
        eligible=(eligibility or {}).get("items", []),
    )


@router.get("/{programme}/testing-history/ce-activities")
async def ce_activities(visit: Candidate) -> HTMLResponse:
    """List the candidate's continuing education credits with their totals."""
    return visit.page("ce_activities.html", credits=await visit.get("certifications/credits"))
