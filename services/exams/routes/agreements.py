"""Agreements: read and accepted by candidates, looked at by staff."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.exams.agreement_queries import acceptance_of, agreements
from services.exams.agreement_schemas import AcceptanceBody, AcceptanceView, AgreementList
from services.exams.handlers.agreements import accept
from services.exams.routes.whose import Own, Theirs, Whose
from shared.requests import Here, Read, Write

router = APIRouter(tags=["agreements"])


@router.get("/agreements")
async def own_agreements(own: Own, here: Here, session: Read) -> AgreementList:
    """List the programme's agreements: texts, and what the candidate has accepted."""
    return await _listed(own, here, session)


@router.get("/candidates/{programme}/{candidate_id}/agreements")
async def agreements_of(theirs: Theirs, here: Here, session: Read) -> AgreementList:
    """List the programme's agreements and what a candidate has accepted, for staff."""
    return await _listed(theirs, here, session)


async def _listed(whose: Whose, here: Here, session: Read) -> AgreementList:
    return AgreementList.model_validate(
        {
            "timezone": here.programmes[whose.programme].timezone,
            "items": await agreements(session, whose.programme, whose.candidate_id),
        }
    )


@router.post(
    "/agreements/{agreement_id}/acceptances",
    status_code=201,
    responses={200: {"model": AcceptanceView, "description": "It was accepted before"}},
)
async def accept_agreement(
    agreement_id: Annotated[str, Path(max_length=80)],
    body: AcceptanceBody,
    own: Own,
    here: Here,
    session: Write,
    response: Response,
) -> AcceptanceView:
    """Accept the newest version of an agreement; the same again changes nothing (200)."""
    accepted, new = await accept(
        session, own.programme, own.candidate_id, agreement_id, body.version
    )
    if not new:
        response.status_code = 200
    programme = here.programmes[own.programme]
    return AcceptanceView.model_validate(acceptance_of(programme, accepted))
