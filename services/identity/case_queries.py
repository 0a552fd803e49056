"""Reading support cases."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.case_errors import UnknownCase, UnknownCaseFile
from services.identity.domain.cases import REOPENABLE_DAYS, UNSOLVED, WITH_STAFF, number_of
from services.identity.models import (
    Candidate,
    Case,
    CaseEntry,
    CaseFile,
    NameChange,
    StaffMember,
)
from shared.auth import Principal
from shared.context import context
from shared.merges import ids_of
from shared.rows import one_of

Row = dict[str, Any]
_FOR_STAFF = ("assigned_to", "assigned_name")


async def cases(
    session: AsyncSession,
    programmes: Iterable[str],
    *,
    candidate_ids: Sequence[str] | None = None,
    which: str = "all",
    kind: str | None = None,
    assigned: str | None = None,
    search: str = "",
    after: UUID | None = None,
    limit: int,
    newest: bool,
    staff: bool,
) -> list[Row]:
    """Cases; one more than `limit` if there is.

    candidate_ids: of one person; which: a state, `unsolved`, `with_staff` or `all`; assigned: the
    id of a staff member, or `nobody`; search: a number, or words in subject, name or candidate id.
    """
    conditions: list[ColumnElement[bool]] = [one_of(session, Case.programme, programmes)]
    if candidate_ids is not None:
        conditions.append(one_of(session, Case.candidate_id, candidate_ids))
    groups = {"unsolved": UNSOLVED, "with_staff": WITH_STAFF}
    if which != "all":
        conditions.append(Case.state.in_(groups.get(which, (which,))))
    if kind is not None:
        conditions.append(Case.kind == kind)
    if assigned == "nobody":
        conditions.append(Case.assigned_to.is_(None))
    elif assigned is not None:
        # Nobody has an id that is none.
        conditions.append(Case.assigned_to == (uuid_in(assigned) or UUID(int=0)))
    if (number := number_of(search)) is not None:
        conditions.append(Case.number == number)
    else:
        conditions += [_has(word) for word in search.split()[:6]]
    if after is not None:
        conditions.append(Case.id < after if newest else Case.id > after)
    order = Case.id.desc() if newest else Case.id
    rows = await session.execute(_with_names().where(*conditions).order_by(order).limit(limit + 1))
    return [_shown(dict(row), staff=staff) for row in rows.mappings()]


async def case(session: AsyncSession, typed: str, principal: Principal) -> Row:
    """One case with all that was said in it; raises UnknownCase if it is not the caller's."""
    number = number_of(typed)
    found = await session.scalar(select(Case).where(Case.number == number)) if number else None
    if found is None or not await is_theirs(session, found, principal):
        raise unknown(typed)
    staff = principal.kind == "staff"
    row = (await session.execute(_with_names().where(Case.id == found.id))).mappings().one()
    change_id = await session.scalar(select(NameChange.id).where(NameChange.case_id == found.id))
    now = context(session).clock.now()
    closed = found.resolved_at
    return {
        **_shown(dict(row), staff=staff),
        "name_change_id": change_id,
        "details": found.details if staff else {},
        "can_reopen": closed is None or now <= closed + timedelta(days=REOPENABLE_DAYS),
        "entries": await _entries(session, found, staff=staff),
    }


async def file_of(
    session: AsyncSession, typed: str, file_id: UUID, principal: Principal
) -> CaseFile:
    """A file that was sent along in a case.

    Raises UnknownCase, or UnknownCaseFile: also for a government's document, which is seen by
    nobody but who reviews names, and for a file in a note of the staff.
    """
    shown = await case(session, typed, principal)
    seen = {file["id"] for entry in shown["entries"] for file in entry["files"]}
    found = await session.get(CaseFile, file_id) if file_id in seen else None
    if found is None or found.key is None or found.purpose != "attachment":
        raise UnknownCaseFile("There is no such file in this case.")
    return found


async def case_workers(session: AsyncSession, programme: str) -> list[Row]:
    """The staff members who work on a programme's cases, by name."""
    members = await session.scalars(
        select(StaffMember).where(StaffMember.active).order_by(StaffMember.name, StaffMember.id)
    )
    return [{"id": one.id, "name": one.name} for one in members if works_on_cases(one, programme)]


async def is_theirs(session: AsyncSession, case: Case, principal: Principal) -> bool:
    """Tell whether a case is a candidate's own, under any id, or of a staff member's programme."""
    if case.programme not in context(session).programmes:
        return False
    if principal.kind != "candidate":
        return case.programme in principal.programmes
    if case.programme != principal.programme or case.candidate_id is None:
        return False
    return case.candidate_id in await ids_of(session, case.programme, principal.subject)


def unknown(typed: str) -> UnknownCase:
    """Return the refusal of a number that is none, or not the caller's: nobody learns which."""
    return UnknownCase(f"There is no case {typed[:20]!r} among yours.")


def works_on_cases(member: StaffMember, programme: str) -> bool:
    """Tell whether a staff member writes in a programme's cases."""
    return member.active and "cases:write" in member.grants.get(programme, frozenset())


async def _entries(session: AsyncSession, found: Case, *, staff: bool) -> list[Row]:
    query = select(CaseEntry).where(CaseEntry.case_id == found.id).order_by(CaseEntry.id)
    if not staff:
        query = query.where(CaseEntry.internal.is_(False))
    entries = list(await session.scalars(query))
    names = await _names_of(session, entries) if staff else {}
    files: dict[UUID, list[Row]] = defaultdict(list)
    for file in await session.scalars(
        select(CaseFile).where(CaseFile.case_id == found.id).order_by(CaseFile.id)
    ):
        shown = ("id", "purpose", "name", "type", "bytes", "deleted_at")
        files[file.entry_id].append({name: getattr(file, name) for name in shown})
    return [
        {
            "id": entry.id,
            "action": entry.action,
            "author": entry.author,
            "author_name": names.get(entry.written_by or ""),
            "text": entry.text,
            "internal": entry.internal,
            "at": entry.at,
            "files": files[entry.id],
        }
        for entry in entries
    ]


def uuid_in(text: str) -> UUID | None:
    """Return the id that is written in a text, None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


async def _names_of(session: AsyncSession, entries: Sequence[CaseEntry]) -> dict[str, str]:
    wrote = {uuid_in(one.written_by or "") for one in entries if one.author == "staff"} - {None}
    rows = await session.execute(
        select(StaffMember.id, StaffMember.name).where(one_of(session, StaffMember.id, wrote))
    )
    return {str(member_id): name for member_id, name in rows}


def _with_names() -> Select[Any]:
    return (
        select(
            *Case.__table__.columns,
            Candidate.given_name,
            Candidate.family_name,
            StaffMember.name.label("assigned_name"),
        )
        .select_from(Case)
        .outerjoin(Candidate, Candidate.candidate_id == Case.candidate_id)
        .outerjoin(StaffMember, StaffMember.id == Case.assigned_to)
    )


def _has(word: str) -> ColumnElement[bool]:
    lowered = word.lower()
    return or_(
        func.lower(Case.subject).contains(lowered, autoescape=True),
        func.lower(Candidate.given_name).contains(lowered, autoescape=True),
        func.lower(Candidate.family_name).contains(lowered, autoescape=True),
        Case.candidate_id.startswith(word.upper(), autoescape=True),
    )


def _shown(row: Row, *, staff: bool) -> Row:
    names = (row.get("given_name"), row.get("family_name"))
    shown = {**row, "candidate_name": " ".join(name for name in names if name) or None}
    return shown if staff else {**shown, **dict.fromkeys(_FOR_STAFF)}
