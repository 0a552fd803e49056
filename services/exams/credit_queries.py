"""Reading continuing education activities."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.credits import state_of
from services.exams.models import Credit
from shared.context import context
from shared.merges import of_person
from shared.programmes import Programme

_SEARCHED = ("activity", "item", "category_name", "provider", "external_id", "source")


async def activities(
    session: AsyncSession,
    programme_id: str,
    candidate_id: str,
    *,
    search: str | None,
    after: tuple[date, UUID] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """A candidate's activities, newest first; one more than `limit` if there is.

    search: a text that one of the readable columns holds, in small or capital letters.
    """
    programme = context(session).programmes[programme_id]
    query = (
        select(Credit.__table__)
        .where(await of_person(session, Credit, programme_id, candidate_id))
        .order_by(Credit.active_on.desc(), Credit.id.desc())
    )
    if after is not None:
        day, last = after
        query = query.where(
            or_(Credit.active_on < day, and_(Credit.active_on == day, Credit.id < last))
        )
    wanted = (search or "").casefold().strip()
    if not wanted:
        query = query.limit(limit + 1)
    # One person's activities are few, and neither database folds the letters of every language.
    found = []
    for row in (await session.execute(query)).mappings():
        shown = _shown(programme, dict(row))
        if not wanted or any(wanted in (shown[name] or "").casefold() for name in _SEARCHED):
            found.append(shown)
        if len(found) > limit:
            break
    return found


def _shown(programme: Programme, row: dict[str, Any]) -> dict[str, Any]:
    vendor = programme.vendors.get(row["vendor"])
    category = programme.education.categories.get(row["category"] or "")
    return {
        **row,
        "vendor_name": vendor.name if vendor else row["vendor"],
        "category_name": category.name if category else row["category"],
        "state": state_of(row),
    }
