"""What follows when a link that proves an address is followed."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.links import LinkState
from services.identity.domain.proofs import explanation
from services.identity.errors import LinkGone, PasswordRefused
from services.identity.handlers import addresses, audit
from services.identity.handlers.candidates import load
from services.identity.handlers.credentials import refuse_weak_for, set_password
from services.identity.handlers.duplicates import belongs_elsewhere, other_holders
from services.identity.handlers.proofs import open_proof, use_proof
from services.identity.handlers.sessions import Place
from services.identity.models import AddressProof, Candidate
from services.identity.passwords import passwords_of
from shared.context import ServiceContext
from shared.errors import FieldError

_REASONS: dict[str, Literal["email", "score_report"]] = {
    "new_address": "email",
    "score_report": "score_report",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that works: what it is for, and whether following it sets a password."""

    proof: AddressProof
    needs_password: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of it; case_number: of the case about an address of another account."""

    programme: str
    login_id: str
    email: str
    outcome: Literal["added", "updated", "elsewhere"]
    case_number: str | None = None


async def look_at_proof(session: AsyncSession, token: str) -> Opened:
    """Return what a link is for without using it up; raises LinkGone, explaining."""
    proof = _ours(await open_proof(session, token))
    elsewhere = await other_holders(session, await _candidate(session, proof), proof.email)
    return Opened(proof, proof.purpose == "score_report" and not elsewhere)


async def follow_proof(
    here: ServiceContext, token: str, password: str | None, place: Place
) -> Followed:
    """Use a link up: add the address, or make it the account's and set the password.

    An address of another account changes nothing but makes a case. Raises LinkGone, explaining,
    and PasswordRefused, with the reasons and without using the link up.
    """
    async with here.database.reading() as session:
        opened = await look_at_proof(session, token)
        candidate = await _candidate(session, opened.proof)
    password_hash = None
    if password is not None and opened.proof.purpose == "score_report":
        refuse_weak_for(here, candidate, password, opened.proof.email)
        password_hash = await passwords_of(here).hash(password)
    async with here.database.transaction() as session:
        # The candidate first, as whatever changes addresses does: nobody waits for each other.
        await load(session, [candidate.candidate_id], lock=True)
        proof = _ours(await use_proof(session, token))
        candidate = await _candidate(session, proof)
        number = await belongs_elsewhere(session, candidate, proof.email, _REASONS[proof.purpose])
        if number is not None:
            return _followed(candidate, proof, "elsewhere", number)
        if proof.purpose == "new_address":
            candidate = await addresses.add_proven(session, candidate.candidate_id, proof.email)
            await _note(session, "email.added", candidate, proof)
            return _followed(candidate, proof, "added")
        if password_hash is None:
            raise PasswordRefused(
                "Please choose a password.",
                errors=[FieldError(field="password", message="please choose a password")],
            )
        candidate = await addresses.replace_primary(session, candidate.candidate_id, proof.email)
        await set_password(session, candidate, password_hash, place)
        await _note(session, "account.mapped_by_score_report", candidate, proof)
        return _followed(candidate, proof, "updated")


def _followed(
    candidate: Candidate,
    proof: AddressProof,
    outcome: Literal["added", "updated", "elsewhere"],
    number: str | None = None,
) -> Followed:
    return Followed(candidate.programme, candidate.candidate_id, proof.email, outcome, number)


def _ours(proof: AddressProof) -> AddressProof:
    # Links that finish a registration have a page of their own.
    if proof.purpose not in _REASONS:
        raise LinkGone(explanation(LinkState.UNKNOWN), reason=LinkState.UNKNOWN)
    return proof


async def _candidate(session: AsyncSession, proof: AddressProof) -> Candidate:
    assert proof.candidate_id is not None  # every purpose of ours is about an account
    return (await load(session, [proof.candidate_id]))[proof.candidate_id]


async def _note(
    session: AsyncSession, action: str, candidate: Candidate, proof: AddressProof
) -> None:
    await audit.record(
        session,
        action,
        by=None,
        programme=candidate.programme,
        subject=candidate.candidate_id,
        details={"address": addresses.masked(proof.email), "by_link": proof.purpose},
    )
