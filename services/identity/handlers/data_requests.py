"""Copies and erasures of a person's data: asked for, taken back, begun when their time has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.errors import (
    CopyNotThere,
    NothingToTakeBack,
    RequestUnderWay,
    TooManyCopies,
    UnknownCandidate,
)
from services.identity.handlers import audit
from services.identity.handlers.candidates import contact_of, load
from services.identity.handlers.data_answers import SETTLE
from services.identity.handlers.notices import notice
from services.identity.models import Candidate, DataRequest
from services.identity.my_data import MY_DATA
from shared import outbox
from shared.auth import Principal
from shared.context import context, wake_after_commit
from shared.events import CandidateErased, DataErased, DataExportRequested
from shared.ids import uuid7
from shared.merges import ids_of
from shared.programmes import Programme
from shared.rows import one_of

COPY, ERASURE = "copy", "erasure"
UNSETTLED = ("gathering", "waiting", "erasing")
# A copy is work for six services; who needs more than this has another question.
COPIES_A_DAY = 5
_DAY = timedelta(days=1)


async def ask_for_copy(
    session: AsyncSession,
    programme: str,
    candidate_id: str,
    *,
    by: Principal,
    reason: str | None = None,
) -> DataRequest:
    """Have everything that is held about a person put together for them.

    Raises UnknownCandidate, RequestUnderWay while one is being put together, TooManyCopies.
    """
    candidate, ids = await _person(session, programme, candidate_id)
    now = context(session).clock.now()
    await _refuse_second(session, candidate.candidate_id, COPY)
    today = await session.scalars(
        select(DataRequest.id).where(
            DataRequest.candidate_id == candidate.candidate_id,
            DataRequest.kind == COPY,
            DataRequest.asked_at > now - _DAY,
        )
    )
    if len(today.all()) >= COPIES_A_DAY:
        raise TooManyCopies(f"At most {COPIES_A_DAY} copies are made in a day.")
    request = _new(candidate, ids, COPY, "gathering", by, reason, now)
    session.add(request)
    await session.flush()
    event = DataExportRequested(
        programme=programme,
        candidate_id=candidate.candidate_id,
        request_id=request.id,
        candidate_ids=ids,
        at=now,
    )
    await outbox.add(session, event)
    await MY_DATA.note_request(session, [event])
    await _put_on_record(session, request, "data_copy.requested", by)
    await notice(session, candidate, "data_export_requested", details=_by(by, reason))
    return request


async def ask_for_erasure(
    session: AsyncSession,
    programme: str,
    candidate_id: str,
    *,
    by: Principal,
    reason: str | None = None,
    at_once: bool = False,
) -> DataRequest:
    """Have everything about a person erased after the programme's waiting time.

    at_once: without waiting, for staff. Raises UnknownCandidate, RequestUnderWay.
    """
    candidate, ids = await _person(session, programme, candidate_id)
    here = context(session)
    rules: Programme = here.programmes[programme]
    now = here.clock.now()
    await _refuse_second(session, candidate.candidate_id, ERASURE)
    request = _new(candidate, ids, ERASURE, "waiting", by, reason, now)
    wait = timedelta() if at_once else timedelta(days=rules.data.erasure_wait_days)
    request.due_at = now + wait
    session.add(request)
    await session.flush()
    await _put_on_record(session, request, "erasure.requested", by)
    if wait:
        due = request.due_at.astimezone(ZoneInfo(rules.timezone))
        details = {"due": f"{due.day} {due:%B %Y}", **_by(by, reason)}
        await notice(session, candidate, "erasure_scheduled", details=details)
    wake_after_commit(session, SETTLE)
    return request


async def take_back_erasure(
    session: AsyncSession,
    programme: str,
    candidate_id: str,
    *,
    by: Principal,
    reason: str | None = None,
) -> DataRequest:
    """Leave a person's data as it is after all; raises NothingToTakeBack.

    What was asked for under an id that was merged away since would erase the whole person, so it
    is taken back too.
    """
    ids = await ids_of(session, programme, candidate_id)
    found = await session.scalars(
        select(DataRequest)
        .where(
            DataRequest.programme == programme,
            one_of(session, DataRequest.candidate_id, ids),
            DataRequest.kind == ERASURE,
            DataRequest.state == "waiting",
        )
        .order_by(DataRequest.id)
        .with_for_update()
    )
    requests = list(found)
    candidate = (await load(session, ids[:1])).get(ids[0])
    if not requests or candidate is None:
        raise NothingToTakeBack("No erasure waits that could be taken back.")
    for request in requests:
        request.state, request.settled_at = "taken_back", context(session).clock.now()
        await session.flush()
        await _put_on_record(session, request, "erasure.taken_back", by)
    await notice(session, candidate, "erasure_taken_back", details=_by(by, reason))
    return requests[-1]


async def begin_due_erasure(session: AsyncSession) -> bool:
    """Begin an erasure whose waiting time is over; False where there is none."""
    here = context(session)
    request = await session.scalar(
        select(DataRequest)
        .where(
            DataRequest.kind == ERASURE,
            DataRequest.state == "waiting",
            DataRequest.due_at <= here.clock.now(),
        )
        .order_by(DataRequest.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if request is None:
        return False
    programme: Programme = here.programmes[request.programme]
    # Merges may have been made, or undone, since it was asked for.
    ids = await ids_of(session, request.programme, request.candidate_id)
    request.candidate_ids, request.state = list(ids), "erasing"
    await session.flush()
    await _say_good_bye(session, request, programme)
    events = [
        CandidateErased(
            programme=request.programme,
            candidate_id=one,
            request_id=request.id,
            keep=tuple(kept.what for kept in programme.data.keep),
            at=here.clock.now(),
        )
        for one in ids
    ]
    await _put_on_record(session, request, "erasure.begun", None)
    await outbox.add(session, *events)
    await MY_DATA.erase(session, events)
    # Nobody is left who could fetch them.
    await session.execute(
        update(DataRequest)
        .where(
            DataRequest.candidate_id.in_(ids),
            DataRequest.kind == COPY,
            DataRequest.state.in_(("gathering", "ready")),
        )
        .values(state="expired", settled_at=here.clock.now())
        .execution_options(synchronize_session=False)
    )
    return True


async def copy_to_fetch(
    session: AsyncSession, programme: str, candidate_id: str, request_id: UUID
) -> DataRequest:
    """Return a copy that can be fetched by its owner; raises CopyNotThere.

    Of a person with several ids it may be of any of them; but not of somebody else's too, who was
    told apart since it was made.
    """
    ids = await ids_of(session, programme, candidate_id)
    request = await session.get(DataRequest, request_id)
    now = context(session).clock.now()
    if (
        request is None
        or request.programme != programme
        or not set(request.candidate_ids) <= set(ids)
        or request.kind != COPY
        or request.state != "ready"
        or request.due_at is None
        or request.due_at <= now
    ):
        raise CopyNotThere("There is no such copy, or it was deleted after its time.")
    return request


async def note_fetched(
    session: AsyncSession, request_id: UUID, by: Principal, programme: str
) -> None:
    """Put on record that a copy was fetched."""
    request = await session.get(DataRequest, request_id)
    if request is not None:
        request.fetched_at = context(session).clock.now()
    await audit.record(session, "data_copy.fetched", by=by, programme=programme, subject=by.subject)


async def _person(
    session: AsyncSession, programme: str, candidate_id: str
) -> tuple[Candidate, tuple[str, ...]]:
    ids = await ids_of(session, programme, candidate_id)
    candidate = (await load(session, ids[:1], lock=True)).get(ids[0])
    if candidate is None or candidate.programme != programme:
        raise UnknownCandidate(f"There is no candidate {candidate_id} in {programme}.")
    return candidate, ids


async def _refuse_second(session: AsyncSession, candidate_id: str, kind: str) -> None:
    # The candidate's row is locked, so that nobody asks at the same moment.
    found = await session.scalar(
        select(DataRequest.state).where(
            DataRequest.candidate_id == candidate_id,
            DataRequest.kind == kind,
            DataRequest.state.in_(UNSETTLED),
        )
    )
    if found is not None:
        raise RequestUnderWay(
            "A copy is being put together already."
            if kind == COPY
            else "The erasure has been asked for already."
        )


def _new(
    candidate: Candidate,
    ids: Sequence[str],
    kind: str,
    state: str,
    by: Principal,
    reason: str | None,
    now: datetime,
) -> DataRequest:
    staff = by.kind == "staff"
    return DataRequest(
        id=uuid7(),
        programme=candidate.programme,
        candidate_id=candidate.candidate_id,
        candidate_ids=list(ids),
        kind=kind,
        state=state,
        asked_by_kind="staff" if staff else "candidate",
        asked_by=by.subject if staff else None,
        asked_by_name=by.name if staff else None,
        reason=reason,
        asked_at=now,
    )


def _by(by: Principal, reason: str | None) -> dict[str, str]:
    if by.kind != "staff":
        return {}
    return {"by": by.name or "staff", **({"reason": reason} if reason else {})}


async def _put_on_record(
    session: AsyncSession, request: DataRequest, action: str, by: Principal | None
) -> None:
    details = {"request": str(request.id)}
    if request.reason:
        details["reason"] = request.reason
    await audit.record(
        session,
        action,
        by=by,
        programme=request.programme,
        subject=request.candidate_id,
        details=details,
    )


async def _say_good_bye(session: AsyncSession, request: DataRequest, programme: Programme) -> None:
    candidate = (await load(session, [request.candidate_id])).get(request.candidate_id)
    if candidate is None or not candidate.email:
        return
    await outbox.add(
        session,
        DataErased(
            programme=request.programme,
            request_id=request.id,
            login_id=candidate.candidate_id,
            contact=contact_of(candidate),
            kept=tuple(kept.text for kept in programme.data.keep),
            at=context(session).clock.now(),
        ),
    )
