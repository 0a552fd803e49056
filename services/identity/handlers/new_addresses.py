"""A candidate's own changes of e-mail addresses: each new one is proven by a link first."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.logins import email_key
from services.identity.domain.proofs import MOST_ADDRESSES, PER_HOUR
from services.identity.errors import (
    AddressThere,
    NotYourAddress,
    SlowDown,
    TooManyAddresses,
    UnknownCandidate,
)
from services.identity.handlers import addresses, audit
from services.identity.handlers.candidates import load
from services.identity.handlers.proofs import Wanted, issue_proofs, too_many, void_proofs
from services.identity.models import AddressProof, Candidate
from shared.auth import Principal
from shared.context import context
from shared.errors import FieldError

_HOUR_SECONDS = 3600


async def ask_for_address(session: AsyncSession, principal: Principal, email: str) -> None:
    """Mail a link to an address that the candidate wants to add; nothing changes before.

    Whether the address belongs to somebody else is not looked at: only who reads it learns that.
    Raises AddressThere, TooManyAddresses, and SlowDown after too many mails in an hour.
    """
    candidate = await _own(session, principal)
    held = await addresses.addresses_of(session, candidate.candidate_id)
    key = email_key(email)
    if any(one.email_key == key and one.verified_at for one in held):
        raise AddressThere(
            f"{email} is an address of this account already.",
            errors=[FieldError(field="email", message="this is one of your addresses already")],
        )
    if len(held) >= MOST_ADDRESSES:
        raise TooManyAddresses(
            f"An account holds {MOST_ADDRESSES} addresses. Remove one that you no longer use."
        )
    if await _asked_lately(session, candidate.candidate_id) >= PER_HOUR or await too_many(
        session, candidate.programme, email
    ):
        raise SlowDown(
            f"At most {PER_HOUR} such links are mailed in an hour. Look into the spam folder, or "
            "try again later.",
            headers={"Retry-After": str(_HOUR_SECONDS)},
            retry_after=_HOUR_SECONDS,
        )
    await issue_proofs(session, [Wanted(candidate, email, "new_address")])


async def call_off(session: AsyncSession, principal: Principal, email: str) -> None:
    """Call off what waits for a link to an address; raises NotYourAddress if nothing does."""
    await _own(session, principal)
    if not await void_proofs(session, principal.subject, email_key(email)):
        raise NotYourAddress(f"Nothing waits for a link to {email}.")


async def choose_primary(session: AsyncSession, principal: Principal, email: str) -> None:
    """Let all mail go to another of the candidate's addresses."""
    await _own(session, principal)
    await addresses.make_primary(session, principal.subject, email)
    await _note(session, principal, "email.primary_chosen", email)


async def remove_address(session: AsyncSession, principal: Principal, email: str) -> None:
    """Take one of the candidate's addresses away."""
    await _own(session, principal)
    await addresses.remove(session, principal.subject, email)
    await _note(session, principal, "email.removed", email)


async def _own(session: AsyncSession, principal: Principal) -> Candidate:
    found = (await load(session, [principal.subject], lock=True)).get(principal.subject)
    if found is None or found.programme != principal.programme:
        raise UnknownCandidate(f"There is no candidate {principal.subject} in this programme.")
    return found


async def _note(session: AsyncSession, principal: Principal, action: str, email: str) -> None:
    await audit.record(
        session,
        action,
        by=principal,
        programme=principal.programme or "",
        subject=principal.subject,
        details={"address": addresses.masked(email)},
    )


async def _asked_lately(session: AsyncSession, candidate_id: str) -> int:
    since = context(session).clock.now() - timedelta(hours=1)
    sent = await session.scalar(
        select(func.count()).where(
            AddressProof.candidate_id == candidate_id, AddressProof.created_at > since
        )
    )
    return sent or 0
