"""Signing in at a provider of OpenID Connect: there and back.

Providers are spoken to between short transactions: no row lock should wait for another house.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.external_accounts import ExternalAccount
from services.identity.errors import ExternalAccountTaken, FlowOver, ProviderRefused
from services.identity.handlers.admission import SecondFactorNeeded, admit
from services.identity.handlers.attempts import count_request
from services.identity.handlers.merges import survivor_of
from services.identity.handlers.pending_identities import Waiting, let_wait
from services.identity.handlers.sessions import Account, Granted, Place
from services.identity.models import Candidate, ExternalIdentity, FederatedFlow
from services.identity.openid import Binding, providers_of
from services.identity.tokens import hash_of, new_secret
from shared.context import ServiceContext, context
from shared.rows import insert_new

# How long somebody may take to sign in at the provider.
FLOW_LIFE = timedelta(minutes=15)
METHOD = "fed"


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the secret that it alone keeps until it is back."""

    authorization_url: str
    binding: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser brought back from a provider (RFC 6749, section 4.1.2; RFC 9207)."""

    state: str
    binding: str
    code: str | None = None
    error: str | None = None
    issuer: str | None = None


async def begin(
    here: ServiceContext,
    programme: str,
    provider: str,
    place: Place,
    *,
    candidate_id: str | None = None,
) -> Begun:
    """Send somebody to a provider, to sign in or (candidate_id) to connect the account there.

    Raises UnknownProvider, ProviderAway, and SlowDown for too many from one address.
    """
    providers = providers_of(here)
    providers.find(programme, provider)
    async with here.database.transaction() as session:
        await count_request(session, "federation", place.address)
    binding = Binding(new_secret())
    address = await providers.authorization_url(programme, provider, binding)
    flow = {
        "state_hash": hash_of(binding.state),
        "programme": programme,
        "provider": provider,
        "candidate_id": candidate_id,
        "expires_at": here.clock.now() + FLOW_LIFE,
    }
    async with here.database.transaction() as session:
        await insert_new(session, FederatedFlow, [flow])
    return Begun(address, binding.secret)


async def come_back(
    here: ServiceContext, programme: str, provider: str, answer: Answer, place: Place
) -> Granted | SecondFactorNeeded | Waiting:
    """Take up what a browser brought back: open a session, or let an unknown account wait.

    Raises FlowOver when this browser did not begin that, or it is over; ProviderRefused,
    ProviderAway, and ExternalAccountTaken when an account to connect is somebody's already.
    """
    providers = providers_of(here)
    providers.find(programme, provider)
    binding = Binding(answer.binding)
    if not hmac.compare_digest(answer.state.encode(), binding.state.encode()):
        raise FlowOver("This browser has not begun that sign-in. Please begin again.")
    async with here.database.transaction() as session:
        flow = await _use_flow(session, programme, provider, answer.state)
    await providers.check_issuer(programme, provider, answer.issuer)
    if answer.code is None:
        raise ProviderRefused(
            "You did not sign in there, or the provider did not let you.",
            # Of the provider's own words none is repeated: anybody can write them into a link.
            reason="declined" if answer.error == "access_denied" else "provider_error",
        )
    account = await providers.account(programme, provider, answer.code, binding)
    async with here.database.transaction() as session:
        known = await _known(session, programme, account)
        if known is None:
            return await let_wait(session, programme, provider, account, flow.candidate_id)
        if flow.candidate_id is not None:
            raise await _taken(session, known, flow.candidate_id)
        known.label, known.last_used_at = account.label, here.clock.now()
        survivor = await survivor_of(session, known.candidate_id)
        candidate = await session.get_one(Candidate, survivor)
        return await admit(session, Account.of_candidate(candidate), place, [METHOD])


async def _use_flow(
    session: AsyncSession, programme: str, provider: str, state: str
) -> FederatedFlow:
    now = context(session).clock.now()
    flow = await session.scalar(
        update(FederatedFlow)
        .where(
            FederatedFlow.state_hash == hash_of(state),
            FederatedFlow.programme == programme,
            FederatedFlow.provider == provider,
            FederatedFlow.used_at.is_(None),
            FederatedFlow.expires_at > now,
        )
        .values(used_at=now)
        .returning(FederatedFlow)
        .execution_options(synchronize_session=False)
    )
    if flow is None:
        raise FlowOver("That sign-in took too long, or was finished already. Please begin again.")
    return flow


async def _known(
    session: AsyncSession, programme: str, account: ExternalAccount
) -> ExternalIdentity | None:
    found: ExternalIdentity | None = await session.scalar(
        select(ExternalIdentity)
        .where(
            ExternalIdentity.programme == programme,
            ExternalIdentity.issuer == account.issuer,
            ExternalIdentity.subject == account.subject,
        )
        .with_for_update()
    )
    return found


async def _taken(
    session: AsyncSession, known: ExternalIdentity, candidate_id: str
) -> ExternalAccountTaken:
    mine = await survivor_of(session, known.candidate_id) == await survivor_of(
        session, candidate_id
    )
    if mine:
        return ExternalAccountTaken(
            f"{known.label} is connected to your account already.", reason="yours"
        )
    return ExternalAccountTaken(
        f"{known.label} signs in another candidate. It can be connected to one only.",
        reason="somebodys",
    )
