"""Pearson VUE's files out: what is new since the last one, marked as sent as they are made.

A candidate is told of once an authorization lets them book with the vendor, and again whenever
their name or address has changed since; nobody else is told of. What a file cannot hold is left
out and noted, with the reason, as the state `error` of the candidate or the authorization.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import RowMapping, and_, exists, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.pearson_exports import (
    ExportKind,
    Permission,
    Person,
    Unwritable,
    cdd_line,
    ead_line,
    file_name,
    write_file,
)
from services.exams.errors import UnknownFile
from services.exams.handlers.bookings import NEVER, announce_authorizations
from services.exams.models import Authorization, Candidate, CandidateExport
from shared.context import context
from shared.rows import upsert

MOST_LINES = 50_000
"""In one file; what is more is in the next."""

# Any number that nothing else in this database locks: the first bytes of "exports".
LOCK = int.from_bytes(b"exports", "big")


@dataclass
class ExportFile:
    """A file out: its name, its bytes, and how many it tells of."""

    name: str
    body: bytes
    lines: int


@dataclass
class _Draft:
    """A file being made: its lines, and what becomes of each candidate or authorization."""

    lines: list[str] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    left_out: list[tuple[Any, str]] = field(default_factory=list)


async def preview(
    session: AsyncSession, kind: ExportKind, programme: str, vendor: str
) -> ExportFile:
    """The file that would be made now; nothing is noted."""
    now = context(session).clock.now()
    draft = await _draft(session, kind, programme, vendor, now, locked=False)
    return _file(kind, file_name(kind, now), draft)


async def make_file(
    session: AsyncSession, kind: ExportKind, programme: str, vendor: str
) -> ExportFile:
    """Make the file of what is new, and mark all of it as sent in this file.

    Two who make files at once take turns, so nothing is in two files or in none.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    now = context(session).clock.now()
    name = await _free_name(session, kind, programme, vendor, now)
    draft = await _draft(session, kind, programme, vendor, now, locked=True)
    if kind == "cdd":
        await _note_people(session, programme, vendor, draft, name, now)
    else:
        await _note_permissions(session, draft, name, now)
    return _file(kind, name, draft)


async def made_file(
    session: AsyncSession, kind: ExportKind, programme: str, vendor: str, name: str
) -> ExportFile:
    """A file made earlier, for one whose download broke off.

    It holds what was last told in this file, as it is now; what has been told anew since is in
    the later file. Raises UnknownFile if nothing is left.
    """
    draft = _Draft()
    if kind == "cdd":
        await _draft_people(
            session,
            draft,
            _people(programme, vendor).where(CandidateExport.sent_in == name),
            context(session).clock.now(),
            changed=False,
        )
    else:
        await _draft_permissions(
            session,
            draft,
            _permissions(programme, vendor).where(Authorization.sent_in == name),
        )
    if not draft.lines:
        raise UnknownFile(f"no file {name!r}, or all of it has been told anew since")
    return _file(kind, name, draft)


def _file(kind: ExportKind, name: str, draft: _Draft) -> ExportFile:
    return ExportFile(name, write_file(kind, draft.lines), len(draft.lines))


async def _free_name(
    session: AsyncSession, kind: ExportKind, programme: str, vendor: str, now: datetime
) -> str:
    """A name that no earlier file has, were it made in the same second."""
    model = CandidateExport if kind == "cdd" else Authorization
    at = now
    while await session.scalar(
        select(
            exists().where(
                model.programme == programme,
                model.vendor == vendor,
                model.sent_in == file_name(kind, at),
            )
        )
    ):
        at += timedelta(seconds=1)
    return file_name(kind, at)


async def _draft(
    session: AsyncSession,
    kind: ExportKind,
    programme: str,
    vendor: str,
    now: datetime,
    *,
    locked: bool,
) -> _Draft:
    draft = _Draft()
    if kind == "cdd":
        query = _people(programme, vendor).where(
            or_(CandidateExport.candidate_id.is_not(None), _authorized(vendor))
        )
        await _draft_people(session, draft, query, now, changed=True)
    else:
        query = _permissions(programme, vendor).where(
            or_(
                Authorization.state == "pending",
                # Left out before: what kept it out may be mended.
                and_(Authorization.state == "error", Authorization.sent_at.is_(None)),
                # Withdrawn after the vendor had heard of it, and not told yet.
                and_(
                    Authorization.state == "withdrawn",
                    Authorization.sent_at.is_not(None),
                    Authorization.sent_in.is_(None),
                ),
            )
        )
        if locked:
            # Who withdraws one of them in this moment waits, or it would be sent all the same.
            query = query.with_for_update(of=Authorization)
        await _draft_permissions(session, draft, query)
    return draft


def _people(programme: str, vendor: str) -> Any:
    """Candidates with what the vendor was last told of each."""
    return (
        select(
            *Candidate.__table__.columns,
            CandidateExport.digest.label("told_digest"),
        )
        .outerjoin(
            CandidateExport,
            and_(
                CandidateExport.programme == Candidate.programme,
                CandidateExport.candidate_id == Candidate.candidate_id,
                CandidateExport.vendor == vendor,
            ),
        )
        .where(Candidate.programme == programme)
        .order_by(Candidate.candidate_id)
    )


def _authorized(vendor: str) -> Any:
    return exists().where(
        Authorization.programme == Candidate.programme,
        Authorization.candidate_id == Candidate.candidate_id,
        Authorization.vendor == vendor,
        Authorization.state != "withdrawn",
    )


async def _draft_people(
    session: AsyncSession, draft: _Draft, query: Any, now: datetime, *, changed: bool
) -> None:
    rows: Sequence[RowMapping] = (await session.execute(query)).mappings().all()
    for row in rows:
        if len(draft.lines) == MOST_LINES:
            break
        person = Person(row["candidate_id"], row["given_name"], row["family_name"], row["email"])
        if changed and row["told_digest"] == person.digest:
            continue
        try:
            draft.lines.append(cdd_line(person, now))
            draft.told.append(person)
        except Unwritable as reason:
            draft.left_out.append((person, str(reason)))


def _permissions(programme: str, vendor: str) -> Any:
    """Authorizations, each with why its candidate could not be told of, if so."""
    return (
        select(Authorization, CandidateExport)
        .outerjoin(
            CandidateExport,
            and_(
                CandidateExport.programme == Authorization.programme,
                CandidateExport.vendor == Authorization.vendor,
                CandidateExport.candidate_id == Authorization.candidate_id,
            ),
        )
        .where(
            Authorization.programme == programme,
            Authorization.vendor == vendor,
            # A vendor refuses the authorization of a person whom it has never heard of.
            or_(CandidateExport.candidate_id.is_not(None), Authorization.state == "withdrawn"),
        )
        .order_by(Authorization.number)
    )


async def _draft_permissions(session: AsyncSession, draft: _Draft, query: Any) -> None:
    for one, export in (await session.execute(query.limit(MOST_LINES))).all():
        try:
            if export is not None and export.sent_in == NEVER:
                raise Unwritable(f"the candidate cannot be sent: {export.message}")
            draft.lines.append(ead_line(_permission(one)))
            draft.told.append(one)
        except Unwritable as reason:
            draft.left_out.append((one, str(reason)))


def _permission(one: Authorization) -> Permission:
    return Permission(
        number=one.number,
        vendor_number=one.vendor_number,
        candidate_id=one.candidate_id,
        exam_code=one.exam_code,
        attempts=one.attempts,
        first_day=one.first_day,
        last_day=one.last_day,
        accommodations=one.accommodations,
        withdrawn=one.state == "withdrawn",
        updated_at=one.updated_at,
    )


async def _note_people(
    session: AsyncSession, programme: str, vendor: str, draft: _Draft, name: str, now: datetime
) -> None:
    def row(person: Person, **noted: Any) -> dict[str, Any]:
        return {
            "programme": programme,
            "vendor": vendor,
            "candidate_id": person.candidate_id,
            "digest": person.digest,
            "sent_at": now,
            **noted,
        }

    noted = [row(one, state="sent", message=None, sent_in=name) for one in draft.told]
    noted += [
        row(one, state="error", message=reason, sent_in=NEVER) for one, reason in draft.left_out
    ]
    # In the order of the key, as answers lock them.
    noted.sort(key=itemgetter("candidate_id"))
    await upsert(
        session,
        CandidateExport,
        noted,
        key=("programme", "vendor", "candidate_id"),
        update=("digest", "sent_at", "state", "message", "sent_in"),
    )


async def _note_permissions(session: AsyncSession, draft: _Draft, name: str, now: datetime) -> None:
    changed = []
    for one in draft.told:
        one.sent_in, one.sent_at = name, now
        if one.state != "withdrawn":
            one.state, one.message = "sent", None
            one.version += 1
            changed.append(one)
    for one, reason in draft.left_out:
        if (one.state, one.message) != ("error", reason):
            # A withdrawal that cannot be told stays a withdrawal, with the reason beside it.
            one.state = "withdrawn" if one.state == "withdrawn" else "error"
            one.message = reason
            one.updated_at = now
            one.version += 1
            changed.append(one)
    await session.flush()
    await announce_authorizations(session, changed)
