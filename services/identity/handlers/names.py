"""Changes of names: small ones made at once, others reviewed with a government's document."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.case_errors import (
    IdentificationRequired,
    NameChangeDecided,
    NameChangeWaits,
    TooManyNameChanges,
    UnknownNameChange,
)
from services.identity.domain.names import (
    SMALL_CHANGES_A_DAY,
    Name,
    cleaned,
    fault_of,
    same_writing,
)
from services.identity.errors import UnknownCandidate
from services.identity.handlers import audit
from services.identity.handlers.candidates import load, publish_state
from services.identity.handlers.case_files import attach, give_up_identification
from services.identity.handlers.cases import first_entry, note, open_case, resolve
from services.identity.handlers.notices import notice
from services.identity.models import Candidate, Case, NameChange
from shared.auth import Principal
from shared.context import context
from shared.errors import FieldError, Unprocessable
from shared.handed_in import KeptFile
from shared.ids import uuid7
from shared.merges import ids_of, survivor_id

FIELD = "identification"
_APPROVED = (
    "The change of name was approved. Certificates that you download from now on carry the new "
    "name; older ones say that they were replaced when somebody verifies them."
)


def name_of(candidate: Candidate) -> Name:
    """Return a candidate's present name."""
    return Name(candidate.given_name, candidate.family_name)


def wished(given: str, family: str) -> Name:
    """Return the name that somebody asks for; raise Unprocessable naming what cannot be one."""
    name = Name(cleaned(given), cleaned(family))
    errors = [
        FieldError(field=field, message=fault)
        for field, text in (("given_name", name.given), ("family_name", name.family))
        if (fault := fault_of(text)) is not None
    ]
    if not errors and not any(letter.isalpha() for letter in name.full):
        errors = [FieldError(field="given_name", message="a name has at least one letter")]
    if errors:
        raise Unprocessable(f"{errors[0].field} {errors[0].message}", errors=errors)
    return name


async def is_small(session: AsyncSession, candidate: Candidate, to: Name) -> bool:
    """Tell whether only the writing changes, also of the name that was last seen by somebody.

    Otherwise a name could wander, one small step after the other, to quite another one.
    """
    reviewed = (
        select(NameChange.id)
        .where(
            NameChange.candidate_id == candidate.candidate_id,
            NameChange.state == "made",
            NameChange.small.is_(False),
        )
        .order_by(NameChange.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    first = (
        await session.execute(
            select(NameChange.given_name_before, NameChange.family_name_before)
            .where(
                NameChange.candidate_id == candidate.candidate_id,
                NameChange.state == "made",
                NameChange.small.is_(True),
                (NameChange.id > reviewed) | reviewed.is_(None),
            )
            .order_by(NameChange.id)
            .limit(1)
        )
    ).one_or_none()
    seen = Name(*first) if first is not None else name_of(candidate)
    return same_writing(seen, to) and same_writing(name_of(candidate), to)


async def change_writing(
    session: AsyncSession, programme: str, candidate_id: str, to: Name, by: Principal
) -> NameChange:
    """Make a small change of a name at once.

    Raises IdentificationRequired if it is none, NameChangeWaits, TooManyNameChanges, or
    Unprocessable if nothing would change.
    """
    candidate = await _asking(session, programme, candidate_id, to)
    if not await is_small(session, candidate, to):
        message = "is required: more than the writing of your name changes"
        raise IdentificationRequired(
            "Please add a picture of a government's document that shows the new name.",
            errors=[FieldError(field=FIELD, message=message)],
        )
    now = context(session).clock.now()
    today = await session.scalar(
        select(func.count())
        .select_from(NameChange)
        .where(
            NameChange.candidate_id == candidate_id,
            NameChange.small.is_(True),
            NameChange.asked_at > now - timedelta(days=1),
        )
    )
    if today is not None and today >= SMALL_CHANGES_A_DAY:
        raise TooManyNameChanges(
            f"The writing of a name can be changed {SMALL_CHANGES_A_DAY} times a day."
        )
    change = _new(session, candidate, to, small=True)
    change.state, change.decided_at = "made", now
    session.add(change)
    await _make(session, candidate, change)
    await audit.record(
        session,
        "name.written_anew",
        by=by,
        programme=programme,
        subject=candidate_id,
        details=_told(change),
    )
    await notice(session, candidate, "name_changed", details={"name": to.full})
    return change


async def ask(
    session: AsyncSession,
    programme: str,
    candidate_id: str,
    to: Name,
    *,
    reason: str,
    file: KeptFile,
) -> NameChange:
    """Open a case in which staff review a change of name with a government's document.

    Raises NameChangeWaits, or Unprocessable if nothing would change.
    """
    candidate = await _asking(session, programme, candidate_id, to)
    opened = await open_case(
        session,
        programme=programme,
        candidate_id=candidate_id,
        kind="name_change",
        subject=f"Change of name to {to.full}",
        message=reason,
    )
    change = _new(session, candidate, to, small=False)
    change.case_id, change.reason = opened.id, reason
    session.add(change)
    await session.flush()
    await attach(session, opened, await first_entry(session, opened), file, FIELD)
    return change


async def decide(
    session: AsyncSession,
    change_id: UUID,
    programmes: Iterable[str],
    *,
    approve: bool,
    version: int,
    reason: str,
    by: Principal,
) -> NameChange:
    """Approve or reject a change as staff saw it; the picture of the document is deleted.

    Raises UnknownNameChange, NameChangeDecided, or Unprocessable where a reason is lacking.
    """
    if not approve and not reason:
        error = FieldError(field="reason", message="is required: the candidate is told")
        raise Unprocessable("a reason is required", errors=[error])
    change = await session.get(NameChange, change_id, with_for_update=True)
    if change is None or change.programme not in set(programmes):
        raise unknown()
    if change.state != "waiting" or change.version != version:
        raise NameChangeDecided(
            f"it is {change.state}, version {change.version}",
            errors=[FieldError(field="version", message=f"is {change.version} by now")],
            state=change.state,
            version=change.version,
        )
    change.decided_at = context(session).clock.now()
    change.decided_by, change.decision = by.subject, reason or None
    change.version += 1
    change.state = "made" if approve else "rejected"
    if approve:
        # Whoever was merged since goes under another id, and it is the person who is renamed.
        person = await survivor_id(session, change.programme, change.candidate_id)
        candidate = (await load(session, [person], lock=True))[person]
        await _make(session, candidate, change)
    case = await _case_of(session, change)
    words = _APPROVED if approve else "The change of name was rejected."
    await note(session, case, "approved" if approve else "rejected", "staff", by.subject, "")
    await resolve(session, case, outcome=f"{words} {reason}".strip(), by=by, author="staff")
    await give_up_identification(session, case.id)
    await audit.record(
        session,
        "name.approved" if approve else "name.rejected",
        by=by,
        programme=change.programme,
        subject=change.candidate_id,
        details={**_told(change), "case": case.number} | ({"reason": reason} if reason else {}),
    )
    return change


async def withdraw(
    session: AsyncSession, change_id: UUID, programme: str, candidate_id: str
) -> NameChange:
    """Take back what one has asked for; raises UnknownNameChange or NameChangeDecided."""
    change = await session.get(NameChange, change_id, with_for_update=True)
    theirs = await ids_of(session, programme, candidate_id)
    if change is None or (change.programme, change.candidate_id) not in {
        (programme, one) for one in theirs
    }:
        raise unknown()
    if change.state != "waiting":
        raise NameChangeDecided(f"it is {change.state}", state=change.state, version=change.version)
    change.state, change.decided_at = "withdrawn", context(session).clock.now()
    change.version += 1
    await session.flush()
    case = await _case_of(session, change)
    await resolve(session, case, outcome="Withdrawn by the candidate.", by=None, author="candidate")
    await give_up_identification(session, case.id)
    return change


def unknown() -> UnknownNameChange:
    """Return the refusal of a change that is none, or not the caller's."""
    return UnknownNameChange("There is no such change of name among yours.")


async def _asking(session: AsyncSession, programme: str, candidate_id: str, to: Name) -> Candidate:
    """The candidate who asks, locked, so that of two wishes the second sees the first."""
    candidate = (await load(session, [candidate_id], lock=True)).get(candidate_id)
    if candidate is None or candidate.programme != programme:
        raise UnknownCandidate(f"There is no candidate {candidate_id} in {programme}.")
    if name_of(candidate) == to:
        error = FieldError(field="given_name", message="your name is written like this already")
        raise Unprocessable("nothing would change", errors=[error])
    waiting = (
        await session.execute(
            select(Case.number)
            .join(NameChange, NameChange.case_id == Case.id)
            .where(NameChange.candidate_id == candidate_id, NameChange.state == "waiting")
        )
    ).scalar_one_or_none()
    if waiting is not None:
        raise NameChangeWaits(
            f"Another change is being reviewed in {waiting}; withdraw it to ask for this one.",
            case=waiting,
        )
    return candidate


def _new(session: AsyncSession, candidate: Candidate, to: Name, *, small: bool) -> NameChange:
    return NameChange(
        id=uuid7(),
        programme=candidate.programme,
        candidate_id=candidate.candidate_id,
        case_id=None,
        small=small,
        state="waiting",
        given_name_before=candidate.given_name,
        family_name_before=candidate.family_name,
        given_name=to.given,
        family_name=to.family,
        reason="",
        asked_at=context(session).clock.now(),
        version=1,
    )


async def _make(session: AsyncSession, candidate: Candidate, change: NameChange) -> None:
    candidate.given_name, candidate.family_name = change.given_name, change.family_name
    candidate.name_revision += 1
    candidate.version += 1
    change.revision = candidate.name_revision
    await session.flush()
    await publish_state(session, [candidate])


async def _case_of(session: AsyncSession, change: NameChange) -> Case:
    found = await session.get(Case, change.case_id, with_for_update=True)
    assert found is not None  # only small changes have none
    return found


def _told(change: NameChange) -> dict[str, str]:
    before = Name(change.given_name_before, change.family_name_before)
    return {"from": before.full, "to": Name(change.given_name, change.family_name).full}
