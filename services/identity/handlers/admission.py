"""Admission: what every way of signing in calls last, when it knows whose account it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.factors import Way, is_second_factor
from services.identity.handlers import challenges
from services.identity.handlers.code_apps import has_code_app
from services.identity.handlers.passkeys import passkeys_of, request_options
from services.identity.handlers.recovery_codes import recovery_codes_left
from services.identity.handlers.sessions import Account, Granted, Place, open_session
from shared.logs import log
from shared.merges import survivor_id


@dataclass(frozen=True, slots=True)
class SecondFactorNeeded:
    """The account asks for a second step; `ways` are those that this person can take.

    passkey: options for the browser's `navigator.credentials.get`, if there is a passkey.
    """

    challenge: str
    ways: tuple[Way, ...]
    passkey: dict[str, Any] | None
    expires_at: datetime


async def admit(
    session: AsyncSession, account: Account, place: Place, methods: Sequence[str]
) -> Granted | SecondFactorNeeded:
    """Open a session for whoever has proven an account with these methods, or ask for one more.

    methods: RFC 8176 values, and fed and mail. From the first passkey or code app on, a password,
    a provider or a mailbox alone no longer opens an account.
    """
    log.info(
        "account proven",
        kind=account.kind,
        subject=account.subject,
        methods=list(methods),
        address=place.address,
    )
    if is_second_factor(methods):
        return await open_session(session, account, place, methods)
    for subject in await ids_opened(session, account):
        passkeys = await passkeys_of(session, account.kind, subject)
        app = await has_code_app(session, account.kind, subject)
        if passkeys or app:
            break
    else:
        return await open_session(session, account, place, methods)
    begun = await challenges.begin(
        session,
        "second_factor",
        account.kind,
        subject=subject,
        programme=account.programme,
        methods=methods,
    )
    ways: list[Way] = []
    if passkeys:
        ways.append("passkey")
    if app:
        ways.append("code")
    if await recovery_codes_left(session, account.kind, subject):
        ways.append("recovery_code")
    options = request_options(session, begun.value, passkeys) if passkeys else None
    return SecondFactorNeeded(begun.token, tuple(ways), options, begun.expires_at)


async def ids_opened(session: AsyncSession, account: Account) -> tuple[str, ...]:
    """Return whose second factors an account asks for.

    Of a person with several ids: neither the one that is signed in with nor the one whose session
    it becomes may be opened by less than it asks for.
    """
    if account.kind == "staff" or account.programme is None:
        return (account.subject,)
    survivor = await survivor_id(session, account.programme, account.subject)
    return tuple(dict.fromkeys((survivor, account.subject)))


async def has_second_factor(session: AsyncSession, kind: str, subject: str) -> bool:
    """Tell whether an account has a passkey or a code app."""
    if await has_code_app(session, kind, subject):
        return True
    return bool(await passkeys_of(session, kind, subject))
