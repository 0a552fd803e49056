"""Reading changes of names."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.case_errors import UnknownCaseFile, UnknownNameChange
from services.identity.models import Case, CaseFile, NameChange
from shared.auth import Principal
from shared.context import context
from shared.merges import ids_of
from shared.rows import one_of

Row = dict[str, Any]


async def name_changes(
    session: AsyncSession,
    programmes: Iterable[str],
    *,
    candidate_ids: Sequence[str] | None = None,
    state: str | None = None,
    after: UUID | None = None,
    limit: int,
    staff: bool,
) -> list[Row]:
    """Changes of names; one more than `limit` if there is.

    A candidate's are newest first; the queue of everybody's is oldest first.
    """
    newest = candidate_ids is not None
    query = _whole().where(one_of(session, NameChange.programme, programmes))
    if candidate_ids is not None:
        query = query.where(one_of(session, NameChange.candidate_id, candidate_ids))
    if state is not None:
        query = query.where(NameChange.state == state)
    if after is not None:
        query = query.where(NameChange.id < after if newest else NameChange.id > after)
    query = query.order_by(NameChange.id.desc() if newest else NameChange.id)
    rows = await session.execute(query.limit(limit + 1))
    return [_shown(dict(row), staff=staff) for row in rows.mappings()]


async def name_change(session: AsyncSession, change_id: UUID, principal: Principal) -> Row:
    """One change of a name; raises UnknownNameChange if it is not the caller's to see."""
    row = (
        (await session.execute(_whole().where(NameChange.id == change_id))).mappings().one_or_none()
    )
    if row is None or not await _is_theirs(session, dict(row), principal):
        raise UnknownNameChange("There is no such change of name among yours.")
    return _shown(dict(row), staff=principal.kind == "staff")


async def identification(session: AsyncSession, change_id: UUID) -> CaseFile:
    """The picture of the government's document; raises UnknownCaseFile once it is deleted."""
    found = await session.scalar(
        select(CaseFile)
        .join(NameChange, NameChange.case_id == CaseFile.case_id)
        .where(
            NameChange.id == change_id,
            CaseFile.purpose == "identification",
            # What is to be deleted is shown to nobody any more.
            CaseFile.unwanted_at.is_(None),
        )
    )
    if found is None or found.key is None:
        raise UnknownCaseFile("The document was deleted when the change of name was decided.")
    return found


async def _is_theirs(session: AsyncSession, row: Row, principal: Principal) -> bool:
    if row["programme"] not in context(session).programmes:
        return False
    if principal.kind == "staff":
        return row["programme"] in principal.programmes
    if row["programme"] != principal.programme:
        return False
    return row["candidate_id"] in await ids_of(session, row["programme"], principal.subject)


def _whole() -> Select[Any]:
    document = and_(CaseFile.case_id == NameChange.case_id, CaseFile.purpose == "identification")
    return (
        select(
            *NameChange.__table__.columns,
            Case.number.label("case"),
            CaseFile.type,
            CaseFile.bytes,
            CaseFile.unwanted_at,
            CaseFile.deleted_at,
        )
        .select_from(NameChange)
        .outerjoin(Case, Case.id == NameChange.case_id)
        .outerjoin(CaseFile, document)
    )


def _shown(row: Row, *, staff: bool) -> Row:
    document = None
    if row["type"] is not None:
        deleted = row["deleted_at"] or row["unwanted_at"]
        document = {"type": row["type"], "bytes": row["bytes"], "deleted_at": deleted}
    shown = {**row, "identification": document}
    return shown if staff else {**shown, "decided_by": None}
