"""What fulfillment hears."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.fulfillment.handlers import entitle
from services.fulfillment.my_data import MY_DATA
from shared.consuming import Subscriptions
from shared.events import (
    CandidatesMerged,
    CandidatesSeparated,
    CertificationEarned,
    CertificationReinstated,
    CertificationRevoked,
)
from shared.merges import keep_merges


async def on_merges(
    session: AsyncSession, events: Sequence[CandidatesMerged | CandidatesSeparated]
) -> None:
    """Candidates are one person, or no longer: they have each kit once."""
    await keep_merges(session, events)


SUBSCRIPTIONS: Subscriptions = (
    (CandidatesMerged, on_merges),
    (CandidatesSeparated, on_merges),
    (CertificationEarned, entitle),
    (CertificationReinstated, entitle),
    (CertificationRevoked, entitle),
    *MY_DATA.subscriptions,
)
