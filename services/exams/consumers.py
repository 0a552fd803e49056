"""The bus edge: what exams listens to."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.handlers.linking import make_known
from services.exams.my_data import MY_DATA
from shared.consuming import Subscriptions
from shared.events import (
    CandidateRegistered,
    CandidatesMerged,
    CandidatesSeparated,
    CandidateUpdated,
)
from shared.merges import keep_merges


async def on_candidate_registered(
    session: AsyncSession, events: Sequence[CandidateRegistered]
) -> None:
    """A person became a candidate: what was waiting for them is taken up."""
    await make_known(session, events)


async def on_candidate_updated(session: AsyncSession, events: Sequence[CandidateUpdated]) -> None:
    """A candidate's testing ids may have changed."""
    await make_known(session, events)


async def on_merges(
    session: AsyncSession, events: Sequence[CandidatesMerged | CandidatesSeparated]
) -> None:
    """Candidates are one person, or no longer: what is read of one is read of all their ids."""
    await keep_merges(session, events)


SUBSCRIPTIONS: Subscriptions = [
    (CandidateRegistered, on_candidate_registered),
    (CandidateUpdated, on_candidate_updated),
    (CandidatesMerged, on_merges),
    (CandidatesSeparated, on_merges),
    *MY_DATA.subscriptions,
]
