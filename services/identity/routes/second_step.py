"""The second step of signing in, passkeys as the only one, and confirming that it is still you."""

from datetime import timedelta

from fastapi import APIRouter, Response

from services.identity.errors import UnknownProgramme
from services.identity.handlers import challenges
from services.identity.handlers.code_apps import has_code_app
from services.identity.handlers.passkeys import passkeys_of, request_options
from services.identity.handlers.second_step import (
    Shown,
    confirm,
    has_password,
    sign_in_with_passkey,
    take_second_step,
)
from services.identity.handlers.sessions import access_token
from services.identity.routes.granted import give
from services.identity.routes.place import FromPlace
from services.identity.schemas import (
    Confirmation,
    Confirmed,
    PasskeyAsked,
    PasskeyShown,
    PasskeyWanted,
    SecondStep,
    SessionOut,
    StaffPasskeyShown,
    WaysToConfirm,
)
from shared.auth import AccountOwner, anyone
from shared.errors import Problem
from shared.web import Here, Write

router = APIRouter(tags=["sessions"])


@router.post("/sessions/second-factor", dependencies=[anyone()])
async def second_step(
    body: SecondStep, here: Here, place: FromPlace, response: Response
) -> SessionOut:
    """Finish signing in with a passkey, a code from an app or a recovery code.

    403 `factor-refused` leaves the step open; 410 asks to begin again; 429 asks to wait.
    """
    shown = Shown(code=body.code, recovery_code=body.recovery_code, credential=body.credential)
    return await give(here, await take_second_step(here, body.challenge, shown, place), response)


@router.post("/sessions/passkey/options", dependencies=[anyone()])
async def ask_for_passkey(body: PasskeyWanted, here: Here, session: Write) -> PasskeyAsked:
    """Begin signing a candidate in with a passkey alone."""
    if body.programme not in here.programmes:
        raise UnknownProgramme(f"There is no programme {body.programme!r}.")
    begun = await challenges.begin(
        session, "passkey_sign_in", "candidate", programme=body.programme
    )
    return PasskeyAsked(challenge=begun.token, options=request_options(session, begun.value))


@router.post("/sessions/passkey", dependencies=[anyone()])
async def sign_in_by_passkey(
    body: PasskeyShown, here: Here, place: FromPlace, response: Response
) -> SessionOut:
    """Sign a candidate in with a passkey; nobody has to type who they are."""
    granted = await sign_in_with_passkey(
        here, "candidate", body.programme, body.challenge, body.credential, place
    )
    return await give(here, granted, response)


@router.post("/staff/sessions/passkey/options", dependencies=[anyone()])
async def ask_staff_for_passkey(session: Write) -> PasskeyAsked:
    """Begin signing a staff member in with a passkey alone."""
    begun = await challenges.begin(session, "passkey_sign_in", "staff")
    return PasskeyAsked(challenge=begun.token, options=request_options(session, begun.value))


@router.post("/staff/sessions/passkey", dependencies=[anyone()])
async def sign_staff_in_by_passkey(
    body: StaffPasskeyShown, here: Here, place: FromPlace, response: Response
) -> SessionOut:
    """Sign a staff member in with a passkey."""
    granted = await sign_in_with_passkey(
        here, "staff", None, body.challenge, body.credential, place
    )
    return await give(here, granted, response)


@router.post("/sessions/confirm/options")
async def ways_to_confirm(principal: AccountOwner, session: Write) -> WaysToConfirm:
    """Tell how the caller can confirm that it is them; begins the step that a passkey answers."""
    kind, subject = principal.kind, principal.subject
    passkeys = await passkeys_of(session, kind, subject)
    asked = None
    if passkeys:
        begun = await challenges.begin(session, "confirm", kind, subject=subject)
        options = request_options(session, begun.value, passkeys)
        asked = PasskeyAsked(challenge=begun.token, options=options)
    return WaysToConfirm(
        password=await has_password(session, kind, subject),
        code=await has_code_app(session, kind, subject),
        passkey=asked,
    )


@router.post("/sessions/confirm")
async def confirm_it_is_you(
    body: Confirmation,
    principal: AccountOwner,
    here: Here,
    place: FromPlace,
    response: Response,
) -> Confirmed:
    """Prove again who is there, with password, passkey or code; gives a new access token.

    403 `factor-refused` when it is not right; 429 asks to wait.
    """
    shown = Shown(password=body.password, code=body.code, credential=body.credential)
    outcome = await confirm(here, principal, body.challenge, shown, place)
    if isinstance(outcome, Problem):
        raise outcome
    lifetime = timedelta(minutes=here.settings.access_minutes)
    token, seconds = await access_token(here, outcome, lifetime)
    response.headers["Cache-Control"] = "no-store"
    return Confirmed(access_token=token, expires_in=seconds)
