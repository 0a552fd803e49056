"""Reads of fulfillment."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.fulfillment.models import Entitlement
from shared.merges import ids_of
from shared.rows import read_models


async def entitlements_of(
    session: AsyncSession, programme: str, candidate_id: str, *, withdrawn: bool
) -> Sequence[Entitlement]:
    """Return what a person is entitled to, the newest award first.

    withdrawn: what was taken back, too. A person with several ids has each kit once: what was
    told of the survivor holds for all, and another id's stands in until that is heard.
    """
    ids = await ids_of(session, programme, candidate_id)
    found = await read_models(
        session,
        Entitlement,
        key=("programme", "candidate_id"),
        values=[(programme, one) for one in ids],
        order=("earned_on DESC", "certification"),
    )
    first: dict[tuple[str, str], Entitlement] = {}
    for one in sorted(found, key=lambda one: ids.index(one.candidate_id)):
        first.setdefault((one.certification, one.kind), one)
    mine = {one.id for one in first.values() if withdrawn or one.state != "withdrawn"}
    return [one for one in found if one.id in mine]
