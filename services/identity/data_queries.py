"""What is read of copies and erasures of a person's data."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.handlers.data_copies import missing_of
from services.identity.models import DataAnswer, DataRequest
from shared.rows import one_of

_SHOWN = (
    "id",
    "programme",
    "candidate_id",
    "kind",
    "state",
    "asked_by_name",
    "reason",
    "asked_at",
    "due_at",
    "settled_at",
    "fetched_at",
)


async def requests_of(
    session: AsyncSession, programme: str, candidate_ids: Sequence[str], *, limit: int = 20
) -> list[dict[str, Any]]:
    """Return what was asked for about a person, newest first."""
    found = await session.scalars(
        select(DataRequest)
        .where(DataRequest.programme == programme, DataRequest.candidate_id.in_(candidate_ids))
        .order_by(DataRequest.id.desc())
        .limit(limit)
    )
    return await _shown(session, found.all())


async def data_requests(
    session: AsyncSession,
    programmes: Collection[str],
    *,
    state: str | None,
    kind: str | None,
    before: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return what was asked for in some programmes, newest first."""
    query = select(DataRequest).where(DataRequest.programme.in_(programmes))
    if state is not None:
        query = query.where(DataRequest.state == state)
    if kind is not None:
        query = query.where(DataRequest.kind == kind)
    if before is not None:
        query = query.where(DataRequest.id < before)
    found = await session.scalars(query.order_by(DataRequest.id.desc()).limit(limit))
    return await _shown(session, found.all())


async def _shown(session: AsyncSession, found: Sequence[DataRequest]) -> list[dict[str, Any]]:
    answers: dict[UUID, list[DataAnswer]] = {}
    for answer in await session.scalars(
        select(DataAnswer).where(one_of(session, DataAnswer.request_id, [one.id for one in found]))
    ):
        answers.setdefault(answer.request_id, []).append(answer)
    return [
        {
            **{name: getattr(one, name) for name in _SHOWN},
            "asked_by": one.asked_by_kind,
            "bytes": one.file_bytes,
            "late": one.late_at is not None and one.state in ("gathering", "erasing"),
            "missing": missing_of(one, answers.get(one.id, []))
            if one.state in ("gathering", "erasing")
            else [],
        }
        for one in found
    ]
