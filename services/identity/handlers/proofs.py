"""Mailed single-use links that prove who reads an e-mail address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.links import LinkState
from services.identity.domain.logins import email_key
from services.identity.domain.proofs import LIFETIME, PER_HOUR, Purpose, explanation
from services.identity.errors import LinkGone
from services.identity.handlers.candidates import contact_of
from services.identity.models import AddressProof, Candidate
from services.identity.tokens import hash_of, new_secret
from shared import outbox
from shared.context import context
from shared.events import AddressProofRequested
from shared.ids import uuid7
from shared.rows import insert_new, one_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address to prove for a candidate; details: what to do once it is proven."""

    candidate: Candidate
    email: str
    purpose: Purpose
    details: Mapping[str, Any] = field(default_factory=dict)


async def issue_proofs(session: AsyncSession, wanted: Sequence[Wanted]) -> list[UUID]:
    """Mail a fresh link to each address; older ones to it work until one of them is used."""
    if not wanted:
        return []
    now = context(session).clock.now()
    rows: list[dict[str, Any]] = []
    events = []
    for one in wanted:
        token, link_id, key = new_secret(), uuid7(), email_key(one.email)
        candidate = one.candidate
        rows.append(
            {
                "id": link_id,
                "token_hash": hash_of(token),
                "programme": candidate.programme,
                "candidate_id": candidate.candidate_id,
                "purpose": one.purpose,
                "email": one.email,
                "email_key": key,
                "details": dict(one.details),
                "created_at": now,
                "expires_at": now + LIFETIME,
            }
        )
        events.append(
            AddressProofRequested(
                programme=candidate.programme,
                candidate_id=candidate.candidate_id,
                link_id=link_id,
                purpose=one.purpose,
                token=token,
                login_id=candidate.candidate_id,
                contact=contact_of(candidate).model_copy(update={"email": one.email}),
                expires_at=now + LIFETIME,
            )
        )
    await insert_new(session, AddressProof, rows)
    await outbox.add(session, *events)
    return [row["id"] for row in rows]


async def too_many(session: AsyncSession, programme: str, email: str) -> bool:
    """Tell whether an address was sent as many links as it can be in an hour, for whomever."""
    since = context(session).clock.now() - timedelta(hours=1)
    sent = await session.scalar(
        select(func.count()).where(
            AddressProof.programme == programme,
            AddressProof.email_key == email_key(email),
            AddressProof.created_at > since,
        )
    )
    return (sent or 0) >= PER_HOUR


async def open_proof(session: AsyncSession, token: str) -> AddressProof:
    """Return a link that works; raise LinkGone, explaining, if it does not."""
    proof = await session.scalar(
        select(AddressProof)
        .where(AddressProof.token_hash == hash_of(token))
        .execution_options(populate_existing=True)
    )
    if proof is None:
        raise LinkGone(explanation(LinkState.UNKNOWN), reason=LinkState.UNKNOWN)
    state = proof.state(context(session).clock.now())
    if state is not LinkState.OPEN:
        raise LinkGone(
            explanation(state, proof.purpose, proof.expires_at),
            reason=state,
            programme=proof.programme,
            purpose=proof.purpose,
        )
    return proof


async def use_proof(session: AsyncSession, token: str) -> AddressProof:
    """Use a link up, and end the others to that address for the same account.

    Of two who try one succeeds. Raises LinkGone, explaining, for the other.
    """
    now = context(session).clock.now()
    used = await session.scalar(
        update(AddressProof)
        .where(
            AddressProof.token_hash == hash_of(token),
            AddressProof.used_at.is_(None),
            AddressProof.void_at.is_(None),
            AddressProof.expires_at > now,
        )
        .values(used_at=now)
        .returning(AddressProof.id)
        .execution_options(synchronize_session=False)
    )
    if used is None:
        await open_proof(session, token)
        raise LinkGone(explanation(LinkState.USED), reason=LinkState.USED)
    proof = await session.get_one(AddressProof, used)
    if proof.candidate_id is not None:
        await void_proofs(session, proof.candidate_id, proof.email_key)
    return proof


async def void_proofs(
    session: AsyncSession,
    candidate_id: str,
    key: str | None = None,
    *,
    purposes: Sequence[str] = (),
) -> int:
    """Call off a candidate's open links: those to one address, or of some purposes, or all."""
    voided = update(AddressProof).where(
        AddressProof.candidate_id == candidate_id,
        AddressProof.used_at.is_(None),
        AddressProof.void_at.is_(None),
    )
    if key is not None:
        voided = voided.where(AddressProof.email_key == key)
    if purposes:
        voided = voided.where(one_of(session, AddressProof.purpose, purposes))
    result = await session.execute(
        voided.values(void_at=context(session).clock.now())
        .returning(AddressProof.id)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())
