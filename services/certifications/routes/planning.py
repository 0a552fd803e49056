"""Planning: credits, next eligible days, and what would be if; for the candidate, and for staff."""

import asyncio

from fastapi import APIRouter

from services.certifications.domain.what_if import compare
from services.certifications.imagining import facts_of
from services.certifications.routes.access import AsOf, Theirs, myself, seen
from services.certifications.schemas.planning import (
    CreditTableView,
    Eligibilities,
    Imagined,
    WhatIfView,
)
from services.certifications.views.planning import credit_table, differences, eligibilities
from services.certifications.views.seen import Seen
from shared.auth import Candidate
from shared.web import Here, Read

router = APIRouter()
_THEIRS = "/candidates/{programme}/{candidate_id}"


@router.get("/credits")
async def read_credits(
    principal: Candidate, session: Read, here: Here, as_of: AsOf = None
) -> CreditTableView:
    """List my continuing education credits, with what has become of each, and the totals."""
    return credit_table(await seen(session, here, myself(principal), as_of))


@router.get(f"{_THEIRS}/credits")
async def read_candidates_credits(
    person: Theirs, session: Read, here: Here, as_of: AsOf = None
) -> CreditTableView:
    """List a candidate's continuing education credits, for staff."""
    return credit_table(await seen(session, here, person, as_of))


@router.get("/eligibility")
async def read_eligibility(
    principal: Candidate, session: Read, here: Here, as_of: AsOf = None
) -> Eligibilities:
    """Say when I may take which exam: those I attempted, and those that renew what I hold."""
    return eligibilities(await seen(session, here, myself(principal), as_of))


@router.get(f"{_THEIRS}/eligibility")
async def read_candidates_eligibility(
    person: Theirs, session: Read, here: Here, as_of: AsOf = None
) -> Eligibilities:
    """Say when a candidate may take which exam, for staff."""
    return eligibilities(await seen(session, here, person, as_of))


@router.post("/what-if")
async def imagine(
    imagined: Imagined, principal: Candidate, session: Read, here: Here
) -> WhatIfView:
    """Say what passes and credits that I imagine would change; nothing is kept."""
    return await _compared(await seen(session, here, myself(principal)), imagined)


@router.post(f"{_THEIRS}/what-if")
async def imagine_for_candidate(
    person: Theirs, imagined: Imagined, session: Read, here: Here
) -> WhatIfView:
    """Say what imagined passes and credits would change for a candidate, for staff."""
    return await _compared(await seen(session, here, person), imagined)


async def _compared(looked_at: Seen, imagined: Imagined) -> WhatIfView:
    programme, day = looked_at.programme, looked_at.as_of
    facts = facts_of(programme, imagined, day)
    # Many evaluations, during which others are to be answered.
    found = await asyncio.to_thread(compare, programme, looked_at.facts, facts, day, imagined.on)
    return differences(programme, found, day)
