"""First login by score report, and the links that prove an address."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from services.identity import queries
from services.identity.errors import UnknownProgramme, UnknownRequest
from services.identity.handlers.attempts import count_request
from services.identity.handlers.mapping import follow_proof, look_at_proof
from services.identity.handlers.score_reports import show_score_report
from services.identity.routes.place import FromPlace
from services.identity.schemas import (
    LinkAsked,
    LinkRequestOut,
    LinkToken,
    ProofFollowed,
    ProofOpened,
    ProofToFollow,
    ScoreReportShown,
)
from shared.auth import anyone
from shared.web import Here, Read, Write

router = APIRouter(tags=["first login"])

_ON_ITS_WAY = (
    "An email is on its way to the new address. If what you entered is what the score report says, "
    "it contains a link for setting your password, and your login ID; if not, it says so. The link "
    "works once and for 24 hours. If the email does not arrive, please look into your spam folder "
    "first."
)


@router.post("/score-reports", status_code=202, dependencies=[anyone()])
async def map_by_score_report(
    body: ScoreReportShown, here: Here, place: FromPlace, session: Write
) -> LinkAsked:
    """Have a link mailed to a new address; answers the same whether or not the report matches."""
    if body.programme not in here.programmes:
        raise UnknownProgramme(f"There is no programme {body.programme!r}.")
    await count_request(session, "score-reports", place.address)
    request = await show_score_report(
        session, body.programme, body.family_name, body.registration_number, body.email
    )
    return LinkAsked(message=_ON_ITS_WAY, request_id=request.id, asked_at=request.requested_at)


@router.get("/link-requests/{request_id}", dependencies=[anyone()])
async def show_link_request(request_id: Annotated[UUID, Path()], session: Read) -> LinkRequestOut:
    """Tell whether a request for a link was dealt with, whatever came of it."""
    row = await queries.link_request(session, request_id)
    if row is None:
        raise UnknownRequest("There is no such request; it may have been more than a day ago.")
    return LinkRequestOut.model_validate(row)


@router.post("/address-proofs/check", dependencies=[anyone()])
async def check_proof(body: LinkToken, session: Read) -> ProofOpened:
    """Tell what a link does without using it up; 410 explains why one does not work."""
    opened = await look_at_proof(session, body.token)
    proof = opened.proof
    return ProofOpened.model_validate(
        {
            "programme": proof.programme,
            "login_id": proof.candidate_id,
            "email": proof.email,
            "purpose": proof.purpose,
            "needs_password": opened.needs_password,
        }
    )


@router.post("/address-proofs/redeem", dependencies=[anyone()])
async def redeem_proof(body: ProofToFollow, here: Here, place: FromPlace) -> ProofFollowed:
    """Prove the address, and set the password where the link is for that.

    410 explains why a link does not work; 422 says what is wrong with the password and leaves the
    link usable.
    """
    followed = await follow_proof(here, body.token, body.password, place)
    return ProofFollowed.model_validate(followed, from_attributes=True)
