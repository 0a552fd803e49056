"""The first sign-in with an account at a provider: a mailed link tells whose it is, once."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.handlers.addresses import prove
from services.identity.handlers.admission import SecondFactorNeeded, admit
from services.identity.handlers.external_identities import connect
from services.identity.handlers.federation import METHOD
from services.identity.handlers.links import use_link
from services.identity.handlers.merges import survivor_of
from services.identity.handlers.sessions import Account, Granted, Place
from services.identity.models import Candidate
from shared.context import ServiceContext


async def connect_by_link(
    here: ServiceContext, pending: str, token: str, place: Place
) -> Granted | SecondFactorNeeded:
    """Connect an account that waits in this browser to whom a mailed link was sent, and sign in.

    Both proofs come together: a link that is followed elsewhere connects nothing, so that nobody
    can have a stranger connect an account that is not the stranger's.
    Raises PendingOver, LinkGone, ExternalAccountTaken and TooManyExternalAccounts; nothing is
    used up then.
    """
    async with here.database.transaction() as session:
        candidate = await _proven(session, token)
        survivor = await session.get_one(
            Candidate, await survivor_of(session, candidate.candidate_id)
        )
        await connect(session, pending, survivor.candidate_id)
        return await admit(session, Account.of_candidate(survivor), place, [METHOD, "mail"])


async def _proven(session: AsyncSession, token: str) -> Candidate:
    link, candidate = await use_link(session, token)
    if link.email_key is not None:
        await prove(session, candidate.candidate_id, link.email_key)
    return candidate
