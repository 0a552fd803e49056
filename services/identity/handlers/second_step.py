"""The second step of signing in, a passkey as the only one, and confirming that it is still you."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.factors import Method, passkey_method
from services.identity.errors import FactorRefused, SessionOver, SignInRefused
from services.identity.handlers import challenges
from services.identity.handlers.admission import SecondFactorNeeded, admit
from services.identity.handlers.attempts import (
    Attempt,
    account_key,
    begin_at_address,
    begin_attempt,
    succeed,
    succeed_at_address,
)
from services.identity.handlers.code_apps import check_code
from services.identity.handlers.notices import where
from services.identity.handlers.owners import staff_id_of, tell_owner
from services.identity.handlers.passkeys import check_passkey
from services.identity.handlers.recovery_codes import recovery_codes_left, use_recovery_code
from services.identity.handlers.sessions import (
    Granted,
    Place,
    account_of,
    proof_of,
    session_claims,
)
from services.identity.models import Credential, Session, StaffMember
from services.identity.passwords import passwords_of
from shared.auth import Principal
from shared.context import ServiceContext, context

_ADVICE = "use another of your ways to sign in"
_NO_CODE = "This code is not right, or was used already. The app shows a new one every 30 seconds."
_NO_RECOVERY = "This is not one of your recovery codes, or it was used already."
_NO_PASSWORD = "This is not your password."  # noqa: S105 - words for the person


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows: one of these."""

    password: str | None = None
    code: str | None = None
    recovery_code: str | None = None
    credential: dict[str, Any] | None = None


async def take_second_step(
    here: ServiceContext, token: str, shown: Shown, place: Place
) -> Granted | SecondFactorNeeded | FactorRefused:
    """Finish signing in; a wrong answer leaves the step open, and every try is counted.

    The refusal is returned, because what follows from it may have to be committed. Raises
    ChallengeOver and SlowDown.
    """
    async with here.database.reading() as session:
        step = await challenges.find(session, token, "second_factor")
    attempt = _attempt(step.kind, step.subject or "", place)
    async with here.database.transaction() as session:
        await begin_attempt(session, attempt, advice=_ADVICE)
    async with here.database.transaction() as session:
        step = await challenges.find(session, token, "second_factor")
        subject = step.subject or ""
        method = await _prove(session, step.kind, subject, shown, step.value, place)
        if isinstance(method, FactorRefused):
            return method
        account = await account_of(session, step.kind, subject)
        if account is None:
            raise SignInRefused("The account is no more.")
        await challenges.use(session, step.id)
        await succeed(session, attempt)
        return await admit(session, account, place, [*step.methods, method])


async def sign_in_with_passkey(
    here: ServiceContext,
    kind: str,
    programme: str | None,
    token: str,
    credential: dict[str, Any],
    place: Place,
) -> Granted | SecondFactorNeeded | FactorRefused:
    """Open a session for whoever shows a passkey; nobody has to say who they are.

    programme: of the door that a candidate came to. Raises ChallengeOver and SlowDown.
    """
    async with here.database.transaction() as session:
        # Nobody is named yet, so only the address can be asked to be patient.
        await begin_at_address(session, place.address, advice=_ADVICE)
    async with here.database.transaction() as session:
        step = await challenges.find(session, token, "passkey_sign_in", kind=kind)
        # Used up whatever the answer is: another try begins anew, at the price of a click.
        await challenges.use(session, step.id)
        passkey = await check_passkey(session, credential, step.value, kind)
        if isinstance(passkey, FactorRefused):
            return passkey
        account = await account_of(session, kind, passkey.subject)
        if account is None or account.programme != programme:
            return FactorRefused("This passkey is not for an account here.")
        await succeed_at_address(session, place.address)
        return await admit(session, account, place, [passkey_method(synced=passkey.synced)])


async def confirm(
    here: ServiceContext, principal: Principal, token: str | None, shown: Shown, place: Place
) -> dict[str, Any] | FactorRefused:
    """Note that whoever has a session has just proven again who they are; return its claims.

    token: of the step that a passkey answers. Raises SessionOver, ChallengeOver and SlowDown.
    """
    kind, subject = principal.kind, principal.subject
    attempt = _attempt(kind, subject, place)
    async with here.database.transaction() as session:
        await begin_attempt(session, attempt, advice=_ADVICE)
    method: Method | FactorRefused
    if shown.password is not None:
        # Argon2id takes a quarter of a second: no row lock should wait for it.
        async with here.database.reading() as session:
            password_hash = await _password_hash(session, kind, subject)
        right = await passwords_of(here).verify(password_hash, shown.password)
        method = "pwd" if right else FactorRefused(_NO_PASSWORD)
    async with here.database.transaction() as session:
        if shown.password is None:
            value = ""
            if shown.credential is not None:
                step = await challenges.find(
                    session, token or "", "confirm", kind=kind, subject=subject
                )
                await challenges.use(session, step.id)
                value = step.value
            method = await _prove(session, kind, subject, shown, value, place)
        if isinstance(method, FactorRefused):
            return method
        row = await live_session(session, principal)
        await succeed(session, attempt)
        row.authenticated_at = context(session).clock.now()
        row.methods = [*row.methods, *({method} - set(row.methods))]
        account = await account_of(session, kind, subject)
        if account is None:
            raise SessionOver("The account is no more.")
        return session_claims(account, row.id, proof_of(row), here.settings)


async def live_session(session: AsyncSession, principal: Principal) -> Session:
    """Return the session that a token is of; raises SessionOver when it has ended."""
    row = None
    if principal.session_id is not None:
        row = await session.get(Session, UUID(principal.session_id))
    now = context(session).clock.now()
    if row is None or row.ended_at is not None or row.expires_at <= now:
        raise SessionOver("The session has ended. Please sign in again.")
    return row


async def has_password(session: AsyncSession, kind: str, subject: str) -> bool:
    """Tell whether an account has a password."""
    return await _password_hash(session, kind, subject) is not None


async def _prove(
    session: AsyncSession, kind: str, subject: str, shown: Shown, value: str, place: Place
) -> Method | FactorRefused:
    if shown.credential is not None:
        passkey = await check_passkey(session, shown.credential, value, kind, subject)
        if isinstance(passkey, FactorRefused):
            return passkey
        return passkey_method(synced=passkey.synced)
    if shown.recovery_code is not None:
        if not await use_recovery_code(session, kind, subject, shown.recovery_code):
            return FactorRefused(_NO_RECOVERY)
        left = await recovery_codes_left(session, kind, subject)
        details = {"left": str(left), **where(place)}
        await tell_owner(session, kind, subject, "recovery_code_used", details)
        return "otp"
    if not await check_code(session, kind, subject, shown.code or ""):
        return FactorRefused(_NO_CODE)
    return "otp"


async def _password_hash(session: AsyncSession, kind: str, subject: str) -> str | None:
    if kind == "staff":
        wanted = select(StaffMember.password_hash).where(StaffMember.id == staff_id_of(subject))
    else:
        wanted = select(Credential.password_hash).where(Credential.candidate_id == subject)
    found: str | None = await session.scalar(wanted)
    return found


def _attempt(kind: str, subject: str, place: Place) -> Attempt:
    return Attempt(account_key("second factor", kind, subject), place.address)
