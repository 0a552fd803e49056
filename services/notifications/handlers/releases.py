"""Releases: what of a result was told before it was held."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.domain import result_key
from services.notifications.models import Email
from shared.events import Event, ResultReleased
from shared.rows import look_up


async def told_otherwise(session: AsyncSession, events: Iterable[Event]) -> set[UUID]:
    """Return which released results were told with another grade, score or day."""
    released = {
        result_key(event.result_id): event for event in events if isinstance(event, ResultReleased)
    }
    told = await look_up(
        session, Email, ("natural_key", "data"), key=("natural_key",), values=released
    )
    return {released[key].result_id for key, data in told if _read(data) != _reading(released[key])}


def _read(data: dict[str, str | None]) -> tuple[str | None, ...]:
    return data["grade"], data["score"], data["exam_date"]


def _reading(event: ResultReleased) -> tuple[str | None, ...]:
    return event.grade, event.score, event.exam_date.isoformat()
