"""Signing in, staying signed in, signing out."""

from fastapi import APIRouter, Response

from services.identity.errors import UnknownProgramme
from services.identity.handlers.sessions import end_session, refresh_session
from services.identity.handlers.sign_in import sign_in_candidate, sign_in_staff
from services.identity.routes.granted import give
from services.identity.routes.place import FromPlace
from services.identity.schemas import RefreshTokenIn, SessionOut, SignIn, StaffSignIn
from shared.auth import anyone
from shared.web import Here, Write

router = APIRouter(tags=["sessions"])


@router.post("/sessions", dependencies=[anyone()])
async def sign_in(body: SignIn, here: Here, place: FromPlace, response: Response) -> SessionOut:
    """Sign a candidate in with candidate id or e-mail address and password.

    401 is the same whether the login is known or not; 429 asks to wait, for either. 403
    `second-factor-required` has a `challenge` for `POST /sessions/second-factor`, the `methods`
    that will do (passkey, code, recovery_code) and, for a passkey, the browser's options.
    """
    if body.programme not in here.programmes:
        raise UnknownProgramme(f"There is no programme {body.programme!r}.")
    granted = await sign_in_candidate(here, body.programme, body.login, body.password, place)
    return await give(here, granted, response)


@router.post("/staff/sessions", dependencies=[anyone()])
async def sign_staff_in(
    body: StaffSignIn, here: Here, place: FromPlace, response: Response
) -> SessionOut:
    """Sign a staff member in with e-mail address and password."""
    granted = await sign_in_staff(here, body.login, body.password, place)
    return await give(here, granted, response)


@router.post("/sessions/refresh", dependencies=[anyone()])
async def refresh(
    body: RefreshTokenIn, here: Here, place: FromPlace, response: Response
) -> SessionOut:
    """Exchange a refresh token for a new pair; one that comes twice ends the session for both."""
    async with here.database.transaction() as session:
        granted = await refresh_session(session, body.refresh_token, place)
    return await give(here, granted, response)


@router.post("/sessions/end", status_code=204, dependencies=[anyone()])
async def sign_out(body: RefreshTokenIn, session: Write) -> None:
    """End a session; ending it again, or one unknown, changes nothing."""
    await end_session(session, body.refresh_token)
