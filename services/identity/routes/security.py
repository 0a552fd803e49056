"""How one's own account is opened: password, passkeys, code app, recovery codes."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Response

from services.identity import security_queries
from services.identity.handlers.factors import (
    Added,
    add_code_app,
    add_passkey,
    begin_passkey,
    make_recovery_codes,
    new_code_app,
    remove_passkey,
    rename_passkey,
    take_code_app_away,
)
from services.identity.handlers.password_change import change_password
from services.identity.handlers.sessions import access_token
from services.identity.routes.place import FromPlace
from services.identity.routes.recent import RecentOwner, is_recent
from services.identity.schemas import (
    CodeAppSecret,
    CodeShown,
    FactorAdded,
    NewPassword,
    PasskeyAsked,
    PasskeyMade,
    PasskeyNamed,
    RecoveryCodesOut,
    SecurityOut,
)
from shared.auth import AccountOwner
from shared.context import ServiceContext
from shared.errors import Problem
from shared.web import Here, Read, Write

router = APIRouter(prefix="/security", tags=["security"])


@router.get("")
async def show_security(owner: AccountOwner, here: Here, session: Read) -> SecurityOut:
    """Return the ways in which the caller's account is opened."""
    found = await security_queries.security(session, owner)
    recent = is_recent(owner, here)
    return SecurityOut.model_validate(found | {"recent": recent})


@router.put("/password", status_code=204)
async def set_new_password(
    body: NewPassword, owner: RecentOwner, here: Here, place: FromPlace
) -> None:
    """Set the caller's password; ends all other sessions and tells the caller by mail."""
    await change_password(here, owner, body.password, place)


@router.post("/passkeys/options")
async def ask_for_new_passkey(owner: RecentOwner, session: Write) -> PasskeyAsked:
    """Begin making a passkey."""
    begun = await begin_passkey(session, owner)
    return PasskeyAsked(challenge=begun.challenge, options=begun.options)


@router.post("/passkeys", status_code=201)
async def keep_new_passkey(
    body: PasskeyMade,
    owner: RecentOwner,
    here: Here,
    place: FromPlace,
    response: Response,
) -> FactorAdded:
    """Keep a passkey that the browser has made; from the first one on it is asked for."""
    async with here.database.transaction() as session:
        added = await add_passkey(session, owner, body.challenge, body.credential, body.name, place)
    return await _answer(here, added, response)


@router.put("/passkeys/{passkey_id}", status_code=204)
async def name_passkey(
    passkey_id: UUID, body: PasskeyNamed, owner: AccountOwner, session: Write
) -> None:
    """Give a passkey another name."""
    await rename_passkey(session, owner, passkey_id, body.name)


@router.delete("/passkeys/{passkey_id}", status_code=204)
async def take_passkey_away(
    passkey_id: UUID, owner: RecentOwner, place: FromPlace, session: Write
) -> None:
    """Take a passkey away; 409 for the last second factor of staff who must have one."""
    await remove_passkey(session, owner, passkey_id, place)


@router.post("/code-app")
async def begin_app(owner: RecentOwner, session: Write, response: Response) -> CodeAppSecret:
    """Make a secret for an app that makes codes; it counts once it is confirmed."""
    made = await new_code_app(session, owner)
    response.headers["Cache-Control"] = "no-store"
    return CodeAppSecret(secret=made.text, uri=made.uri)


@router.post("/code-app/confirm", status_code=201)
async def confirm_app(
    body: CodeShown, owner: RecentOwner, here: Here, place: FromPlace, response: Response
) -> FactorAdded:
    """Have an app count when it has shown a right code; 403 `factor-refused` otherwise."""
    added = await add_code_app(here, owner, body.code, place)
    if isinstance(added, Problem):
        raise added
    return await _answer(here, added, response)


@router.delete("/code-app", status_code=204)
async def remove_app(owner: RecentOwner, place: FromPlace, session: Write) -> None:
    """Take the app away; 409 for the last second factor of staff who must have one."""
    await take_code_app_away(session, owner, place)


@router.post("/recovery-codes", status_code=201)
async def new_codes(
    owner: RecentOwner, place: FromPlace, session: Write, response: Response
) -> RecoveryCodesOut:
    """Make new recovery codes; those of before are void."""
    codes = await make_recovery_codes(session, owner, place)
    response.headers["Cache-Control"] = "no-store"
    return RecoveryCodesOut(recovery_codes=codes)


async def _answer(here: ServiceContext, added: Added, response: Response) -> FactorAdded:
    lifetime = timedelta(minutes=here.settings.access_minutes)
    token, seconds = await access_token(here, added.claims, lifetime)
    response.headers["Cache-Control"] = "no-store"
    return FactorAdded(recovery_codes=added.recovery_codes, access_token=token, expires_in=seconds)
