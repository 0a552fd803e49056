"""Forgetting what is over, so that the tables do not grow for ever."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.throttling import KNOWN_ADDRESS
from services.identity.models import (
    KEEP_ACCOUNT_IMPORTS,
    KEEP_ENDED_SESSIONS,
    KEEP_FLOWS,
    KEEP_USED_LINKS,
    AccountImport,
    AddressProof,
    Challenge,
    DuplicateAddress,
    FederatedFlow,
    KnownAddress,
    LinkRequest,
    PendingIdentity,
    ScoreReportRequest,
    Session,
    SignInLink,
    StaffLink,
    StaffLinkRequest,
    Throttle,
)
from shared.context import context

# No failure counts longer than a day (domain.throttling).
_KEEP_THROTTLES = timedelta(days=2)
# For a person who looks again whether a request was answered.
_KEEP_REQUESTS = timedelta(days=1)
# Nobody asks after a step that was not finished.
_KEEP_CHALLENGES = timedelta(hours=1)


async def forget_what_is_over(session: AsyncSession) -> None:
    """Delete links, sessions, failures and addresses that no rule asks for any more."""
    now = context(session).clock.now()
    for over in (
        delete(SignInLink).where(SignInLink.expires_at < now - KEEP_USED_LINKS),
        delete(AddressProof).where(AddressProof.expires_at < now - KEEP_USED_LINKS),
        delete(LinkRequest).where(LinkRequest.requested_at < now - _KEEP_REQUESTS),
        delete(ScoreReportRequest).where(ScoreReportRequest.requested_at < now - _KEEP_REQUESTS),
        delete(DuplicateAddress).where(DuplicateAddress.told_at < now - KEEP_USED_LINKS),
        delete(Challenge).where(Challenge.expires_at < now - _KEEP_CHALLENGES),
        delete(StaffLink).where(StaffLink.expires_at < now - KEEP_USED_LINKS),
        delete(StaffLinkRequest).where(StaffLinkRequest.requested_at < now - _KEEP_REQUESTS),
        delete(AccountImport).where(AccountImport.started_at < now - KEEP_ACCOUNT_IMPORTS),
        delete(Session).where(Session.expires_at < now - KEEP_ENDED_SESSIONS),
        delete(Throttle).where(Throttle.last_failure_at < now - _KEEP_THROTTLES),
        delete(FederatedFlow).where(FederatedFlow.expires_at < now - KEEP_FLOWS),
        delete(PendingIdentity).where(PendingIdentity.expires_at < now - KEEP_FLOWS),
        delete(KnownAddress).where(KnownAddress.seen_at < now - KNOWN_ADDRESS),
    ):
        await session.execute(over.execution_options(synchronize_session=False))
