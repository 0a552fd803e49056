"""Accounts at providers that sign candidates in: connected, and given up again."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import (
    ExternalAccountTaken,
    LastWayIn,
    PendingOver,
    TooManyExternalAccounts,
    UnknownExternalAccount,
)
from services.identity.handlers import audit
from services.identity.handlers.candidates import load
from services.identity.handlers.notices import notice
from services.identity.handlers.pending_identities import use_pending
from services.identity.models import Credential, ExternalIdentity, Passkey
from shared.auth import Principal
from shared.context import context
from shared.ids import uuid7
from shared.merges import ids_of
from shared.rows import insert_new, one_of


async def connect(
    session: AsyncSession,
    pending: str,
    candidate_id: str,
    *,
    by: Principal | None = None,
    signs_in: bool = False,
) -> ExternalIdentity:
    """Let an account that waits sign a candidate in from now on; the candidate is told.

    by: the candidate who is signed in; signs_in: the account does so at this moment.
    Raises PendingOver, ExternalAccountTaken, and TooManyExternalAccounts where the programme
    lets a candidate connect one account of a provider.
    """
    candidate = (await load(session, [candidate_id], lock=True))[candidate_id]
    waiting = await use_pending(session, pending)
    ids = await ids_of(session, candidate.programme, candidate_id)
    if waiting.programme != candidate.programme or waiting.candidate_id not in {None, *ids}:
        raise PendingOver("This account waits for somebody else.", reason="unknown")
    provider = context(session).programmes[waiting.programme].providers.get(waiting.provider)
    if provider is None:
        raise PendingOver("The programme does not take these accounts any more.", reason="unknown")
    if provider.links_per_candidate == "one":
        await _refuse_second(session, ids, waiting.provider, provider.name)
    now = context(session).clock.now()
    row = {
        "id": uuid7(),
        "programme": waiting.programme,
        "provider": waiting.provider,
        "issuer": waiting.issuer,
        "subject": waiting.subject,
        "candidate_id": candidate_id,
        "label": waiting.label,
        "linked_at": now,
        "last_used_at": now if signs_in else None,
    }
    key = ["programme", "issuer", "subject"]
    if not await insert_new(session, ExternalIdentity, [row], conflict=key, returning=["id"]):
        raise ExternalAccountTaken(
            f"{waiting.label} was connected in the meantime.", reason="somebodys"
        )
    details = {"provider": provider.name, "account": waiting.label}
    await notice(session, candidate, "external_account_connected", details=details)
    await audit.record(
        session,
        "external_account.connected",
        by=by,
        programme=candidate.programme,
        subject=candidate_id,
        details={"provider": waiting.provider},
    )
    return await session.get_one(ExternalIdentity, row["id"])


async def disconnect(
    session: AsyncSession,
    programme: str,
    candidate_id: str,
    identity_id: UUID,
    *,
    by: Principal,
    reason: str | None = None,
) -> None:
    """Let an account sign its candidate in no longer; the candidate is told.

    reason: why staff do it, for the candidate and the record.
    Raises UnknownExternalAccount, and LastWayIn when a candidate would give up the only one.
    """
    ids = await ids_of(session, programme, candidate_id)
    people = await load(session, ids, lock=True)
    mine = one_of(session, ExternalIdentity.candidate_id, ids)
    found = await session.get(ExternalIdentity, identity_id)
    if found is None or found.candidate_id not in ids:
        raise UnknownExternalAccount("This account is not connected.")
    if by.kind == "candidate" and not await _another_way(session, ids, identity_id):
        raise LastWayIn(
            "Set a password or add a passkey first: without this account you could not sign in."
        )
    name = found.provider
    if (provider := context(session).programmes[programme].providers.get(name)) is not None:
        name = provider.name
    why = {"reason": reason} if reason else {}
    details = {"provider": name, "account": found.label, **why}
    await session.execute(delete(ExternalIdentity).where(ExternalIdentity.id == identity_id, mine))
    candidate = people[candidate_id]
    await notice(session, candidate, "external_account_disconnected", details=details)
    await audit.record(
        session,
        "external_account.disconnected",
        by=by,
        programme=programme,
        subject=candidate_id,
        details={"provider": found.provider, **why},
    )


async def _refuse_second(
    session: AsyncSession, ids: Sequence[str], provider: str, name: str
) -> None:
    connected = await session.scalar(
        select(func.count()).where(
            one_of(session, ExternalIdentity.candidate_id, ids),
            ExternalIdentity.provider == provider,
        )
    )
    if connected:
        raise TooManyExternalAccounts(
            f"One {name} can be connected. Disconnect the other one first."
        )


async def _another_way(session: AsyncSession, ids: Sequence[str], identity_id: UUID) -> bool:
    ways = (
        exists().where(one_of(session, Credential.candidate_id, ids)),
        exists().where(Passkey.kind == "candidate", one_of(session, Passkey.subject, ids)),
        exists().where(
            one_of(session, ExternalIdentity.candidate_id, ids), ExternalIdentity.id != identity_id
        ),
    )
    for way in ways:
        if await session.scalar(select(way)):
            return True
    return False
