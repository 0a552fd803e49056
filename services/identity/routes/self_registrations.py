"""Registering by oneself, where the programme allows."""

from fastapi import APIRouter, Response

from services.identity.domain.names import Name
from services.identity.errors import UnknownProgramme
from services.identity.handlers.attempts import count_request
from services.identity.handlers.self_registrations import (
    ask_to_register,
    open_registration,
    refuse_closed,
    register,
)
from services.identity.routes.granted import give
from services.identity.routes.place import FromPlace
from services.identity.schemas import (
    LinkToken,
    RegistrationOpened,
    RegistrationRedeemed,
    RegistrationWanted,
    Said,
    SessionOut,
)
from shared.auth import anyone
from shared.web import Here, Read, Write

router = APIRouter(prefix="/self-registrations", tags=["self-registration"])

_ON_ITS_WAY = (
    "We have sent an email to this address. Follow the link in it to finish your registration; it "
    "works once and for 24 hours. If the email does not arrive, please look into your spam folder."
)


@router.post("", status_code=202, dependencies=[anyone()])
async def ask(body: RegistrationWanted, here: Here, place: FromPlace, session: Write) -> Said:
    """Have a link mailed that proves the address; the same for addresses known and unknown.

    403: the programme's candidates come by themselves with their first registration for an exam.
    """
    if body.programme not in here.programmes:
        raise UnknownProgramme(f"There is no programme {body.programme!r}.")
    refuse_closed(here, body.programme)
    await count_request(session, "self-registrations", place.address)
    name = Name(body.given_name, body.family_name)
    await ask_to_register(session, body.programme, name, body.email, body.locale)
    return Said(message=_ON_ITS_WAY)


@router.post("/check", dependencies=[anyone()])
async def check(body: LinkToken, session: Read) -> RegistrationOpened:
    """Tell what was filled in, and which accounts have the address; 410 explains a dead link."""
    opened = await open_registration(session, body.token)
    return RegistrationOpened(
        programme=opened.programme,
        given_name=opened.name.given,
        family_name=opened.name.family,
        email=opened.email,
        login_ids=list(opened.login_ids),
    )


@router.post("/redeem", status_code=201, dependencies=[anyone()])
async def redeem(
    body: RegistrationRedeemed, here: Here, place: FromPlace, response: Response
) -> SessionOut:
    """Become a candidate and sign in; 422 says what is wrong and leaves the link usable."""
    granted = await register(here, body.token, place, password=body.password, pending=body.pending)
    return await give(here, granted, response)
