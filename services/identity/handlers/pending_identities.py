"""Accounts at providers that are proven and nobody's yet, until somebody proves to be theirs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.external_accounts import ExternalAccount
from services.identity.domain.links import LinkState, state_of
from services.identity.errors import PendingOver
from services.identity.models import PendingIdentity
from services.identity.tokens import hash_of, new_secret
from shared.context import context
from shared.ids import uuid7

# As long as the mailed link lives that ends the waiting.
PENDING_LIFE = timedelta(hours=24)

_WORDS = {
    LinkState.USED: "This account was connected already.",
    LinkState.EXPIRED: "It waited for a day, which is over. Please sign in at the provider again.",
    LinkState.UNKNOWN: "Please sign in at the provider again.",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An account that waits, and the secret with which this browser finishes it."""

    token: str
    identity: PendingIdentity


async def let_wait(
    session: AsyncSession,
    programme: str,
    provider: str,
    account: ExternalAccount,
    candidate_id: str | None,
) -> Waiting:
    """Keep a proven account until its owner is known; only its browser gets the secret.

    candidate_id: who asked to connect it, and alone may.
    """
    token, now = new_secret(), context(session).clock.now()
    identity = PendingIdentity(
        id=uuid7(),
        token_hash=hash_of(token),
        programme=programme,
        provider=provider,
        issuer=account.issuer,
        subject=account.subject,
        label=account.label,
        given_name=account.given_name,
        family_name=account.family_name,
        email=account.email,
        candidate_id=candidate_id,
        created_at=now,
        expires_at=now + PENDING_LIFE,
        used_at=None,
    )
    session.add(identity)
    await session.flush()
    return Waiting(token, identity)


async def open_pending(session: AsyncSession, token: str) -> PendingIdentity:
    """Return an account that waits; raises PendingOver, with a `reason`, if it does not."""
    found: PendingIdentity | None = await session.scalar(
        select(PendingIdentity)
        .where(PendingIdentity.token_hash == hash_of(token))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise _over(LinkState.UNKNOWN)
    state = _state(found, context(session).clock.now())
    if state is not LinkState.OPEN:
        raise _over(state)
    return found


async def use_pending(session: AsyncSession, token: str) -> PendingIdentity:
    """Take an account out of waiting; of two who try one succeeds, the other gets PendingOver."""
    now = context(session).clock.now()
    used: PendingIdentity | None = await session.scalar(
        update(PendingIdentity)
        .where(
            PendingIdentity.token_hash == hash_of(token),
            PendingIdentity.used_at.is_(None),
            PendingIdentity.expires_at > now,
        )
        .values(used_at=now)
        .returning(PendingIdentity)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if used is None:
        await open_pending(session, token)
        raise _over(LinkState.USED)
    return used


def _state(found: PendingIdentity, now: datetime) -> LinkState:
    return state_of(used_at=found.used_at, void_at=None, expires_at=found.expires_at, now=now)


def _over(state: LinkState) -> PendingOver:
    return PendingOver(_WORDS[state], reason=state)
