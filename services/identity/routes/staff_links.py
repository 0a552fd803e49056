"""Mailed links with which staff set a password."""

from typing import cast

from fastapi import APIRouter

from services.identity.errors import UnknownProgramme
from services.identity.handlers.attempts import count_request
from services.identity.handlers.staff_links import (
    Purpose,
    open_staff_link,
    request_staff_link,
    set_staff_password,
)
from services.identity.routes.place import FromPlace
from services.identity.schemas import (
    LinkToken,
    PasswordByLink,
    Said,
    StaffLinkOpened,
    StaffLinkWanted,
    StaffPasswordSet,
)
from shared.auth import anyone
from shared.web import Here, Read, Write

router = APIRouter(prefix="/staff/sign-in-links", tags=["staff"])

_ON_ITS_WAY = (
    "If this is the address of somebody who works for this programme, an email with a link for "
    "setting the password is on its way. The link works once and for 24 hours."
)


@router.post("", status_code=202, dependencies=[anyone()])
async def ask_for_link(body: StaffLinkWanted, here: Here, place: FromPlace, session: Write) -> Said:
    """Have a link mailed to a staff member; answers the same whether or not one is known."""
    if body.programme not in here.programmes:
        raise UnknownProgramme(f"There is no programme {body.programme!r}.")
    await count_request(session, "staff-sign-in-links", place.address)
    await request_staff_link(session, body.programme, body.email)
    return Said(message=_ON_ITS_WAY)


@router.post("/check", dependencies=[anyone()])
async def check_link(body: LinkToken, session: Read) -> StaffLinkOpened:
    """Tell whom a link is for without using it up; 410 explains why one does not work."""
    link, member = await open_staff_link(session, body.token)
    return StaffLinkOpened(
        login=member.email, name=member.name, purpose=cast(Purpose, link.purpose)
    )


@router.post("/redeem", dependencies=[anyone()])
async def redeem_link(body: PasswordByLink, here: Here, place: FromPlace) -> StaffPasswordSet:
    """Set the password and use the link up; ends all sessions of the member.

    410 explains why a link does not work; 422 says what is wrong with the password and leaves the
    link usable.
    """
    member = await set_staff_password(here, body.token, body.password, place)
    return StaffPasswordSet(login=member.email)
