"""Second factors of one's own account: setting up, giving names, taking away.

Whoever calls these has just proven who they are (`routes.recent`). Each change is written down,
and the person is told of it by mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.factors import Method, passkey_method
from services.identity.errors import (
    FactorNeeded,
    FactorNotThere,
    FactorRefused,
    SessionOver,
    TooManyFactors,
)
from services.identity.handlers import challenges
from services.identity.handlers.admission import has_second_factor
from services.identity.handlers.attempts import Attempt, account_key, begin_attempt, succeed
from services.identity.handlers.audit import record
from services.identity.handlers.code_apps import (
    Secret,
    begin_code_app,
    confirm_code_app,
    remove_code_app,
)
from services.identity.handlers.notices import where
from services.identity.handlers.owners import login_of, site_name, tell_owner
from services.identity.handlers.passkeys import creation_options, keep_passkey, passkeys_of
from services.identity.handlers.recovery_codes import forget_recovery_codes, new_recovery_codes
from services.identity.handlers.second_step import live_session
from services.identity.handlers.sessions import Place, account_of, proof_of, session_claims
from services.identity.models import Passkey
from shared.auth import Principal
from shared.context import ServiceContext, context

MOST_PASSKEYS = 10


@dataclass(frozen=True, slots=True)
class Added:
    """A factor was added: recovery codes if it is the first, and what the session says now."""

    recovery_codes: list[str]
    claims: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PasskeyBegun:
    """A passkey can be made: what takes the browser's answer, and what the browser is asked."""

    challenge: str
    options: dict[str, Any]


async def begin_passkey(session: AsyncSession, owner: Principal) -> PasskeyBegun:
    """Begin making a passkey; raises TooManyFactors."""
    kind, subject = owner.kind, owner.subject
    passkeys = await passkeys_of(session, kind, subject)
    if len(passkeys) >= MOST_PASSKEYS:
        raise TooManyFactors(f"An account can have {MOST_PASSKEYS} passkeys. Remove one first.")
    begun = await challenges.begin(session, "passkey_new", kind, subject=subject)
    options = creation_options(
        session,
        begun.value,
        passkeys,
        site_name=site_name(session, owner),
        login=await login_of(session, kind, subject),
        name=owner.name or subject,
    )
    return PasskeyBegun(begun.token, options)


async def add_passkey(
    session: AsyncSession,
    owner: Principal,
    token: str,
    credential: dict[str, Any],
    name: str,
    place: Place,
) -> Added:
    """Add a passkey; raises ChallengeOver and FactorRefused."""
    kind, subject = owner.kind, owner.subject
    step = await challenges.find(session, token, "passkey_new", kind=kind, subject=subject)
    await challenges.use(session, step.id)
    had = await has_second_factor(session, kind, subject)
    passkey = await keep_passkey(
        session, kind, subject, value=step.value, credential=credential, name=name
    )
    await note(session, owner, "passkey.added", "passkey_added", place, {"name": name})
    return await _added(session, owner, passkey_method(synced=passkey.synced), first=not had)


async def rename_passkey(
    session: AsyncSession, owner: Principal, passkey_id: UUID, name: str
) -> None:
    """Give a passkey another name; raises FactorNotThere."""
    renamed = await session.scalar(
        update(Passkey)
        .where(_own(owner, passkey_id))
        .values(name=name)
        .returning(Passkey.id)
        .execution_options(synchronize_session=False)
    )
    if renamed is None:
        raise FactorNotThere("You have no such passkey.")


async def remove_passkey(
    session: AsyncSession, owner: Principal, passkey_id: UUID, place: Place
) -> None:
    """Take a passkey away; raises FactorNotThere, and FactorNeeded for staff's last factor."""
    name = await session.scalar(
        delete(Passkey)
        .where(_own(owner, passkey_id))
        .returning(Passkey.name)
        .execution_options(synchronize_session=False)
    )
    if name is None:
        raise FactorNotThere("You have no such passkey.")
    await _removed(session, owner)
    await note(session, owner, "passkey.removed", "passkey_removed", place, {"name": name})


async def new_code_app(session: AsyncSession, owner: Principal) -> Secret:
    """Begin setting up an app that makes codes."""
    return await begin_code_app(
        session,
        owner.kind,
        owner.subject,
        login=await login_of(session, owner.kind, owner.subject),
        site_name=site_name(session, owner),
    )


async def add_code_app(
    here: ServiceContext, owner: Principal, code: str, place: Place
) -> Added | FactorRefused:
    """Have an app count when it has shown a right code; every try is counted.

    Raises FactorNotThere and SlowDown.
    """
    attempt = Attempt(account_key("code app", owner.kind, owner.subject), place.address)
    async with here.database.transaction() as session:
        await begin_attempt(session, attempt, advice="scan the picture again")
    async with here.database.transaction() as session:
        had = await has_second_factor(session, owner.kind, owner.subject)
        if not await confirm_code_app(session, owner.kind, owner.subject, code):
            return FactorRefused(
                "This is not the code that the app shows now. Check that the clocks of your "
                "devices are right."
            )
        await succeed(session, attempt)
        await note(session, owner, "code_app.added", "code_app_added", place)
        return await _added(session, owner, "otp", first=not had)


async def take_code_app_away(session: AsyncSession, owner: Principal, place: Place) -> None:
    """Take the app away; raises FactorNotThere, and FactorNeeded for staff's last factor."""
    if not await remove_code_app(session, owner.kind, owner.subject):
        raise FactorNotThere("You have no code app.")
    await _removed(session, owner)
    await note(session, owner, "code_app.removed", "code_app_removed", place)


async def make_recovery_codes(session: AsyncSession, owner: Principal, place: Place) -> list[str]:
    """Make new recovery codes, which void those of before; raises FactorNotThere."""
    if not await has_second_factor(session, owner.kind, owner.subject):
        raise FactorNotThere("Recovery codes stand in for a second step, and you have none.")
    codes = await new_recovery_codes(session, owner.kind, owner.subject)
    await note(session, owner, "recovery_codes.made", "recovery_codes_made", place)
    return codes


async def note(
    session: AsyncSession,
    owner: Principal,
    action: str,
    notice: str,
    place: Place,
    details: Mapping[str, str] | None = None,
) -> None:
    """Write a change of one's own account down and tell its owner by mail."""
    told = dict(details or {})
    programme = owner.programme or next(iter(sorted(owner.programmes)), "")
    await record(
        session, action, by=owner, programme=programme, subject=owner.subject, details=told
    )
    await tell_owner(session, owner.kind, owner.subject, notice, told | where(place))


async def _added(session: AsyncSession, owner: Principal, method: Method, *, first: bool) -> Added:
    kind, subject = owner.kind, owner.subject
    row = await live_session(session, owner)
    # It has just been shown: this session need not be asked for it.
    row.methods = [*row.methods, *({method} - set(row.methods))]
    codes = await new_recovery_codes(session, kind, subject) if first else []
    account = await account_of(session, kind, subject)
    if account is None:
        raise SessionOver("The account is no more.")
    claims = session_claims(account, row.id, proof_of(row), context(session).settings)
    return Added(codes, claims)


async def _removed(session: AsyncSession, owner: Principal) -> None:
    if await has_second_factor(session, owner.kind, owner.subject):
        return
    if owner.kind == "staff" and context(session).settings.staff_need_second_factor:
        raise FactorNeeded("Staff sign in with two factors here: set up another one first.")
    await forget_recovery_codes(session, owner.kind, owner.subject)


def _own(owner: Principal, passkey_id: UUID) -> ColumnElement[bool]:
    return and_(
        Passkey.id == passkey_id, Passkey.kind == owner.kind, Passkey.subject == owner.subject
    )
