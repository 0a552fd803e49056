"""Testing History."""

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
    """List the candidate's exams, in any order, and the appointments made."""
    answer: Mapping[str, Any] = await visit.get("exams/history")
    order = order_from(visit.request.query_params, COLUMNS, first=NEWEST_FIRST)
    # Equal rows keep the first order; the rank lets the browser's sorting do the same.
    newest = in_order(answer["exams"], NEWEST_FIRST)
    exams = [{**exam, "rank": rank} for rank, exam in enumerate(newest)]
    return visit.page(
        "history.html",
        exams=in_order(exams, order),
        order=order,
        registrations=answer.get("registrations") or [],
    )
