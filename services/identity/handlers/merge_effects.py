"""What follows from a merge or its undoing: who goes under which id, who is told, who consents."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.merges import standings
from services.identity.handlers.candidates import publish_state
from services.identity.handlers.notices import notice
from services.identity.models import Candidate, Merge
from shared import outbox
from shared.context import context
from shared.events import CandidatesMerged, CandidatesSeparated
from shared.merges import MERGES, write_merges
from shared.rows import one_of


async def tell_standings(
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


async def join_consents(
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


async def part_consents(
    session: AsyncSession, survivor: Candidate, changed: Mapping[str, Any]
) -> None:
    """Give a consent back that the merge took, unless its owner has changed anything since."""
    if "disclosure" not in changed or survivor.version != changed["version"]:
        return
    survivor.disclosure = bool(changed["disclosure"])
    survivor.version += 1
    await session.flush()
    await publish_state(session, [survivor])


async def tell_people(
    session: AsyncSession, what: str, survivor: Candidate, away: Candidate, found: Merge
) -> None:
    """Tell both mailboxes of a merge or its undoing: one may be read by somebody else."""
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
