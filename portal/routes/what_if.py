"""What if: imagined exams and credits, and what they would change."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from portal.gateway import ApiProblem
from portal.imagined import Imagined
from portal.visits import Candidate

router = APIRouter()


@router.get("/{programme}/what-if")
async def what_if(visit: Candidate) -> HTMLResponse:
    """Offer the form and, once it is filled in, show the difference; nothing is kept."""
    imagined = Imagined.read(visit.request.query_params, visit.today)
    exams = (await visit.glance("certifications/eligibility") or {}).get("items", [])
    result, refused = None, []
    if imagined.filled and not imagined.wrong:
        try:
            answer = await visit.call("POST", "certifications/what-if", json=imagined.body())
            result = answer.json()
        except ApiProblem as problem:
            if problem.status not in (400, 422):
                raise
            refused = imagined.blame(problem)
    return visit.page(
        "what_if.html",
        422 if refused or imagined.wrong else 200,
        imagined=imagined,
        exams=exams,
        result=result,
        refused=refused,
    )
