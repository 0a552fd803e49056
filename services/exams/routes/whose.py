"""Whose history is asked for: the candidate's own, or one that staff name."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path

from services.exams import queries
from services.exams.errors import UnknownProgramme
from shared.auth import Candidate, Principal, staff
from shared.context import ServiceContext
from shared.errors import Forbidden
from shared.requests import Here, Read


@dataclass(frozen=True, slots=True)
class Whose:
    """A candidate of a programme."""

    programme: str
    candidate_id: str


async def own(candidate: Candidate, here: Here) -> Whose:
    """Return the candidate who asks; raise Forbidden if their programme is not one of ours."""
    return whose(candidate, here)


def whose(candidate: Principal, here: ServiceContext) -> Whose:
    """Return the candidate of a token; raise Forbidden if their programme is not one of ours."""
    if candidate.programme is None or candidate.programme not in here.programmes:
        raise Forbidden("the access token is not for a programme of this installation")
    return Whose(candidate.programme, candidate.subject)


async def theirs(
    programme: str,
    candidate_id: Annotated[str, Path(max_length=32, pattern=r"^[A-Za-z0-9._-]+$")],
    here: Here,
    session: Read,
    principal: Annotated[Principal, staff("candidates:read")],
) -> Whose:
    """Return the candidate whom staff name.

    Raises Forbidden, UnknownProgramme or UnknownCandidate.
    """
    principal.may_see(programme)
    if programme not in here.programmes:
        raise UnknownProgramme(f"there is no programme {programme!r}")
    await queries.require_candidate(session, programme, candidate_id)
    return Whose(programme, candidate_id)


Own = Annotated[Whose, Depends(own)]
Theirs = Annotated[Whose, Depends(theirs)]
