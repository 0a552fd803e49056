"""The first sign-in with an account at a provider: a mailed link tells whose it is, once."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.links import LinkState
from services.identity.domain.proofs import explanation
from services.identity.errors import LinkGone
from services.identity.handlers import addresses, audit
from services.identity.handlers.admission import SecondFactorNeeded, admit
from services.identity.handlers.candidates import load
from services.identity.handlers.duplicates import belongs_elsewhere
from services.identity.handlers.external_identities import connect
from services.identity.handlers.federation import METHOD
from services.identity.handlers.links import use_link
from services.identity.handlers.merges import survivor_of
from services.identity.handlers.proofs import use_proof
from services.identity.handlers.sessions import Account, Granted, Place
from services.identity.models import Candidate
from shared.context import ServiceContext


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The address that a score report was shown with is another candidate's: a case was opened."""

    email: str
    case_number: str


async def connect_by_link(
    here: ServiceContext, pending: str, token: str, place: Place
) -> Granted | SecondFactorNeeded | Elsewhere:
    """Connect an account that waits in this browser to whom a mailed link was sent, and sign in.

    token: of a link for signing in, or of one that proves the new address of a score report.
    Both proofs come together: a link that is followed elsewhere connects nothing, so that nobody
    can have a stranger connect an account that is not the stranger's.
    Raises PendingOver, LinkGone, ExternalAccountTaken and TooManyExternalAccounts; nothing is
    used up then.
    """
    async with here.database.transaction() as session:
        proven = await _proven(session, token)
        if isinstance(proven, Elsewhere):
            return proven
        survivor = await session.get_one(Candidate, await survivor_of(session, proven))
        await connect(session, pending, survivor.candidate_id, signs_in=True)
        return await admit(session, Account.of_candidate(survivor), place, [METHOD, "mail"])


async def _proven(session: AsyncSession, token: str) -> str | Elsewhere:
    try:
        link, candidate = await use_link(session, token)
    except LinkGone as gone:
        if gone.extra.get("reason") != LinkState.UNKNOWN:
            raise
        return await _by_score_report(session, token)
    if link.email_key is not None:
        await addresses.prove(session, candidate.candidate_id, link.email_key)
    return candidate.candidate_id


async def _by_score_report(session: AsyncSession, token: str) -> str | Elsewhere:
    proof = await use_proof(session, token)
    if proof.purpose != "score_report" or proof.candidate_id is None:
        raise LinkGone(explanation(LinkState.UNKNOWN), reason=LinkState.UNKNOWN)
    candidate = (await load(session, [proof.candidate_id]))[proof.candidate_id]
    number = await belongs_elsewhere(session, candidate, proof.email, "score_report")
    if number is not None:
        return Elsewhere(proof.email, number)
    await addresses.replace_primary(session, candidate.candidate_id, proof.email)
    await audit.record(
        session,
        "account.mapped_by_score_report",
        by=None,
        programme=candidate.programme,
        subject=candidate.candidate_id,
        details={"address": addresses.masked(proof.email), "by_link": proof.purpose},
    )
    return candidate.candidate_id
