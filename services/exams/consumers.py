"""The bus edge: what exams listens to."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.handlers.linking import make_known
from shared.consuming import Subscriptions
from shared.events import CandidateRegistered, CandidateUpdated


async def on_candidate_registered(
    session: AsyncSession, events: Sequence[CandidateRegistered]
) -> None:
    """A person became a candidate: what was waiting for them is taken up."""
    await make_known(session, events)


async def on_candidate_updated(session: AsyncSession, events: Sequence[CandidateUpdated]) -> None:
    """A candidate's testing ids may have changed."""
    await make_known(session, events)


SUBSCRIPTIONS: Subscriptions = [
    (CandidateRegistered, on_candidate_registered),
    (CandidateUpdated, on_candidate_updated),
]
