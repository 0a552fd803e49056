"""Signing in with accounts at providers of OpenID Connect."""

from fastapi import APIRouter, Response

from services.identity.errors import AddressElsewhere, UnknownProgramme
from services.identity.handlers.connecting import Elsewhere, connect_by_link
from services.identity.handlers.federation import Answer, begin, come_back
from services.identity.handlers.pending_identities import Waiting, open_pending
from services.identity.models import PendingIdentity
from services.identity.routes.granted import give
from services.identity.routes.place import FromPlace
from services.identity.schemas import (
    FlowAnswer,
    FlowBegun,
    FlowDone,
    FlowWanted,
    PendingByLink,
    PendingOut,
    PendingToken,
    SessionOut,
)
from shared.auth import anyone
from shared.context import ServiceContext
from shared.web import Here, Read

router = APIRouter(prefix="/federation", tags=["sign-in at providers"])


@router.post("/flows", status_code=201, dependencies=[anyone()])
async def begin_flow(
    body: FlowWanted, here: Here, place: FromPlace, response: Response
) -> FlowBegun:
    """Begin a sign-in at a provider; 424 says that the provider does not answer."""
    if body.programme not in here.programmes:
        raise UnknownProgramme(f"There is no programme {body.programme!r}.")
    begun = await begin(here, body.programme, body.provider, place)
    response.headers["Cache-Control"] = "no-store"
    return FlowBegun(authorization_url=begun.authorization_url, binding=begun.binding)


@router.post("/flows/finish", dependencies=[anyone()])
async def finish_flow(
    body: FlowAnswer, here: Here, place: FromPlace, response: Response
) -> FlowDone:
    """Take up what the browser brought back from a provider, once.

    An account that nobody has connected yet waits for a day for a mailed link, a sign-in or a
    registration in the same browser. 410: this browser did not begin that, or it is over; 403:
    the provider did not confirm it, or a second step is needed; 424: the provider is away.
    """
    answer = Answer(body.state, body.binding, body.code, body.error, body.iss)
    done = await come_back(here, body.programme, body.provider, answer, place)
    response.headers["Cache-Control"] = "no-store"
    if isinstance(done, Waiting):
        return FlowDone(
            pending=done.token,
            waiting=_waiting(here, done.identity),
            connecting=done.identity.candidate_id is not None,
        )
    return FlowDone(session=await give(here, done, response))


@router.post("/pending/check", dependencies=[anyone()])
async def check_pending(body: PendingToken, here: Here, session: Read) -> PendingOut:
    """Tell which account waits in this browser; 410 has a `reason`."""
    return _waiting(here, await open_pending(session, body.pending))


@router.post("/pending/redeem", dependencies=[anyone()])
async def redeem_pending(
    body: PendingByLink, here: Here, place: FromPlace, response: Response
) -> SessionOut:
    """Connect an account that waits to whom a mailed link was sent, and sign in.

    410: the link or the waiting is over; 409: the account is somebody's already, or the programme
    allows no further one. Neither is used up then. 409 `address-elsewhere`: the new address of a
    score report is another candidate's; a case was opened, and nothing else has changed.
    """
    granted = await connect_by_link(here, body.pending, body.token, place)
    if isinstance(granted, Elsewhere):
        raise AddressElsewhere(
            f"{granted.email} belongs to another account. The case {granted.case_number} was "
            "opened; its mail tells what to do.",
            case_number=granted.case_number,
        )
    return await give(here, granted, response)


def _waiting(here: ServiceContext, identity: PendingIdentity) -> PendingOut:
    provider = here.programmes[identity.programme].providers.get(identity.provider)
    return PendingOut(
        programme=identity.programme,
        provider=identity.provider,
        provider_name=provider.name if provider is not None else identity.provider,
        label=identity.label,
        given_name=identity.given_name,
        family_name=identity.family_name,
        email=identity.email,
        expires_at=identity.expires_at,
    )
