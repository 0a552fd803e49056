"""Merges: staff decide who is one person, and take it back; candidates prove two accounts."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query

from services.identity import merge_queries
from services.identity.errors import MergeSettled
from services.identity.handlers import merges as handlers
from services.identity.handlers.merges import require_candidates
from services.identity.handlers.own_merges import merge_own
from services.identity.routes.callers import id_of
from services.identity.routes.place import FromPlace
from services.identity.routes.recent import RecentCandidate
from services.identity.schemas import NO_NULL
from services.identity.schemas.merges import (
    MergeConfirmed,
    MergeOut,
    MergeReason,
    Merges,
    MergeWanted,
    OwnMerge,
    OwnMerges,
    OwnMergeWanted,
)
from shared.auth import Candidate, Principal, staff
from shared.pages import CursorText, Limit, Page, page
from shared.web import Here, Read, Write

router = APIRouter(tags=["merges"])
SCOPE = "merges:write"
Merger = Annotated[Principal, staff(SCOPE)]
Reader = Annotated[Principal, staff("candidates:read")]
Programme = Annotated[str, Path(max_length=40, pattern=NO_NULL)]
Which = Literal["proposed", "merged", "settled"]
_STATES = {
    "proposed": ("proposed",),
    "merged": ("merged",),
    "settled": ("dismissed", "undone"),
}


@router.get("/merges")
async def list_merges(
    merger: Merger,
    session: Read,
    programme: Annotated[str, Query(max_length=40, pattern=NO_NULL)],
    which: Which = "proposed",
    cursor: CursorText = None,
    limit: Limit = 50,
) -> Page[MergeOut]:
    """List what waits for a decision, what was merged, or what was dismissed or undone."""
    merger.may(programme, SCOPE)
    found = await merge_queries.merges(
        session, programme, states=_STATES[which], before=id_of(cursor), limit=limit
    )
    return Page[MergeOut].model_validate(page(found, limit, lambda row: [str(row["id"])]))


@router.post("/merges", status_code=201)
async def propose_merge(body: MergeWanted, merger: Merger, session: Write) -> MergeOut:
    """Name two candidates who may be one person; the same two are proposed once."""
    merger.may(body.programme, SCOPE)
    await require_candidates(session, body.programme, body.candidate_ids)
    made = await handlers.propose(
        session,
        programme=body.programme,
        candidate_ids=body.candidate_ids,
        reasons=["staff"],
        by=merger,
    )
    if made is None:
        raise MergeSettled("They are one person already, or were told apart by staff.")
    return await _one(session, body.programme, made.id)


@router.get("/merges/{programme}/{merge_id}")
async def read_merge(
    programme: Programme, merge_id: UUID, merger: Merger, session: Read
) -> MergeOut:
    """Tell everything about one merge."""
    merger.may(programme, SCOPE)
    return await _one(session, programme, merge_id)


@router.post("/merges/{programme}/{merge_id}/confirm")
async def confirm_merge(
    programme: Programme, merge_id: UUID, body: MergeConfirmed, merger: Merger, session: Write
) -> MergeOut:
    """Merge the two: from now on they are one person, in every service."""
    merger.may(programme, SCOPE)
    await handlers.confirm(
        session,
        merge_id,
        programme=programme,
        survivor=body.survivor,
        by=merger,
        reason=body.reason,
    )
    return await _one(session, programme, merge_id)


@router.post("/merges/{programme}/{merge_id}/dismiss")
async def dismiss_merge(
    programme: Programme, merge_id: UUID, body: MergeReason, merger: Merger, session: Write
) -> MergeOut:
    """Say that the two are different people; they are not proposed again for these reasons."""
    merger.may(programme, SCOPE)
    await handlers.dismiss(session, merge_id, programme=programme, by=merger, reason=body.reason)
    return await _one(session, programme, merge_id)


@router.post("/merges/{programme}/{merge_id}/undo")
async def undo_merge(
    programme: Programme, merge_id: UUID, body: MergeReason, merger: Merger, session: Write
) -> MergeOut:
    """Undo a merge within its time: each stands for themselves again, as if it had never been."""
    merger.may(programme, SCOPE)
    await handlers.undo(session, merge_id, programme=programme, by=merger, reason=body.reason)
    return await _one(session, programme, merge_id)


@router.get("/me/merges")
async def list_own_merges(candidate: Candidate, session: Read) -> OwnMerges:
    """List the accounts that were merged with mine, or were and are no longer."""
    programme = candidate.programme or ""
    await require_candidates(session, programme, [candidate.subject])
    found = await merge_queries.merges_about(session, programme, candidate.subject)
    return OwnMerges(
        items=[
            _own(one, candidate.subject) for one in found if one["state"] in ("merged", "undone")
        ]
    )


@router.post("/me/merges", status_code=201)
async def merge_own_accounts(
    body: OwnMergeWanted, candidate: RecentCandidate, here: Here, place: FromPlace
) -> OwnMerge:
    """Merge my other account into this one, with its password; 422 is the same for any login."""
    made = await merge_own(here, candidate, body.login, body.password, place)
    async with here.database.reading() as session:
        found = await merge_queries.merge(session, made.programme, made.id)
    return _own(found, candidate.subject)


def _own(one: dict[str, Any], mine: str) -> OwnMerge:
    others = [id_ for id_ in (one["first_id"], one["second_id"]) if id_ != mine]
    return OwnMerge(
        id=one["id"],
        state=one["state"],
        other_id=others[0] if len(others) == 1 else str(one["merged_away"]),
        at=one["undone_at"] or one["decided_at"],
        undo_until=one["undo_until"] if one["may_undo"] else None,
    )


@router.get("/candidates/{programme}/{candidate_id}/merges")
async def list_merges_of(
    programme: Programme,
    candidate_id: Annotated[str, Path(max_length=40, pattern=NO_NULL)],
    reader: Reader,
    session: Read,
) -> Merges:
    """List every merge that a person is or was part of, newest first."""
    reader.may(programme, "candidates:read")
    await require_candidates(session, programme, [candidate_id])
    found = await merge_queries.merges_about(session, programme, candidate_id)
    return Merges(items=[MergeOut.model_validate(one) for one in found])


async def _one(session: Read, programme: str, merge_id: UUID) -> MergeOut:
    return MergeOut.model_validate(await merge_queries.merge(session, programme, merge_id))
