"""Score reports: one result of a candidate on paper."""

import asyncio
import re
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.exams.report import ScoreReport, score_report
from services.exams.routes.whose import Own, Theirs, Whose
from shared.requests import Here

router = APIRouter(tags=["testing history"])

NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}},
    410: {"description": "the result has been taken back"},
}

Number = Annotated[str, Path(max_length=64)]
Which = Annotated[
    UUID | None,
    Query(description="The result's id, where two vendors use the same registration number"),
]


@router.get("/history/{registration_number}/report", response_class=Response, responses=PDF)
async def own_report(
    registration_number: Number, own: Own, here: Here, result: Which = None
) -> Response:
    """Download the score report of one of my results; marked as not official while it is held."""
    return await _reported(own, here, registration_number, result)


@router.get(
    "/candidates/{programme}/{candidate_id}/history/{registration_number}/report",
    response_class=Response,
    responses=PDF,
)
async def report_of(
    registration_number: Number, theirs: Theirs, here: Here, result: Which = None
) -> Response:
    """Download the score report of a candidate's result, for staff."""
    return await _reported(theirs, here, registration_number, result)


async def _reported(
    whose: Whose, here: Here, registration_number: str, result_id: UUID | None
) -> Response:
    # The session ends before the drawing begins: no connection waits for a processor.
    async with here.database.reading() as session:
        said = await score_report(
            session, whose.programme, whose.candidate_id, registration_number, result_id
        )
    drawn = await asyncio.to_thread(_drawn, said)
    name = NOT_IN_FILE_NAMES.sub("-", f"score-report-{said.registration_number}")
    return Response(
        drawn,
        media_type="application/pdf",
        headers={
            "ETag": f'"{sha256(drawn).hexdigest()[:24]}"',
            "Cache-Control": "private, no-cache",
            "Content-Disposition": f'attachment; filename="{name}-r{said.revision}.pdf"',
        },
    )


def _drawn(said: ScoreReport) -> bytes:
    # Drawing takes as much memory as half a service: a process that never draws does without.
    from services.exams import pdf  # noqa: PLC0415 - see above

    return pdf.score_report(said)
