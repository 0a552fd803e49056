"""Authorizations: what candidates may sit, made and withdrawn by staff, answered by vendors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.domain.items import Fault
from services.exams.domain.outcome import Outcome, rejected
from services.exams.domain.replies import ReplyItem
from services.exams.errors import AuthorizationStands, UnknownAuthorization, UnknownCandidate
from services.exams.handlers.entries import Entry
from services.exams.models import Authorization, Candidate, CandidateExport
from shared import outbox
from shared.context import context
from shared.events.exams import ExamAuthorized
from shared.ids import public_code, uuid7
from shared.merges import of_person
from shared.rows import one_of

NUMBER_LENGTH = 12
"""Of an authorization's number: far from Pearson VUE's 25, and too many to be guessed."""

STANDING = ("pending", "sent", "accepted")
"""The states in which an authorization is, or may become, one that can be booked under."""

NEVER = ""
"""Instead of the file's name, where a candidate could not be written into any."""

# An answer to an earlier file may be on its way while a newer one is sent; clocks differ a little.
LEEWAY = timedelta(hours=1)


@dataclass(frozen=True)
class NewAuthorization:
    """What staff let a candidate sit."""

    programme: str
    candidate_id: str
    exam_code: str
    vendor: str
    first_day: date
    last_day: date
    attempts: int
    accommodations: str


async def authorize(session: AsyncSession, new: NewAuthorization, by: str) -> Authorization:
    """Let a candidate book an exam; raises UnknownCandidate or AuthorizationStands."""
    # The candidate's row is the lock, so that two who authorize at once cannot both succeed.
    known = await session.scalar(
        select(Candidate)
        .where(
            Candidate.programme == new.programme,
            Candidate.candidate_id == new.candidate_id,
        )
        .with_for_update()
    )
    if known is None:
        raise UnknownCandidate(f"no candidate {new.candidate_id!r} in programme {new.programme!r}")
    standing = await session.scalar(
        select(Authorization.number).where(
            await of_person(session, Authorization, new.programme, new.candidate_id),
            Authorization.vendor == new.vendor,
            Authorization.exam_code == new.exam_code,
            Authorization.state.in_(STANDING),
            Authorization.first_day <= new.last_day,
            Authorization.last_day >= new.first_day,
        )
    )
    if standing is not None:
        raise AuthorizationStands(
            f"authorization {standing} is for {new.exam_code} in that time; withdraw it first"
        )
    made = Authorization(
        id=uuid7(),
        programme=new.programme,
        vendor=new.vendor,
        number=public_code(NUMBER_LENGTH),
        candidate_id=new.candidate_id,
        exam_code=new.exam_code,
        attempts=new.attempts,
        first_day=new.first_day,
        last_day=new.last_day,
        accommodations=new.accommodations,
        state="pending",
        created_by=by,
        updated_at=context(session).clock.now(),
        version=1,
    )
    session.add(made)
    await session.flush()
    await announce_authorizations(session, [made])
    return made


async def withdraw(
    session: AsyncSession, authorization_id: UUID, programmes: Iterable[str]
) -> Authorization:
    """Take an authorization back; once withdrawn it stays so. Raises UnknownAuthorization."""
    found = await session.get(Authorization, authorization_id, with_for_update=True)
    if found is None or found.programme not in set(programmes):
        raise UnknownAuthorization("there is no authorization with this id, or it is not yours")
    if found.state == "withdrawn":
        return found
    found.state = "withdrawn"
    found.message = None
    # What the vendor has heard of has to be told again (`handlers/exporting.py`).
    found.sent_in = None
    found.updated_at = context(session).clock.now()
    found.version += 1
    await announce_authorizations(session, [found])
    return found


async def announce_authorizations(session: AsyncSession, changed: Iterable[Authorization]) -> None:
    """Publish each authorization whose state has changed."""
    await outbox.add(
        session,
        *(
            ExamAuthorized(
                programme=one.programme,
                candidate_id=one.candidate_id,
                version=one.version,
                authorization_id=one.id,
                number=one.number,
                vendor=one.vendor,
                exam_code=one.exam_code,
                attempts=one.attempts,
                first_day=one.first_day,
                last_day=one.last_day,
                state=one.state,  # type: ignore[arg-type]  # the states of the column
                message=one.message,
            )
            for one in changed
        ),
    )


async def take_in_replies(
    session: AsyncSession, entries: Sequence[Entry[ReplyItem]]
) -> list[Outcome]:
    """Note what a vendor answered of candidates and authorizations; an outcome for each, in order.

    An answer to something that has been sent anew since is a duplicate: it says nothing of what
    was sent last. A withdrawn authorization stays withdrawn, with the vendor's words beside it.
    """
    people = await _exports(session, entries)
    permissions = await _authorizations(session, entries)
    changed: dict[UUID, Authorization] = {}
    outcomes = []
    for entry in entries:
        item, key = entry.item, (entry.item.programme, entry.vendor, entry.item.our_number)
        if item.programme not in entry.source.programmes:
            fault = Fault(field="programme", message=f"not allowed to post for {item.programme!r}")
            outcomes.append(rejected(entry.index, item.our_number, fault))
            continue
        known: CandidateExport | Authorization | None = (
            people.get(key) if item.about == "candidate" else permissions.get(key)
        )
        if known is None or known.sent_at is None or known.sent_in == NEVER:
            fault = Fault(field="our_number", message=f"this {item.about} was never sent to you")
            outcomes.append(rejected(entry.index, item.our_number, fault))
            continue
        told = _note_reply(known, item)
        if told and isinstance(known, Authorization):
            known.updated_at = context(session).clock.now()
            known.version += 1
            changed[known.id] = known
        outcomes.append(
            Outcome(entry.index, item.our_number, "accepted" if told else "duplicate", known.state)
        )
    await session.flush()
    await announce_authorizations(session, changed.values())
    return outcomes


def _note_reply(known: CandidateExport | Authorization, item: ReplyItem) -> bool:
    """Take over an answer; False if it changes nothing."""
    sent_at: datetime | None = known.sent_at
    if item.stated_at is not None and sent_at is not None and item.stated_at < sent_at - LEEWAY:
        return False
    state = "withdrawn" if known.state == "withdrawn" else item.status
    message = item.message if item.status == "error" else None
    number = item.vendor_number or known.vendor_number
    if (known.state, known.message, known.vendor_number) == (state, message, number):
        return False
    known.state, known.message, known.vendor_number = state, message, number
    return True


async def _exports(
    session: AsyncSession, entries: Sequence[Entry[ReplyItem]]
) -> Mapping[tuple[str, str, str], CandidateExport]:
    keys = {_key(entry) for entry in entries if entry.item.about == "candidate"}
    columns = (CandidateExport.programme, CandidateExport.vendor, CandidateExport.candidate_id)
    found = await session.scalars(
        select(CandidateExport)
        .where(one_of(session, columns, keys))
        .order_by(*columns)
        .with_for_update()
    )
    return {(one.programme, one.vendor, one.candidate_id): one for one in found}


async def _authorizations(
    session: AsyncSession, entries: Sequence[Entry[ReplyItem]]
) -> Mapping[tuple[str, str, str], Authorization]:
    keys = {_key(entry) for entry in entries if entry.item.about == "authorization"}
    columns = (Authorization.programme, Authorization.vendor, Authorization.number)
    found = await session.scalars(
        select(Authorization)
        .where(one_of(session, columns, keys))
        .order_by(*columns)
        .with_for_update()
    )
    return {(one.programme, one.vendor, one.number): one for one in found}


def _key(entry: Entry[Any]) -> tuple[str, str, str]:
    return entry.item.programme, entry.vendor, entry.item.our_number
