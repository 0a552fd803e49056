"""What services answer to copies and erasures: noted, until all have answered."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.models import DataAnswer, DataRequest
from shared.context import wake_after_commit
from shared.events import CopyWritten, ErasureFinished
from shared.rows import insert_new, one_of

SETTLE = "data-requests"
SERVICES = (
    "identity",
    "exams",
    "certifications",
    "fulfillment",
    "transcripts",
    "notifications",
)
"""All who hold something about a person."""


async def answered(
    session: AsyncSession, service: str, events: Sequence[CopyWritten | ErasureFinished]
) -> None:
    """Note that a service has done its part; what nobody has asked for here is passed over."""
    asked = set(
        await session.scalars(
            select(DataRequest.id).where(
                one_of(session, DataRequest.id, {event.request_id for event in events})
            )
        )
    )
    rows = []
    for event in events:
        if event.request_id not in asked:
            continue
        copy = event if isinstance(event, CopyWritten) else None
        rows.append(
            {
                "request_id": event.request_id,
                "service": service,
                "candidate_id": "" if copy else event.candidate_id or "",
                "file_key": copy.key if copy else None,
                "file_bytes": copy.bytes if copy else None,
                "file_digest": copy.sha256 if copy else None,
                "at": event.at,
            }
        )
    rows.sort(key=lambda row: (row["request_id"], row["candidate_id"]))
    await insert_new(session, DataAnswer, rows, conflict=("request_id", "service", "candidate_id"))
    wake_after_commit(session, SETTLE)
