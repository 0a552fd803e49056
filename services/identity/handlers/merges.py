"""Merges: proposed, decided and undone; what follows from them is published for each id."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.merges import pair
from services.identity.errors import (
    MergeImpossible,
    MergeSettled,
    UndoTooLate,
    UnknownCandidate,
    UnknownMerge,
)
from services.identity.handlers import audit
from services.identity.handlers.candidates import load
from services.identity.handlers.merge_effects import (
    join_consents,
    part_consents,
    tell_people,
    tell_standings,
)
from services.identity.handlers.sessions import end_sessions_of
from services.identity.models import Merge
from shared.auth import Principal
from shared.context import context
from shared.errors import FieldError
from shared.ids import uuid7
from shared.merges import MERGES, kin_of, persons_of
from shared.rows import insert_new


async def propose(
    session: AsyncSession,
    *,
    programme: str,
    candidate_ids: Sequence[str],
    reasons: Sequence[str],
    by: Principal | None,
) -> Merge | None:
    """Propose that candidates are one person; the same pair is proposed once.

    Further reasons are added to a proposal that waits. A pair that was dismissed is proposed
    again by staff, or for a reason that it was not dismissed with. by: None is the product itself.
    Returns the proposal, or None where there is nothing to decide: they are one person already,
    or were told apart. Of more than two candidates, each is proposed with the first.
    """
    kin = await kin_of(session, [(programme, one) for one in candidate_ids])
    persons = sorted({kin.survivor((programme, one))[1] for one in candidate_ids})
    known = await load(session, persons)
    persons = [one for one in persons if one in known and known[one].programme == programme]
    found = None
    for other in persons[1:]:
        one = await _proposed(session, programme, pair(persons[0], other), reasons, by)
        found = found or one
    return found


async def survivor_of(session: AsyncSession, candidate_id: str) -> str:
    """Return under which id the person goes who has this one."""
    survivor = await session.scalar(
        select(MERGES.c.survivor).where(MERGES.c.candidate_id == candidate_id)
    )
    return survivor or candidate_id


async def require_candidates(
    session: AsyncSession, programme: str, candidate_ids: Sequence[str]
) -> None:
    """Raise UnknownCandidate unless all of these are candidates of a programme."""
    known = await load(session, candidate_ids)
    for one in candidate_ids:
        if one not in known or known[one].programme != programme:
            raise UnknownCandidate(f"There is no candidate {one} in {programme}.")


async def confirm(
    session: AsyncSession,
    merge_id: UUID,
    *,
    programme: str,
    survivor: str,
    by: Principal,
    reason: str,
) -> Merge:
    """Do a merge that was proposed; survivor: one of the two, the other is merged away.

    Raises UnknownMerge, MergeSettled if it waits no longer, and what `merge` raises.
    """
    found = await _found(session, programme, merge_id)
    _check_waiting(found)
    both = (found.first_id, found.second_id)
    if survivor not in both:
        raise _impossible("survivor", f"must be {both[0]} or {both[1]}")
    return await merge(
        session,
        programme=programme,
        survivor=survivor,
        merged_away=both[1] if survivor == both[0] else both[0],
        by=by,
        reason=reason,
        proposal=merge_id,
    )


async def merge(
    session: AsyncSession,
    *,
    programme: str,
    survivor: str,
    merged_away: str,
    by: Principal | None,
    reason: str,
    why: str = "staff",
    proposal: UUID | None = None,
) -> Merge:
    """Make two candidates one person, who goes on as `survivor`.

    by: None is the product itself; why: a word of domain/merges.py, where nobody has proposed it;
    proposal: the one that is confirmed.
    Raises MergeImpossible, naming the field, for candidates who are one person already, are not
    to be found, or could no longer be reached, and MergeSettled for a proposal that waits no more.
    """
    here = context(session)
    given = {"survivor": survivor, "merged_away": merged_away}
    kin = await kin_of(session, [(programme, one) for one in given.values()])
    everyone = {
        one for id_ in given.values() for _, one in kin.all_of(kin.survivor((programme, id_)))
    }
    # Candidates before their merge, here and wherever both are locked: nobody waits in a circle.
    candidates = await load(session, everyone, lock=True)
    confirmed = None
    if proposal is not None:
        confirmed = await _found(session, programme, proposal, lock=True)
        _check_waiting(confirmed)
    for field, id_ in given.items():
        if id_ not in candidates or candidates[id_].programme != programme:
            raise _impossible(field, f"there is no candidate {id_} in {programme}")
    # Read again under the locks: somebody else may have merged them meanwhile.
    persons = await persons_of(session, [(programme, one) for one in given.values()])
    into, away = persons[programme, survivor][1], persons[programme, merged_away][1]
    if into == away:
        raise _impossible("merged_away", f"{survivor} and {merged_away} are one person already")
    if into not in candidates or away not in candidates:
        raise _impossible("survivor", "somebody else is merging them at this moment; try again")
    if candidates[away].email and not candidates[into].email:
        raise _impossible("survivor", f"{into} has no e-mail address: let {away} go on")
    found = confirmed or await _waiting(session, programme, pair(into, away))
    if found is None:
        found = await _new(session, programme, pair(into, away), [why], by)
    now = here.clock.now()
    found.state, found.survivor, found.merged_away = "merged", into, away
    found.decided_by = by.subject if by else None
    found.decided_by_name = by.name if by else None
    found.decided_at, found.decision = now, reason
    found.undo_until = now + timedelta(days=here.settings.merge_undo_days)
    found.changed = await join_consents(session, candidates[into], candidates[away])
    await session.flush()
    await tell_standings(session, programme, sorted(everyone), found)
    await end_sessions_of(session, "candidate", away, "merged")
    await audit.record(
        session,
        "candidates.merged",
        by=by,
        programme=programme,
        subject=into,
        details={"merge_id": str(found.id), "merged_away": away, "reason": reason},
    )
    await tell_people(session, "merged", candidates[into], candidates[away], found)
    return found


async def undo(
    session: AsyncSession, merge_id: UUID, *, programme: str, by: Principal | None, reason: str
) -> Merge:
    """Undo a merge: each of the two stands for themselves again, as if it had never been.

    Raises UnknownMerge, MergeSettled if it is not in force, UndoTooLate after its last day.
    """
    now = context(session).clock.now()
    found = await _found(session, programme, merge_id)
    _check_in_force(found)
    assert found.undo_until is not None  # every merge has one
    assert found.survivor is not None  # likewise
    assert found.merged_away is not None  # likewise
    if now > found.undo_until:
        raise UndoTooLate(f"It could be undone until {found.undo_until:%d %B %Y, %H:%M} UTC.")
    kin = await kin_of(session, [(programme, found.survivor), (programme, found.merged_away)])
    everyone = sorted(
        {found.survivor, found.merged_away}
        | {one for _, one in kin.all_of(kin.survivor((programme, found.survivor)))}
    )
    two = found.survivor, found.merged_away
    candidates = await load(session, everyone, lock=True)
    found = await _found(session, programme, merge_id, lock=True)
    _check_in_force(found)
    found.state, found.undone_at, found.undo_reason = "undone", now, reason
    found.undone_by = by.subject if by else None
    found.undone_by_name = by.name if by else None
    await session.flush()
    await tell_standings(session, programme, everyone, found)
    survivor, away = (candidates.get(one) for one in two)
    if survivor is not None:
        await part_consents(session, survivor, found.changed)
        # Whoever signed in as the one may have been the other.
        await end_sessions_of(session, "candidate", survivor.candidate_id, "separated")
    await audit.record(
        session,
        "candidates.separated",
        by=by,
        programme=programme,
        subject=found.survivor,
        details={
            "merge_id": str(found.id),
            "merged_away": found.merged_away,
            "reason": reason,
        },
    )
    if survivor is not None and away is not None:
        await tell_people(session, "separated", survivor, away, found)
    return found


async def dismiss(
    session: AsyncSession, merge_id: UUID, *, programme: str, by: Principal, reason: str
) -> Merge:
    """Say that two candidates are not one person; they are not proposed again for this.

    Raises UnknownMerge, MergeSettled.
    """
    found = await _found(session, programme, merge_id, lock=True)
    _check_waiting(found)
    found.state, found.decision = "dismissed", reason
    found.decided_at = context(session).clock.now()
    found.decided_by, found.decided_by_name = by.subject, by.name
    await session.flush()
    await audit.record(
        session,
        "merge.dismissed",
        by=by,
        programme=programme,
        subject=found.first_id,
        details={"merge_id": str(found.id), "other": found.second_id, "reason": reason},
    )
    return found


async def _proposed(
    session: AsyncSession,
    programme: str,
    both: tuple[str, str],
    reasons: Sequence[str],
    by: Principal | None,
) -> Merge | None:
    waiting = await _waiting(session, programme, both)
    if waiting is not None:
        waiting.reasons = _joined(waiting.reasons, reasons)
        await session.flush()
        return waiting
    told_apart = await session.scalars(
        select(Merge.reasons).where(
            Merge.programme == programme,
            Merge.first_id == both[0],
            Merge.second_id == both[1],
            Merge.state.in_(("dismissed", "undone")),
        )
    )
    # Staff may think again; the product says nothing twice.
    if by is None and not set(reasons) - {one for some in told_apart for one in some}:
        return None
    return await _new(session, programme, both, reasons, by)


async def _new(
    session: AsyncSession,
    programme: str,
    both: tuple[str, str],
    reasons: Sequence[str],
    by: Principal | None,
) -> Merge:
    row = {
        "id": uuid7(),
        "programme": programme,
        "first_id": both[0],
        "second_id": both[1],
        "state": "proposed",
        "reasons": _joined([], reasons),
        "proposed_by": by.subject if by else None,
        "proposed_at": context(session).clock.now(),
        "changed": {},
    }
    await insert_new(session, Merge, [row])
    found = await _waiting(session, programme, both)
    assert found is not None  # ours, or somebody else's of this moment
    return found


async def _waiting(session: AsyncSession, programme: str, both: tuple[str, str]) -> Merge | None:
    return await session.scalar(
        select(Merge)
        .where(
            Merge.programme == programme,
            Merge.first_id == both[0],
            Merge.second_id == both[1],
            Merge.state == "proposed",
        )
        .with_for_update()
    )


async def _found(
    session: AsyncSession, programme: str, merge_id: UUID, *, lock: bool = False
) -> Merge:
    statement = select(Merge).where(Merge.id == merge_id, Merge.programme == programme)
    if lock:
        # As it is now, whatever was read of it before somebody else let go of it.
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = await session.scalar(statement)
    if found is None:
        raise UnknownMerge(f"There is no merge {merge_id} in {programme}.")
    return found


def _check_waiting(found: Merge) -> None:
    if found.state != "proposed":
        raise MergeSettled(f"There is nothing to decide: this merge is {found.state}.")


def _check_in_force(found: Merge) -> None:
    if found.state != "merged":
        raise MergeSettled(f"There is nothing to undo: this merge is {found.state}.")


def _joined(reasons: Iterable[str], more: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*reasons, *more]))


def _impossible(field: str, message: str) -> MergeImpossible:
    return MergeImpossible(
        "These two cannot be merged.", errors=[FieldError(field=field, message=message)]
    )
