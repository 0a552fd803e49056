"""One's own data: a copy of all of it, and its erasure; staff ask for either with a reason."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.identity import data_queries as reading
from services.identity.errors import CopyNotThere, NotConfirmed, UnknownCandidate
from services.identity.handlers import data_requests as handling
from services.identity.handlers.candidates import load
from services.identity.routes.callers import Own, id_of
from services.identity.routes.recent import RecentCandidate, RecentStaff
from services.identity.schemas.fields import NO_NULL
from services.identity.schemas.my_data import (
    DataRequestOut,
    ErasureOrdered,
    ErasureWanted,
    KeptOut,
    MyDataOut,
    Reason,
    State,
)
from shared.auth import Principal, staff
from shared.context import ServiceContext
from shared.errors import FieldError
from shared.merges import ids_of
from shared.pages import CursorText, Limit, Page, page
from shared.requests import Here, Read, Write
from shared.storage import FileMissing, storage_of

router = APIRouter(tags=["my data"])
SCOPE = "data:write"
Keeper = Annotated[Principal, staff(SCOPE)]
CandidateId = Annotated[str, Path(max_length=40, pattern=NO_NULL)]


@router.get("/me/data")
async def my_data(own: Own, here: Here, session: Read) -> MyDataOut:
    """Return the signed-in candidate's copies and erasure, and the programme's rules about them."""
    return await _overview(here, session, own.programme or "", own.subject)


@router.post("/me/data/copies", status_code=202)
async def ask_for_copy(own: RecentCandidate, session: Write) -> DataRequestOut:
    """Have everything that all services hold about oneself put together; a mail tells when."""
    programme = own.programme or ""
    made = await handling.ask_for_copy(session, programme, own.subject, by=own)
    return await _one(session, programme, own.subject, made.id)


@router.get(
    "/me/data/copies/{copy_id}/file",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}},
)
async def fetch_copy(copy_id: UUID, own: RecentCandidate, here: Here) -> Response:
    """Download a copy of one's data as a ZIP, until it is deleted."""
    programme = own.programme or ""
    async with here.database.reading() as session:
        found = await handling.copy_to_fetch(session, programme, own.subject, copy_id)
    try:
        content = await storage_of(here).get(str(found.file_key))
    except FileMissing as missing:
        raise CopyNotThere("The copy is not there any more. Please ask for another.") from missing
    async with here.database.transaction() as session:
        await handling.note_fetched(session, copy_id, own, programme)
    name = f"{programme}-{found.candidate_id}-{found.asked_at:%Y-%m-%d}.zip"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type="application/zip", headers=headers)


@router.post("/me/data/erasure", status_code=202)
async def ask_for_erasure(
    wanted: ErasureWanted, own: RecentCandidate, session: Write
) -> DataRequestOut:
    """Have everything about oneself erased after a waiting time, unless one takes it back."""
    programme = own.programme or ""
    _confirm(wanted.candidate_id, own.subject)
    made = await handling.ask_for_erasure(session, programme, own.subject, by=own)
    return await _one(session, programme, own.subject, made.id)


@router.delete("/me/data/erasure")
async def take_back_erasure(own: Own, session: Write) -> DataRequestOut:
    """Leave one's data as it is after all."""
    programme = own.programme or ""
    made = await handling.take_back_erasure(session, programme, own.subject, by=own)
    return await _one(session, programme, own.subject, made.id)


@router.get("/data-requests")
async def list_data_requests(
    keeper: Keeper,
    session: Read,
    programme: Annotated[str, Query(max_length=40)],
    state: Annotated[State | None, Query()] = None,
    kind: Annotated[Literal["copy", "erasure"] | None, Query()] = None,
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[DataRequestOut]:
    """Return the copies and erasures that were asked for in a programme, newest first."""
    keeper.may(programme, SCOPE)
    found = await reading.data_requests(
        session, [programme], state=state, kind=kind, before=id_of(cursor), limit=limit + 1
    )
    return Page[DataRequestOut].model_validate(page(found, limit, lambda row: [str(row["id"])]))


@router.get("/candidates/{programme}/{candidate_id}/data")
async def candidates_data(
    programme: str, candidate_id: CandidateId, keeper: Keeper, here: Here, session: Read
) -> MyDataOut:
    """Return a candidate's copies and erasure; there may be some of one who is erased."""
    keeper.may(programme, SCOPE)
    return await _overview(here, session, programme, candidate_id)


@router.post("/candidates/{programme}/{candidate_id}/data/copies", status_code=202)
async def order_copy(
    programme: str,
    candidate_id: CandidateId,
    why: Reason,
    keeper: Keeper,
    recent: RecentStaff,
    session: Write,
) -> DataRequestOut:
    """Have a copy put together for a candidate, who alone can download it."""
    keeper.may(programme, SCOPE)
    made = await handling.ask_for_copy(
        session, programme, candidate_id, by=recent, reason=why.reason
    )
    return await _one(session, programme, made.candidate_id, made.id)


@router.post("/candidates/{programme}/{candidate_id}/data/erasure", status_code=202)
async def order_erasure(
    programme: str,
    candidate_id: CandidateId,
    order: ErasureOrdered,
    keeper: Keeper,
    recent: RecentStaff,
    session: Write,
) -> DataRequestOut:
    """Have everything about a candidate erased, after the waiting time or at once."""
    keeper.may(programme, SCOPE)
    _confirm(order.candidate_id, candidate_id)
    made = await handling.ask_for_erasure(
        session,
        programme,
        candidate_id,
        by=recent,
        reason=order.reason,
        at_once=order.at_once,
    )
    return await _one(session, programme, made.candidate_id, made.id)


@router.post("/candidates/{programme}/{candidate_id}/data/erasure/take-back")
async def take_back_ordered(
    programme: str, candidate_id: CandidateId, why: Reason, keeper: Keeper, session: Write
) -> DataRequestOut:
    """Leave a candidate's data as it is after all."""
    keeper.may(programme, SCOPE)
    made = await handling.take_back_erasure(
        session, programme, candidate_id, by=keeper, reason=why.reason
    )
    return await _one(session, programme, made.candidate_id, made.id)


def _confirm(typed: str, candidate_id: str) -> None:
    if typed.strip().upper() != candidate_id.upper():
        message = f"type {candidate_id}, to show that it is meant"
        raise NotConfirmed(
            "What is erased cannot be brought back.",
            errors=[FieldError(field="candidate_id", message=message)],
        )


async def _overview(
    here: ServiceContext, session: Read, programme: str, candidate_id: str
) -> MyDataOut:
    found = await reading.requests_of(
        session, programme, await ids_of(session, programme, candidate_id)
    )
    known = (await load(session, [candidate_id])).get(candidate_id)
    if not found and (known is None or known.programme != programme):
        raise UnknownCandidate(f"There is no candidate {candidate_id} in {programme}.")
    rules = here.programmes[programme].data
    erasures = [one for one in found if one["kind"] == "erasure"]
    return MyDataOut(
        copies=[DataRequestOut(**one) for one in found if one["kind"] == "copy"],
        erasure=DataRequestOut(**erasures[0]) if erasures else None,
        copy_days=rules.copy_days,
        erasure_wait_days=rules.erasure_wait_days,
        keep=[KeptOut(what=one.what, text=one.text) for one in rules.keep],
    )


async def _one(
    session: Read, programme: str, candidate_id: str, request_id: UUID
) -> DataRequestOut:
    found = await reading.requests_of(
        session, programme, await ids_of(session, programme, candidate_id)
    )
    return next(DataRequestOut(**one) for one in found if one["id"] == request_id)
