"""Becoming a candidate by oneself: the address is proven first, and only then is there anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.links import LinkState
from services.identity.domain.logins import email_key
from services.identity.domain.names import Name, same_writing
from services.identity.domain.proofs import LIFETIME, explanation
from services.identity.errors import LinkGone, SelfRegistrationClosed
from services.identity.handlers.addresses import hold_primary, holders_of, prove
from services.identity.handlers.admission import SecondFactorNeeded, admit
from services.identity.handlers.candidates import (
    load,
    lock_series,
    publish_state,
    take_candidate_ids,
)
from services.identity.handlers.credentials import refuse_weak_for, set_password
from services.identity.handlers.external_identities import connect
from services.identity.handlers.federation import METHOD
from services.identity.handlers.merges import propose
from services.identity.handlers.proofs import open_proof, too_many, use_proof
from services.identity.handlers.sessions import Account, Granted, Place
from services.identity.models import AddressProof, Candidate
from services.identity.passwords import passwords_of
from services.identity.tokens import hash_of, new_secret
from shared import outbox
from shared.context import ServiceContext, context
from shared.events import AddressProofRequested, Contact
from shared.ids import uuid7
from shared.rows import insert_new

PURPOSE: Final = "self_registration"


@dataclass(frozen=True, slots=True)
class Opened:
    """A registration whose link was opened: what was filled in, and who has that address."""

    programme: str
    name: Name
    email: str
    login_ids: Sequence[str]


def refuse_closed(here: ServiceContext, programme: str) -> None:
    """Raise SelfRegistrationClosed unless the programme lets candidates register."""
    if not here.programmes[programme].self_registration:
        name = here.programmes[programme].name
        raise SelfRegistrationClosed(
            f"Your account with {name} comes by itself when you first book an exam."
        )


async def ask_to_register(
    session: AsyncSession, programme: str, name: Name, email: str, locale: str
) -> None:
    """Mail a link that proves the address; the same for addresses known and unknown.

    An address gets so many links an hour, whoever asks; further requests do nothing.
    """
    if await too_many(session, programme, email):
        return
    now, token, link_id = context(session).clock.now(), new_secret(), uuid7()
    row = {
        "id": link_id,
        "token_hash": hash_of(token),
        "programme": programme,
        "purpose": PURPOSE,
        "email": email,
        "email_key": email_key(email),
        "details": {"given_name": name.given, "family_name": name.family, "locale": locale},
        "created_at": now,
        "expires_at": now + LIFETIME,
    }
    await insert_new(session, AddressProof, [row])
    contact = Contact(given_name=name.given, family_name=name.family, email=email, locale=locale)
    await outbox.add(
        session,
        AddressProofRequested(
            programme=programme,
            link_id=link_id,
            purpose=PURPOSE,
            token=token,
            contact=contact,
            expires_at=now + LIFETIME,
        ),
    )


async def open_registration(session: AsyncSession, token: str) -> Opened:
    """Tell what a link is for; raises LinkGone, explaining, if it does not work.

    Whoever has followed the link reads the mailbox, and so may know which accounts it has.
    """
    proof = _registration(await open_proof(session, token))
    holders = await holders_of(session, proof.programme, [proof.email])
    return Opened(
        proof.programme, _name(proof), proof.email, tuple(holders.get(proof.email_key, ()))
    )


async def register(
    here: ServiceContext,
    token: str,
    place: Place,
    *,
    password: str | None = None,
    pending: str | None = None,
) -> Granted | SecondFactorNeeded:
    """Make a candidate of whoever followed the link, and sign them in.

    password, pending: how they sign in from now on, at least one: a password, or an account at a
    provider that waits in the same browser.
    Raises LinkGone, PasswordRefused, PendingOver, ExternalAccountTaken, SelfRegistrationClosed;
    the link stays usable then.
    """
    async with here.database.reading() as session:
        proof = _registration(await open_proof(session, token))
        sketch = _sketch(proof, "")
    refuse_closed(here, proof.programme)
    password_hash = None
    if password is not None:
        refuse_weak_for(here, sketch, password)
        password_hash = await passwords_of(here).hash(password)
    async with here.database.transaction() as session:
        proof = _registration(await use_proof(session, token))
        candidate = await _make(session, proof)
        methods = ["mail"]
        if password_hash is not None:
            await set_password(session, candidate, password_hash, place)
            methods.append("pwd")
        if pending is not None:
            await connect(session, pending, candidate.candidate_id, signs_in=True)
            methods.append(METHOD)
        await _propose_merges(session, candidate)
        return await admit(session, Account.of_candidate(candidate), place, methods)


async def _make(session: AsyncSession, proof: AddressProof) -> Candidate:
    programme = proof.programme
    await lock_series(session, [programme])
    (candidate_id,) = await take_candidate_ids(session, programme, 1)
    candidate = _sketch(proof, candidate_id)
    candidate.registered_at = context(session).clock.now()
    candidate.disclosure = context(session).programmes[programme].profile.disclosure_assumed
    session.add(candidate)
    await session.flush()
    await hold_primary(session, [candidate])
    await prove(session, candidate_id, proof.email_key)
    await publish_state(session, [candidate])
    return candidate


async def _propose_merges(session: AsyncSession, candidate: Candidate) -> None:
    # A mailbox is shared by families and offices: only the same name beside it makes it likely
    # that two accounts are one person's.
    email = candidate.email or ""
    holders = await holders_of(session, candidate.programme, [email])
    others = set(holders.get(email_key(email), ())) - {candidate.candidate_id}
    for other in (await load(session, others)).values():
        if same_writing(_name_of(candidate), _name_of(other)):
            await propose(
                session,
                programme=candidate.programme,
                candidate_ids=[candidate.candidate_id, other.candidate_id],
                reasons=["name_and_email"],
                by=None,
            )


def _registration(proof: AddressProof) -> AddressProof:
    if proof.purpose != PURPOSE:
        raise LinkGone(explanation(LinkState.UNKNOWN), reason=LinkState.UNKNOWN)
    return proof


def _name(proof: AddressProof) -> Name:
    return Name(proof.details["given_name"], proof.details["family_name"])


def _name_of(candidate: Candidate) -> Name:
    return Name(candidate.given_name, candidate.family_name)


def _sketch(proof: AddressProof, candidate_id: str) -> Candidate:
    name = _name(proof)
    return Candidate(
        candidate_id=candidate_id,
        programme=proof.programme,
        given_name=name.given,
        family_name=name.family,
        email=proof.email,
        email_key=proof.email_key,
        locale=proof.details["locale"],
        disclosure=True,
        version=1,
    )
