"""Signing in, staying signed in, signing out."""

from datetime import timedelta

from fastapi import APIRouter, Response

from services.identity.errors import SessionOver, UnknownProgramme
from services.identity.handlers.sessions import (
    Granted,
    access_token,
    end_session,
    refresh_session,
)
from services.identity.handlers.sign_in import sign_in_candidate, sign_in_staff
from services.identity.routes.place import FromPlace
from services.identity.schemas import RefreshTokenIn, SessionOut, SignIn, StaffSignIn
from shared.auth import anyone
from shared.context import ServiceContext
from shared.web import Here, Write

router = APIRouter(tags=["sessions"])


@router.post("/sessions", dependencies=[anyone()])
async def sign_in(body: SignIn, here: Here, place: FromPlace, response: Response) -> SessionOut:
    """Sign a candidate in with candidate id or e-mail address and password.

    401 is the same whether the login is known or not; 429 asks to wait, for either.
    """
    if body.programme not in here.programmes:
        raise UnknownProgramme(f"There is no programme {body.programme!r}.")
    granted = await sign_in_candidate(here, body.programme, body.login, body.password, place)
    return await _answer(here, granted, response)


@router.post("/staff/sessions", dependencies=[anyone()])
async def sign_staff_in(
    body: StaffSignIn, here: Here, place: FromPlace, response: Response
) -> SessionOut:
    """Sign a staff member in with e-mail address and password."""
    granted = await sign_in_staff(here, body.login, body.password, place)
    return await _answer(here, granted, response)


@router.post("/sessions/refresh", dependencies=[anyone()])
async def refresh(body: RefreshTokenIn, here: Here, response: Response) -> SessionOut:
    """Exchange a refresh token for a new pair; one that comes twice ends the session for both."""
    async with here.database.transaction() as session:
        granted = await refresh_session(session, body.refresh_token)
    # Raised only now: the end of a session has to be committed.
    if isinstance(granted, SessionOver):
        raise granted
    return await _answer(here, granted, response)


@router.post("/sessions/end", status_code=204, dependencies=[anyone()])
async def sign_out(body: RefreshTokenIn, session: Write) -> None:
    """End a session; ending it again, or one unknown, changes nothing."""
    await end_session(session, body.refresh_token)


async def _answer(here: ServiceContext, granted: Granted, response: Response) -> SessionOut:
    claims = {**granted.account.claims(), "sid": str(granted.session_id)}
    lifetime = timedelta(minutes=here.settings.access_minutes)
    token, seconds = await access_token(here, claims, lifetime)
    response.headers["Cache-Control"] = "no-store"
    return SessionOut.of(granted, token, seconds)
