"""Accounts by file: rows become candidates, those who are there already are left as they are."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.account_rows import AccountRow, RowFault
from services.identity.domain.names import Name, same_writing
from services.identity.handlers.addresses import hold_primary, holders_of
from services.identity.handlers.audit import record
from services.identity.handlers.candidates import (
    load,
    lock_series,
    publish_state,
    take_candidate_ids,
)
from services.identity.handlers.links import issue_links
from services.identity.models import AccountImport, AccountImportRow, Candidate, TestingIdentity
from shared.auth import Principal
from shared.context import context
from shared.ids import uuid7
from shared.rows import insert_new, one_of


async def begin_import(
    session: AsyncSession, by: Principal, *, programme: str, name: str, welcome: bool
) -> UUID:
    """Write down that a file is taken in; return its id."""
    import_id = uuid7()
    row = {
        "id": import_id,
        "programme": programme,
        "name": name,
        "by_id": by.subject,
        "by_name": by.name,
        "welcome": welcome,
        "state": "running",
        **dict.fromkeys(("rows", "made", "already_there", "rejected"), 0),
        "started_at": context(session).clock.now(),
    }
    await insert_new(session, AccountImport, [row])
    return import_id


async def end_import(session: AsyncSession, by: Principal, import_id: UUID, state: str) -> None:
    """Write down that a file has been taken in, or that it broke off."""
    done = await session.get_one(AccountImport, import_id, populate_existing=True)
    done.state, done.finished_at = state, context(session).clock.now()
    counts = {"made": done.made, "already_there": done.already_there, "rejected": done.rejected}
    await record(
        session,
        "accounts.imported",
        by=by,
        programme=done.programme,
        subject=None,
        details={"file": done.name, "welcome": done.welcome, "state": state, **counts},
    )


async def take_rows(session: AsyncSession, import_id: UUID, rows: Sequence[AccountRow]) -> None:
    """Make candidates of rows, as one set, and write down what became of each.

    A candidate with the row's address and name, however written, or with its testing id is
    already there, so that a file can be sent again. The same address under another name makes
    somebody new: mailboxes are shared.
    """
    job = await session.get_one(AccountImport, import_id, populate_existing=True)
    await lock_series(session, [job.programme])
    good = [row for row in rows if not row.faults]
    owners = await _owners(session, job.programme, good)
    known = await _known(session, job.programme, good, owners)
    found: dict[int, str] = {}
    new: list[AccountRow] = []
    for row in good:
        owner = _owner_of(row, owners, known, new)
        if isinstance(owner, RowFault):
            row.faults.append(owner)
        elif isinstance(owner, str):
            found[row.row] = owner
        elif owner is None:
            new.append(row)
    made = await _make(session, job, new)
    # Of two rows of one person in the same part of a file the second finds the first.
    for row in good:
        if row.row not in made and row.row not in found and not row.faults:
            found[row.row] = next(made[one.row] for one in new if _same(one, row))
    await _write(session, job, rows, made, found)


async def _owners(
    session: AsyncSession, programme: str, rows: Sequence[AccountRow]
) -> dict[tuple[str, str], str]:
    table = TestingIdentity
    keys = {(programme, one.vendor, one.testing_id) for one in rows if one.testing_id}
    if not keys:
        return {}
    columns = (table.programme, table.vendor, table.testing_id)
    statement = select(*columns, table.candidate_id).where(one_of(session, columns, keys))
    return {(row[1], row[2]): row[3] for row in await session.execute(statement)}


async def _known(
    session: AsyncSession,
    programme: str,
    rows: Sequence[AccountRow],
    owners: dict[tuple[str, str], str],
) -> dict[str, list[Candidate]]:
    """Return the candidates of each row's address, and under each testing id's owner its own."""
    holders = await holders_of(session, programme, [one.email for one in rows])
    ids = {one for several in holders.values() for one in several} | set(owners.values())
    candidates = await load(session, ids)
    known = {
        key: [candidates[one] for one in several if one in candidates]
        for key, several in holders.items()
    }
    return known | {one: [candidates[one]] for one in owners.values() if one in candidates}


def _owner_of(
    row: AccountRow,
    owners: dict[tuple[str, str], str],
    known: dict[str, list[Candidate]],
    new: Sequence[AccountRow],
) -> str | RowFault | bool | None:
    """Return who the row is: an id, True for somebody new above it, None for somebody new."""
    same = [one for one in known.get(row.email_key, ()) if _is_named(one, row.name)]
    owner = owners.get((row.vendor, row.testing_id)) if row.testing_id else None
    if owner is not None:
        if any(_is_named(one, row.name) for one in known.get(owner, ())):
            return owner
        return RowFault("testing_id", f"belongs to {owner}, who has another name")
    if same:
        return same[0].candidate_id
    if any(_same(one, row) for one in new):
        return True
    taken = {(one.vendor, one.testing_id) for one in new if one.testing_id}
    if (row.vendor, row.testing_id) in taken:
        return RowFault("testing_id", "stands in a row above it, with another name or address")
    return None


def _is_named(candidate: Candidate, name: Name) -> bool:
    return same_writing(Name(candidate.given_name, candidate.family_name), name)


def _same(one: AccountRow, other: AccountRow) -> bool:
    return one.email_key == other.email_key and same_writing(one.name, other.name)


async def _make(
    session: AsyncSession, job: AccountImport, rows: Sequence[AccountRow]
) -> dict[int, str]:
    if not rows:
        return {}
    here = context(session)
    now = here.clock.now()
    ids = await take_candidate_ids(session, job.programme, len(rows))
    made = {row.row: candidate_id for row, candidate_id in zip(rows, ids, strict=True)}
    people: list[dict[str, Any]] = [
        {
            "candidate_id": made[row.row],
            "programme": job.programme,
            "given_name": row.name.given,
            "family_name": row.name.family,
            "name_revision": 1,
            "email": row.email,
            "email_key": row.email_key,
            "locale": row.locale,
            "disclosure": here.programmes[job.programme].profile.disclosure_assumed,
            "version": 1,
            "registered_at": now,
        }
        for row in rows
    ]
    await insert_new(session, Candidate, people)
    linked = [
        {
            "programme": job.programme,
            "vendor": row.vendor,
            "testing_id": row.testing_id,
            "candidate_id": made[row.row],
            "linked_at": now,
        }
        for row in rows
        if row.testing_id
    ]
    await insert_new(session, TestingIdentity, linked)
    candidates = [Candidate(**one) for one in people]
    await hold_primary(session, candidates)
    await publish_state(session, candidates)
    if job.welcome:
        await issue_links(session, candidates, "welcome")
    return made


async def _write(
    session: AsyncSession,
    job: AccountImport,
    rows: Sequence[AccountRow],
    made: dict[int, str],
    found: dict[int, str],
) -> None:
    def outcome(row: AccountRow) -> str:
        if row.faults:
            return "rejected"
        return "made" if row.row in made else "already_there"

    written = [
        {
            "import_id": job.id,
            "row": row.row,
            "outcome": outcome(row),
            "candidate_id": made.get(row.row) or found.get(row.row),
            "faults": [{"field": one.field, "message": one.message} for one in row.faults],
        }
        for row in rows
    ]
    await insert_new(session, AccountImportRow, written)
    outcomes = [one["outcome"] for one in written]
    await session.execute(
        update(AccountImport)
        .where(AccountImport.id == job.id)
        .values(
            rows=AccountImport.rows + len(written),
            made=AccountImport.made + outcomes.count("made"),
            already_there=AccountImport.already_there + outcomes.count("already_there"),
            rejected=AccountImport.rejected + outcomes.count("rejected"),
        )
        .execution_options(synchronize_session=False)
    )
