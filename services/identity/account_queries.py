"""What identity reads about a candidate's account, for those who help."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.devices import device_in_words
from services.identity.models import (
    Candidate,
    CodeApp,
    Credential,
    EmailAddress,
    Passkey,
    RecoveryCode,
    Session,
    SignInLink,
)

_LINKS = 5
_SESSIONS = 50


async def account(
    session: AsyncSession, programme: str, candidate_id: str, now: datetime
) -> dict[str, Any] | None:
    """Return how a candidate of a programme signs in and is reached."""
    statement = select(Candidate.candidate_id).where(
        Candidate.programme == programme, Candidate.candidate_id == candidate_id
    )
    if await session.scalar(statement) is None:
        return None
    credential = await session.get(Credential, candidate_id)
    return {
        "candidate_id": candidate_id,
        "has_password": credential is not None,
        "password_set_at": credential.set_at if credential else None,
        "emails": await _emails(session, candidate_id),
        "sessions": await _sessions(session, candidate_id, now),
        "links": await _links(session, candidate_id, now),
        **await _factors(session, candidate_id),
    }


async def _emails(session: AsyncSession, candidate_id: str) -> list[dict[str, Any]]:
    found = await session.scalars(
        select(EmailAddress)
        .where(EmailAddress.candidate_id == candidate_id)
        .order_by(EmailAddress.is_primary.desc(), EmailAddress.email_key)
    )
    return [
        {"email": one.email, "primary": one.is_primary, "verified_at": one.verified_at}
        for one in found
    ]


async def _sessions(
    session: AsyncSession, candidate_id: str, now: datetime
) -> list[dict[str, Any]]:
    found = await session.scalars(
        select(Session)
        .where(
            Session.kind == "candidate",
            Session.subject == candidate_id,
            Session.ended_at.is_(None),
            Session.expires_at > now,
        )
        .order_by(Session.id.desc())
        .limit(_SESSIONS)
    )
    return [
        {
            "session_id": one.id,
            "created_at": one.created_at,
            "expires_at": one.expires_at,
            "address": one.address,
            "device": device_in_words(one.device),
        }
        for one in found
    ]


async def _links(session: AsyncSession, candidate_id: str, now: datetime) -> list[dict[str, Any]]:
    found = await session.scalars(
        select(SignInLink)
        .where(SignInLink.candidate_id == candidate_id)
        .order_by(SignInLink.id.desc())
        .limit(_LINKS)
    )
    return [
        {
            "purpose": one.purpose,
            "created_at": one.created_at,
            "expires_at": one.expires_at,
            "state": one.state(now),
        }
        for one in found
    ]


async def _factors(session: AsyncSession, candidate_id: str) -> dict[str, Any]:
    passkeys = await session.scalars(
        select(Passkey)
        .where(Passkey.kind == "candidate", Passkey.subject == candidate_id)
        .order_by(Passkey.id)
    )
    since = await session.scalar(
        select(CodeApp.confirmed_at).where(
            CodeApp.kind == "candidate", CodeApp.subject == candidate_id
        )
    )
    left = await session.scalar(
        select(func.count()).where(
            RecoveryCode.kind == "candidate",
            RecoveryCode.subject == candidate_id,
            RecoveryCode.used_at.is_(None),
        )
    )
    return {
        "passkeys": [
            {"name": one.name, "created_at": one.created_at, "last_used_at": one.last_used_at}
            for one in passkeys
        ],
        "code_app_since": since,
        "recovery_codes_left": left or 0,
    }
