"""Mailed links for setting a password."""

from typing import cast

from fastapi import APIRouter

from services.identity.domain.links import Purpose
from services.identity.errors import UnknownProgramme
from services.identity.handlers.attempts import count_request
from services.identity.handlers.credentials import set_password_by_link
from services.identity.handlers.links import open_link, request_link
from services.identity.routes.place import FromPlace
from services.identity.schemas import (
    LinkAsked,
    LinkOpened,
    LinkToken,
    LinkWanted,
    PasswordByLink,
    PasswordSet,
)
from shared.auth import anyone
from shared.web import Here, Read, Write

router = APIRouter(prefix="/sign-in-links", tags=["sign-in links"])

# The guide's words, whether or not the address is known.
_ON_ITS_WAY = (
    "An email has been sent to the email address we have on file, if there is one. It contains a "
    "link for setting your password, and your login ID. The link works once and for 24 hours. If "
    "the email does not arrive, please look into your spam folder first."
)


@router.post("", status_code=202, dependencies=[anyone()])
async def ask_for_link(body: LinkWanted, here: Here, place: FromPlace, session: Write) -> LinkAsked:
    """Have a link mailed to an address; answers the same whether or not the address is known."""
    if body.programme not in here.programmes:
        raise UnknownProgramme(f"There is no programme {body.programme!r}.")
    await count_request(session, "sign-in-links", place.address)
    request = await request_link(session, body.programme, body.email)
    return LinkAsked(message=_ON_ITS_WAY, request_id=request.id, asked_at=request.requested_at)


@router.post("/check", dependencies=[anyone()])
async def check_link(body: LinkToken, session: Read) -> LinkOpened:
    """Tell whom a link is for without using it up; 410 explains why one does not work."""
    link, candidate = await open_link(session, body.token)
    return LinkOpened(
        programme=candidate.programme,
        login_id=candidate.candidate_id,
        purpose=cast(Purpose, link.purpose),
    )


@router.post("/redeem", dependencies=[anyone()])
async def redeem_link(body: PasswordByLink, here: Here, place: FromPlace) -> PasswordSet:
    """Set the password and use the link up; ends all sessions of the candidate.

    410 explains why a link does not work; 422 says what is wrong with the password and leaves the
    link usable.
    """
    candidate = await set_password_by_link(here, body.token, body.password, place)
    return PasswordSet(programme=candidate.programme, login_id=candidate.candidate_id)
