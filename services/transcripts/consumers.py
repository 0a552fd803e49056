"""What transcripts hears."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.transcripts.handlers import keep_holders, keep_holdings, keep_lapses
from services.transcripts.my_data import MY_DATA
from shared.consuming import Subscriptions
from shared.events import (
    CandidateRegistered,
    CandidatesMerged,
    CandidatesSeparated,
    CandidateUpdated,
    CertificationEarned,
    CertificationExpired,
    CertificationGraceStarted,
    CertificationReinstated,
    CertificationRenewed,
    CertificationReplaced,
    CertificationRevoked,
    CertificationSuspended,
)
from shared.merges import keep_merges


async def on_merges(
    session: AsyncSession, events: Sequence[CandidatesMerged | CandidatesSeparated]
) -> None:
    """Candidates are one person, or no longer: transcripts of all their ids are that person's."""
    await keep_merges(session, events)


SUBSCRIPTIONS: Subscriptions = (
    (CandidateRegistered, keep_holders),
    (CandidateUpdated, keep_holders),
    (CandidatesMerged, on_merges),
    (CandidatesSeparated, on_merges),
    (CertificationEarned, keep_holdings),
    (CertificationRenewed, keep_holdings),
    (CertificationGraceStarted, keep_holdings),
    (CertificationSuspended, keep_holdings),
    (CertificationRevoked, keep_holdings),
    (CertificationReinstated, keep_holdings),
    (CertificationReplaced, keep_holdings),
    (CertificationExpired, keep_lapses),
    *MY_DATA.subscriptions,
)
