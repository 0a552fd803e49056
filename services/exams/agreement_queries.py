"""Reading agreements, and what a candidate has accepted of them."""

from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.exams.models import Acceptance
from shared.clock import today
from shared.context import context
from shared.merges import ids_of
from shared.programmes import Agreement, Programme
from shared.rows import read_models


async def agreements(
    session: AsyncSession, programme_id: str, candidate_id: str
) -> list[dict[str, Any]]:
    """The programme's agreements in its own order, each with how the candidate stands to it."""
    here = context(session)
    programme = here.programmes[programme_id]
    ids = await ids_of(session, programme_id, candidate_id)
    rows = await read_models(
        session,
        Acceptance,
        key=("programme", "candidate_id"),
        values=[(programme_id, one) for one in ids],
        order=("accepted_at DESC", "id DESC"),
    )
    accepted: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        accepted[row.agreement].append(acceptance_of(programme, row))
    day = today(here.clock, programme.timezone)
    return [
        _standing(agreement, accepted[agreement.id], agreement.in_force(day))
        for agreement in programme.agreements.values()
    ]


def acceptance_of(programme: Programme, row: Acceptance) -> dict[str, Any]:
    """An acceptance with its day in the programme's time zone."""
    return {
        "id": row.id,
        "agreement_version": row.agreement_version,
        "accepted_at": row.accepted_at,
        "accepted_on": row.accepted_at.astimezone(ZoneInfo(programme.timezone)).date(),
        "text_digest": row.text_digest,
        "source": row.source,
    }


def _standing(agreement: Agreement, accepted: list[dict[str, Any]], newest: Any) -> dict[str, Any]:
    order = [one.version for one in agreement.versions]
    # One that the programme names no longer is older than all that it does.
    known = {one["agreement_version"]: one for one in accepted}
    latest = max(
        accepted,
        key=lambda one: (
            order.index(one["agreement_version"]) if one["agreement_version"] in order else -1
        ),
        default=None,
    )
    if newest is None:
        state = "not_in_force"
    elif newest.version in known:
        state = "accepted"
    else:
        state = "outdated" if accepted else "open"
    return {
        "id": agreement.id,
        "name": agreement.name,
        "required": agreement.required,
        "state": state,
        "version": newest and newest.version,
        "effective_from": newest and newest.effective_from,
        "text": newest and newest.text,
        "acceptable": state in ("outdated", "open") and newest.text is not None,
        "accepted_version": latest and latest["agreement_version"],
        "accepted_at": latest and latest["accepted_at"],
        "acceptances": accepted,
    }
