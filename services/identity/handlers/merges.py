"""Merges: proposed, decided and undone; what follows from them is published for each id."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.merges import pair, standings
from services.identity.errors import (
    MergeImpossible,
    MergeSettled,
    UndoTooLate,
    UnknownMerge,
)
from services.identity.handlers import audit
from services.identity.handlers.candidates import load, publish_state
from services.identity.handlers.notices import notice
from services.identity.handlers.sessions import end_sessions_of
from services.identity.models import Candidate, Merge
from shared import outbox
from shared.auth import Principal
from shared.context import context
from shared.errors import FieldError
from shared.events import CandidatesMerged, CandidatesSeparated
from shared.ids import uuid7
from shared.merges import MERGES, kin_of, persons_of, write_merges
from shared.rows import insert_new, one_of


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
    again only for a reason that it was not dismissed with. by: None is the product itself.
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


async def merge(
    session: AsyncSession,
    *,
    programme: str,
    survivor: str,
    merged_away: str,
    by: Principal | None,
    reason: str,
    why: str = "staff",
) -> Merge:
    """Make two candidates one person, who goes on as `survivor`.

    by: None is the product itself; why: a word of domain/merges.py. Raises MergeImpossible,
    naming the field, for candidates who are one person already or are not to be found.
    """
    here = context(session)
    given = {"survivor": survivor, "merged_away": merged_away}
    kin = await kin_of(session, [(programme, one) for one in given.values()])
    everyone = {
        one for id_ in given.values() for _, one in kin.all_of(kin.survivor((programme, id_)))
    }
    candidates = await load(session, everyone, lock=True)
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
    found = await _waiting(session, programme, pair(into, away))
    if found is None:
        found = await _new(session, programme, pair(into, away), [why], by)
    now = here.clock.now()
    found.state, found.survivor, found.merged_away = "merged", into, away
    found.decided_by = by.subject if by else None
    found.decided_by_name = by.name if by else None
    found.decided_at, found.decision = now, reason
    found.undo_until = now + timedelta(days=here.settings.merge_undo_days)
    found.changed = await _join_consents(session, candidates[into], candidates[away])
    await session.flush()
    await _tell_standings(session, programme, sorted(everyone), found)
    await end_sessions_of(session, "candidate", away, "merged")
    await audit.record(
        session,
        "candidates.merged",
        by=by,
        programme=programme,
        subject=into,
        details={"merge_id": str(found.id), "merged_away": away, "reason": reason},
    )
    await _tell_people(session, "merged", candidates[into], candidates[away], found)
    return found


async def undo(
    session: AsyncSession, merge_id: UUID, *, programme: str, by: Principal | None, reason: str
) -> Merge:
    """Undo a merge: each of the two stands for themselves again, as if it had never been.

    Raises UnknownMerge, MergeSettled if it is not in force, UndoTooLate after its last day.
    """
    now = context(session).clock.now()
    found = await _locked(session, programme, merge_id)
    if found.state != "merged":
        raise MergeSettled(f"There is nothing to undo: this merge is {found.state}.")
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
    candidates = await load(session, everyone, lock=True)
    found.state, found.undone_at, found.undo_reason = "undone", now, reason
    found.undone_by = by.subject if by else None
    found.undone_by_name = by.name if by else None
    await session.flush()
    await _tell_standings(session, programme, everyone, found)
    survivor, away = candidates.get(found.survivor), candidates.get(found.merged_away)
    if survivor is not None:
        await _part_consents(session, survivor, found.changed)
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
        await _tell_people(session, "separated", survivor, away, found)
    return found


async def dismiss(
    session: AsyncSession, merge_id: UUID, *, programme: str, by: Principal, reason: str
) -> Merge:
    """Say that two candidates are not one person; they are not proposed again for this.

    Raises UnknownMerge, MergeSettled.
    """
    found = await _locked(session, programme, merge_id)
    if found.state != "proposed":
        raise MergeSettled(f"There is nothing to dismiss: this merge is {found.state}.")
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
    if not set(reasons) - {one for some in told_apart for one in some}:
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


async def _locked(session: AsyncSession, programme: str, merge_id: UUID) -> Merge:
    found = await session.scalar(
        select(Merge).where(Merge.id == merge_id, Merge.programme == programme).with_for_update()
    )
    if found is None:
        raise UnknownMerge(f"There is no merge {merge_id} in {programme}.")
    return found


async def _tell_standings(
    session: AsyncSession, programme: str, ids: Sequence[str], cause: Merge
) -> None:
    """Write and publish under which id each of these goes now, where that has changed."""
    now = context(session).clock.now()
    in_force = await session.execute(
        select(Merge.merged_away, Merge.survivor).where(
            Merge.programme == programme,
            Merge.state == "merged",
            one_of(session, Merge.merged_away, ids),
        )
    )
    after = standings(ids, {away: into for away, into in in_force if away and into})
    rows = await session.execute(
        select(MERGES.c.candidate_id, MERGES.c.survivor, MERGES.c.version).where(
            MERGES.c.programme == programme, one_of(session, MERGES.c.candidate_id, ids)
        )
    )
    before = {one: (survivor, version) for one, survivor, version in rows}
    changed: list[tuple[tuple[str, str], str | None, int]] = []
    events: list[CandidatesMerged | CandidatesSeparated] = []
    for one in ids:
        was, version = before.get(one, (None, 0))
        stands = None if after[one] == one else after[one]
        if stands == was:
            continue
        changed.append(((programme, one), stands, version + 1))
        event = CandidatesSeparated if stands is None else CandidatesMerged
        events.append(
            event(
                programme=programme,
                candidate_id=one,
                version=version + 1,
                merge_id=cause.id,
                into=stands or was or one,
                at=now,
            )
        )
    await write_merges(session, changed)
    await outbox.add(session, *events)


async def _join_consents(
    session: AsyncSession, survivor: Candidate, away: Candidate
) -> dict[str, Any]:
    """Take the stricter of two consents to disclosure; return what that changed."""
    if away.disclosure or not survivor.disclosure:
        return {}
    survivor.disclosure = False
    survivor.version += 1
    await session.flush()
    await publish_state(session, [survivor])
    return {"disclosure": True, "version": survivor.version}


async def _part_consents(
    session: AsyncSession, survivor: Candidate, changed: Mapping[str, Any]
) -> None:
    """Give a consent back that the merge took, unless its owner has changed anything since."""
    if "disclosure" not in changed or survivor.version != changed["version"]:
        return
    survivor.disclosure = bool(changed["disclosure"])
    survivor.version += 1
    await session.flush()
    await publish_state(session, [survivor])


async def _tell_people(
    session: AsyncSession, what: str, survivor: Candidate, away: Candidate, found: Merge
) -> None:
    """Tell both mailboxes, as one of them may be read by somebody else."""
    details = {
        "survivor": survivor.candidate_id,
        "merged_away": away.candidate_id,
        "undo_until": f"{found.undo_until:%d %B %Y}" if found.undo_until else "",
    }
    told = {}
    for candidate in (survivor, away):
        if candidate.email_key and candidate.email_key not in told:
            told[candidate.email_key] = candidate
    for candidate in told.values():
        await notice(session, candidate, what, details=details)


def _joined(reasons: Iterable[str], more: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*reasons, *more]))


def _impossible(field: str, message: str) -> MergeImpossible:
    return MergeImpossible(
        "These two cannot be merged.", errors=[FieldError(field=field, message=message)]
    )
