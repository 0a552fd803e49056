"""Reading course completions."""

from collections.abc import Iterable, Sequence
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.completions import State
from services.exams.errors import UnknownCompletion
from services.exams.models import Candidate, Completion, CompletionNote
from shared.auth import Principal
from shared.context import context
from shared.merges import ids_of
from shared.pages import LARGEST
from shared.rows import one_of, read_back

_COLUMNS = tuple(Completion.__table__.columns.keys())
_STATES = {state: f"state = '{state}'" for state in get_args(State)}
_FOR_STAFF = ("candidate_name", "decided_by")


async def completions(
    session: AsyncSession,
    programmes: Iterable[str],
    *,
    candidate_id: str | None,
    state: str | None,
    after: UUID | None,
    limit: int,
    staff: bool,
) -> list[dict[str, Any]]:
    """Completions; one more than `limit` if there is.

    A candidate's are newest first; a queue of everybody's is oldest first.
    """
    chosen = list(programmes)
    ids: set[str] = set()
    if candidate_id is not None:
        ids = {one for name in chosen for one in await ids_of(session, name, candidate_id)}
        if not staff and after is None:
            owners = [(programme, one) for programme in chosen for one in ids]
            return await _own(session, owners, state, limit)
    query = _with_names().where(one_of(session, Completion.programme, chosen))
    if candidate_id is not None:
        query = query.where(one_of(session, Completion.candidate_id, ids))
    if state is not None:
        query = query.where(Completion.state == state)
    if after is not None:
        queued = candidate_id is None
        query = query.where(Completion.id > after if queued else Completion.id < after)
    order = Completion.id if candidate_id is None else Completion.id.desc()
    rows = await session.execute(query.order_by(order).limit(limit + 1))
    return [_shown(session, dict(row), staff=staff) for row in rows.mappings()]


async def _own(
    session: AsyncSession, owners: Sequence[tuple[str, str]], state: str | None, limit: int
) -> list[dict[str, Any]]:
    """The newest of a person's own, with a statement that is put together once."""
    found = await read_back(
        session,
        Completion,
        _COLUMNS,
        key=("programme", "candidate_id"),
        values=owners,
        where="" if state is None else _STATES[state],
        order=("id DESC",),
        most=LARGEST + 1,
    )
    rows = [dict(zip(_COLUMNS, row, strict=True)) for row in found[: limit + 1]]
    return [_shown(session, row, staff=False) for row in rows]


async def completion(
    session: AsyncSession, completion_id: UUID, principal: Principal
) -> dict[str, Any]:
    """One completion with every step of its review.

    Raises UnknownCompletion if there is none or it is not the caller's to see.
    """
    found = (
        (await session.execute(_with_names().where(Completion.id == completion_id)))
        .mappings()
        .one_or_none()
    )
    known = context(session).programmes
    if (
        found is None
        or found["programme"] not in known
        or not await _may_see(session, principal, dict(found))
    ):
        raise UnknownCompletion("there is no course completion with this id, or it is not yours")
    staff = principal.kind == "staff"
    notes = await session.scalars(
        select(CompletionNote)
        .where(CompletionNote.completion_id == completion_id)
        .order_by(CompletionNote.id)
    )
    steps = [
        {
            "action": note.action,
            "at": note.at,
            "by": note.by if staff else None,
            "text": note.text,
        }
        for note in notes
    ]
    return {**_shown(session, dict(found), staff=staff), "steps": steps}


async def _may_see(session: AsyncSession, principal: Principal, row: dict[str, Any]) -> bool:
    if principal.kind == "candidate":
        ids = await ids_of(session, row["programme"], principal.subject)
        return principal.programme == row["programme"] and row["candidate_id"] in ids
    return row["programme"] in principal.programmes


def _with_names() -> Any:
    same = and_(
        Candidate.programme == Completion.programme,
        Candidate.candidate_id == Completion.candidate_id,
    )
    return (
        select(*Completion.__table__.columns, Candidate.given_name, Candidate.family_name)
        .select_from(Completion)
        .outerjoin(Candidate, same)
    )


def _shown(session: AsyncSession, row: dict[str, Any], *, staff: bool) -> dict[str, Any]:
    courses = context(session).programmes[row["programme"]].education.courses
    course = courses.get(row["course"])
    names = [row.get("given_name"), row.get("family_name")]
    shown = {
        **row,
        "course_name": course.name if course else row["course"],
        "candidate_name": " ".join(name for name in names if name) or None,
    }
    return shown if staff else {**shown, **dict.fromkeys(_FOR_STAFF)}
