"""Staff: what it would come to if two candidates were one person."""

from typing import Annotated

from fastapi import APIRouter

from services.certifications import queries
from services.certifications.errors import UnknownCandidate
from services.certifications.fact_ids import facts_in
from services.certifications.queries import Person
from services.certifications.routes.access import programme_of
from services.certifications.schemas.merges import MergePreview, MergeQuestion
from services.certifications.views.merges import Both, preview
from shared.auth import Principal, staff
from shared.clock import today
from shared.merges import kin_of
from shared.web import Here, Read

router = APIRouter()


@router.post("/merges/preview")
async def preview_merge(
    question: MergeQuestion,
    principal: Annotated[Principal, staff("merges:write")],
    session: Read,
    here: Here,
) -> MergePreview:
    """Tell what would be earned, renewed and held together; nothing is changed."""
    principal.may(question.programme, "merges:write")
    programme = programme_of(here, question.programme)
    named = [Person(programme.id, one) for one in (question.survivor, question.merged_away)]
    for person in named:
        if await queries.candidate(session, person) is None:
            raise UnknownCandidate(f"Nothing is known of a candidate {person.candidate_id!r}.")
    kin = await kin_of(session, named)
    survivor, other = (Person(*kin.survivor(one)) for one in named)
    rows = await queries.rows_of(session, sorted({survivor, other}), kin)
    theirs, others = rows.get(survivor, []), rows.get(other, [])
    both = Both(
        survivor.candidate_id,
        other.candidate_id,
        facts_in(theirs),
        facts_in(others),
        facts_in([*theirs, *others] if survivor != other else theirs),
    )
    return preview(programme, both, today(here.clock, programme.timezone))
