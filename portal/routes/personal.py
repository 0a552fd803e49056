"""Personal Info and Certificates & Plaques."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.routes.attributes import identifying
from portal.visits import Candidate

router = APIRouter()


@router.get("/{programme}/personal-info")
async def personal_info(visit: Candidate) -> Response:
    """Lead to the first page of this part."""
    return visit.go(f"{visit.home}personal-info/settings")


@router.get("/{programme}/personal-info/identification")
async def identification(visit: Candidate) -> HTMLResponse:
    """Show the candidate's ids, each with what it is for."""
    person, ids = await identifying(visit)
    return visit.page("identification.html", person=person, identifying=ids)


@router.get("/{programme}/certificates-and-plaques")
async def certificates_and_plaques(visit: Candidate) -> HTMLResponse:
    """Show what the candidate is entitled to."""
    entitlements = await visit.get("fulfillment/entitlements")
    return visit.page("plaques.html", items=entitlements["items"])
