"""Steps that somebody is in the middle of: begun once, taken once, over after ten minutes."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import ChallengeOver
from services.identity.models import Challenge
from services.identity.tokens import hash_of, new_secret
from shared.context import context
from shared.ids import uuid7
from shared.rows import insert_new

Purpose = Literal["second_factor", "passkey_sign_in", "passkey_new", "confirm"]

LIFETIME = timedelta(minutes=10)
_OVER = "This step was begun more than ten minutes ago, or was taken already. Please begin again."


@dataclass(frozen=True, slots=True)
class Begun:
    """A step that was begun: the secret that takes it up, and what a passkey has to sign."""

    token: str
    value: str
    expires_at: datetime


async def begin(
    session: AsyncSession,
    purpose: Purpose,
    kind: str,
    *,
    subject: str | None = None,
    programme: str | None = None,
    methods: Sequence[str] = (),
) -> Begun:
    """Begin a step of an account; without a subject it turns out later whose it is.

    methods: what has been proven so far.
    """
    now = context(session).clock.now()
    begun = Begun(new_secret(), secrets.token_urlsafe(32), now + LIFETIME)
    row = {
        "id": uuid7(),
        "token_hash": hash_of(begun.token),
        "purpose": purpose,
        "kind": kind,
        "subject": subject,
        "programme": programme,
        "methods": list(methods),
        "value": begun.value,
        "created_at": now,
        "expires_at": begun.expires_at,
    }
    await insert_new(session, Challenge, [row])
    return begun


async def find(
    session: AsyncSession,
    token: str,
    purpose: Purpose,
    *,
    kind: str | None = None,
    subject: str | None = None,
) -> Challenge:
    """Return a step that can be taken; raises ChallengeOver.

    kind, subject: whose it has to be, where that is known.
    """
    found = await session.scalar(
        select(Challenge).where(
            Challenge.token_hash == hash_of(token),
            Challenge.purpose == purpose,
            Challenge.used_at.is_(None),
            Challenge.expires_at > context(session).clock.now(),
            *([Challenge.kind == kind] if kind else []),
            *([Challenge.subject == subject] if subject else []),
        )
    )
    if found is None:
        raise ChallengeOver(_OVER)
    return found


async def use(session: AsyncSession, challenge_id: UUID) -> None:
    """Take a step; of two who try one succeeds. Raises ChallengeOver for the other."""
    used = await session.scalar(
        update(Challenge)
        .where(Challenge.id == challenge_id, Challenge.used_at.is_(None))
        .values(used_at=context(session).clock.now())
        .returning(Challenge.id)
        .execution_options(synchronize_session=False)
    )
    if used is None:
        raise ChallengeOver(_OVER)
