"""Support cases: opened by candidates, by staff for one, or by the system; written in; settled."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.case_errors import CaseChanged, TooManyCases
from services.identity.case_queries import is_theirs, unknown, uuid_in, works_on_cases
from services.identity.domain.cases import (
    REOPENABLE_DAYS,
    UNSOLVED,
    Action,
    Kind,
    Party,
    State,
    after_writing,
    new_number,
    number_of,
)
from services.identity.handlers import audit
from services.identity.handlers.candidates import contact_of
from services.identity.models import Candidate, Case, CaseEntry, NameChange, StaffMember
from shared import outbox
from shared.auth import Principal
from shared.context import context
from shared.errors import FieldError, Unprocessable
from shared.events import CaseAnswered, CaseOpened, CaseReplied, CaseResolved, Contact
from shared.ids import uuid7
from shared.merges import survivor_id
from shared.rows import insert_new, one_of

SAME_WORDS = timedelta(minutes=10)


async def open_case(
    session: AsyncSession,
    *,
    programme: str,
    candidate_id: str | None,
    kind: Kind,
    subject: str,
    message: str,
    by_system: bool = False,
    by: Principal | None = None,
    details: Mapping[str, Any] | None = None,
) -> Case:
    """Open a case with its first message, and have its candidate told, if it is about one.

    by_system: nobody asked for it; by: a staff member who opens it for the candidate; details:
    what machines have to know of it.
    """
    now = context(session).clock.now()
    author: Party = "staff" if by else "system" if by_system else "candidate"
    row = {
        "id": uuid7(),
        "programme": programme,
        "candidate_id": candidate_id,
        "kind": kind,
        "subject": subject,
        # What staff begin waits for the candidate.
        "state": "waiting_for_candidate" if by else "open",
        "opened_by": author,
        "assigned_to": await _member(session, by) if by else None,
        "details": dict(details or {}),
        "outcome": None,
        "opened_at": now,
        "updated_at": now,
        "resolved_at": None,
        "version": 1,
    }
    # A number that is taken is met once in many years; then the next one is.
    while not await insert_new(
        session,
        Case,
        [row | {"number": new_number()}],
        conflict=["number"],
        returning=["number"],
    ):
        pass
    opened = await session.get_one(Case, row["id"])
    written_by = by.subject if by else candidate_id if author == "candidate" else None
    await note(session, opened, "opened", author, written_by, message)
    if by is not None:
        await _on_record(session, opened, "opened", by)
    if (contact := await _contact(session, opened)) is not None:
        told = CaseOpened(
            **_standing(opened, contact),
            message=message,
            by=author,
            notify=None if by else await _notify(session, opened),
        )
        await outbox.add(session, told)
    return opened


async def write_as_candidate(session: AsyncSession, case: Case, text: str) -> CaseEntry:
    """Write a candidate's message in a case of theirs, and have the staff told.

    A resolved case is reopened by it. Raises CaseChanged if that was too long ago.
    """
    now = context(session).clock.now()
    if case.resolved_at is not None and now > case.resolved_at + timedelta(days=REOPENABLE_DAYS):
        raise CaseChanged(
            f"{case.number} was resolved more than {REOPENABLE_DAYS} days ago; open a new case "
            f"and name this one in it",
            state=case.state,
            version=case.version,
        )
    was = case.state
    _moved(session, case, after_writing(case.state, "candidate"))
    entry = await note(session, case, "written", "candidate", case.candidate_id, text)
    if was == "resolved":
        case.resolved_at = case.outcome = None
    if (contact := await _contact(session, case)) is not None:
        notify = await _notify(session, case)
        told = CaseReplied(
            **_standing(case, contact), message_id=entry.id, message=text, notify=notify
        )
        await outbox.add(session, told)
    return entry


async def write_as_staff(
    session: AsyncSession, case: Case, text: str, by: Principal, *, internal: bool
) -> CaseEntry:
    """Answer in a case, or write a note that only staff see."""
    if internal:
        _moved(session, case, case.state)
        return await note(session, case, "noted", "staff", by.subject, text, internal=True)
    _moved(session, case, after_writing(case.state, "staff"))
    if case.assigned_to is None:
        case.assigned_to = await _member(session, by)
    entry = await note(session, case, "written", "staff", by.subject, text)
    await _on_record(session, case, "answered", by)
    if (contact := await _contact(session, case)) is not None:
        told = CaseAnswered(**_standing(case, contact), message_id=entry.id, message=text)
        await outbox.add(session, told)
    return entry


async def assign(session: AsyncSession, case: Case, to: UUID | None, by: Principal) -> None:
    """Give a case to a staff member of its programme who works on cases, or to nobody.

    Raises Unprocessable naming the field.
    """
    name = ""
    if to is not None:
        member = await session.get(StaffMember, to)
        if member is None or not works_on_cases(member, case.programme):
            error = FieldError(field="to", message="is nobody who works on this programme's cases")
            raise Unprocessable("nobody of that id works on these cases", errors=[error])
        name = member.name
    if case.assigned_to == to:
        return
    case.assigned_to = to
    _moved(session, case, case.state)
    await note(session, case, "assigned", "staff", by.subject, name, internal=True)
    await _on_record(session, case, "assigned", by, to=str(to) if to else "")


async def resolve(
    session: AsyncSession,
    case: Case,
    *,
    outcome: str,
    by: Principal | None,
    author: Party,
) -> None:
    """Close a case; outcome: what came of it, in words that the candidate reads.

    Raises CaseChanged if it is closed already, or its change of name waits for a decision.
    """
    if case.state == "resolved":
        raise CaseChanged("it is resolved already", state=case.state, version=case.version)
    waits = await session.scalar(
        select(NameChange.id).where(NameChange.case_id == case.id, NameChange.state == "waiting")
    )
    if waits is not None:
        raise CaseChanged(
            "the change of name has to be decided, or withdrawn by the candidate",
            state=case.state,
            version=case.version,
        )
    _moved(session, case, "resolved")
    case.resolved_at, case.outcome = case.updated_at, outcome
    written_by = by.subject if by else None
    await note(session, case, "resolved", author, written_by, outcome)
    if author == "staff" and by is not None:
        await _on_record(session, case, "resolved", by)
    if (contact := await _contact(session, case)) is not None:
        told = CaseResolved(**_standing(case, contact), outcome=outcome, by=author)
        await outbox.add(session, told)


async def reopen(session: AsyncSession, case: Case, reason: str, by: Principal) -> None:
    """Take a resolved case up again; raises CaseChanged if it is open."""
    if case.state != "resolved":
        raise CaseChanged(f"it is {case.state}", state=case.state, version=case.version)
    _moved(session, case, "reopened")
    case.resolved_at = case.outcome = None
    await note(session, case, "reopened", "staff", by.subject, reason, internal=True)
    await _on_record(session, case, "reopened", by)


async def note(
    session: AsyncSession,
    case: Case,
    action: Action,
    author: Party,
    written_by: str | None,
    text: str,
    *,
    internal: bool = False,
) -> CaseEntry:
    """Write a message or a step down in a case."""
    entry = CaseEntry(
        id=uuid7(),
        case_id=case.id,
        action=action,
        author=author,
        written_by=written_by,
        text=text,
        internal=internal,
        at=context(session).clock.now(),
    )
    session.add(entry)
    await session.flush()
    return entry


async def case_for(session: AsyncSession, typed: str, principal: Principal) -> Case:
    """Return a case by its number, locked, if it is the caller's; raise UnknownCase if not."""
    number = number_of(typed)
    found = None
    if number is not None:
        found = await session.scalar(select(Case).where(Case.number == number).with_for_update())
    if found is None or not await is_theirs(session, found, principal):
        raise unknown(typed)
    return found


async def just_opened(
    session: AsyncSession, candidate_id: str, kind: Kind, subject: str, message: str
) -> Case | None:
    """Return the case that a candidate has opened with the same words a moment ago.

    Who presses twice, or again because the answer did not come, has written once.
    """
    moment = context(session).clock.now() - SAME_WORDS
    found: Case | None = await session.scalar(
        select(Case)
        .join(CaseEntry, CaseEntry.case_id == Case.id)
        .where(
            Case.candidate_id == candidate_id,
            Case.kind == kind,
            Case.subject == subject,
            Case.opened_at > moment,
            Case.state.in_(UNSOLVED),
            CaseEntry.action == "opened",
            CaseEntry.text == message,
        )
        .limit(1)
    )
    return found


async def refuse_too_many(session: AsyncSession, ids: Sequence[str]) -> None:
    """Raise TooManyCases if a candidate has as many unsolved cases as may be."""
    most = context(session).settings.cases_unsolved
    waiting = await session.scalar(
        select(func.count())
        .select_from(Case)
        .where(one_of(session, Case.candidate_id, ids), Case.state.in_(UNSOLVED))
    )
    if waiting is not None and waiting >= most:
        raise TooManyCases(f"{waiting} cases wait; at most {most} may. Write in one of them.")


async def refuse_flood(session: AsyncSession, case: Case) -> None:
    """Raise TooManyCases if a candidate has written in a case as often as may be in a day."""
    here = context(session)
    most = here.settings.case_messages_a_day
    written = await session.scalar(
        select(func.count())
        .select_from(CaseEntry)
        .where(
            CaseEntry.case_id == case.id,
            CaseEntry.author == "candidate",
            CaseEntry.at > here.clock.now() - timedelta(days=1),
        )
    )
    if written is not None and written >= most:
        raise TooManyCases(f"{written} messages were written here in a day; at most {most} may be")


async def _member(session: AsyncSession, by: Principal) -> UUID | None:
    """The id of the staff member who asks; None for a token of nobody who is kept here."""
    member_id = uuid_in(by.subject)
    member = await session.get(StaffMember, member_id) if member_id else None
    return None if member is None else member.id


def require_version(case: Case, version: int) -> None:
    """Raise CaseChanged unless a case is as it was looked at."""
    if case.version != version:
        raise CaseChanged(
            f"it was changed since you saw it: version {case.version} is the newest",
            errors=[FieldError(field="version", message=f"is {case.version} by now")],
            state=case.state,
            version=case.version,
        )


async def first_entry(session: AsyncSession, case: Case) -> CaseEntry:
    """Return the message that a case was opened with."""
    query = select(CaseEntry).where(CaseEntry.case_id == case.id).order_by(CaseEntry.id).limit(1)
    return (await session.scalars(query)).one()


def _moved(session: AsyncSession, case: Case, state: State) -> None:
    case.state = state
    case.updated_at = context(session).clock.now()
    case.version += 1


def _standing(case: Case, contact: Contact) -> dict[str, Any]:
    return {
        "programme": case.programme,
        "candidate_id": case.candidate_id,
        "version": case.version,
        "case_id": case.id,
        "number": case.number,
        "kind": case.kind,
        "subject": case.subject,
        "contact": contact,
        "at": case.updated_at,
    }


async def _contact(session: AsyncSession, case: Case) -> Contact | None:
    """Whom a case is about, as the person goes today; None: it is about nobody known."""
    if case.candidate_id is None:
        return None
    person = await survivor_id(session, case.programme, case.candidate_id)
    candidate = await session.get(Candidate, person)
    return None if candidate is None else contact_of(candidate)


async def _notify(session: AsyncSession, case: Case) -> str | None:
    """Where staff hear of a case: who works on it, or else the address that the programme names."""
    if case.assigned_to is not None:
        member = await session.get(StaffMember, case.assigned_to)
        if member is not None and works_on_cases(member, case.programme):
            return member.email
    return context(session).programmes[case.programme].cases.notify


async def _on_record(
    session: AsyncSession, case: Case, what: str, by: Principal, **details: str
) -> None:
    await audit.record(
        session,
        f"case.{what}",
        by=by,
        programme=case.programme,
        subject=case.candidate_id,
        details={"case": case.number, **details},
    )
