"""Who asks about cases and names: the candidate concerned, or staff with a scope."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from shared.auth import Audience, Candidate, Principal, staff
from shared.context import ServiceContext
from shared.errors import FieldError, Forbidden, Unprocessable
from shared.pages import decode_cursor
from shared.requests import Here

Caller = Annotated[Principal, Depends(Audience("candidate-or-staff", None))]


# Coroutines, all of them: the framework runs a plain function in a thread.
async def own(candidate: Candidate, here: Here) -> Principal:
    """Return the candidate who asks; raise Forbidden if their programme is not one of ours."""
    return _one_of_ours(candidate, here)


def _one_of_ours(candidate: Principal, here: ServiceContext) -> Principal:
    if candidate.programme is None or candidate.programme not in here.programmes:
        raise Forbidden("the access token is not for a programme of this installation")
    return candidate


async def case_reader(caller: Caller, here: Here) -> Principal:
    """Candidates read what is theirs; staff need the scope, and see its programmes."""
    return caller.within("cases:read") if caller.kind == "staff" else _one_of_ours(caller, here)


async def case_writer(caller: Caller, here: Here) -> Principal:
    """Candidates write in what is theirs; staff need the scope, and see its programmes."""
    return caller.within("cases:write") if caller.kind == "staff" else _one_of_ours(caller, here)


async def name_reader(caller: Caller, here: Here) -> Principal:
    """Candidates read what is theirs; staff who review names those of their programmes."""
    return caller.within("names:review") if caller.kind == "staff" else _one_of_ours(caller, here)


Own = Annotated[Principal, Depends(own)]
CaseReader = Annotated[Principal, Depends(case_reader)]
CaseWriter = Annotated[Principal, Depends(case_writer)]
CaseWorker = Annotated[Principal, staff("cases:write")]
CaseStaff = Annotated[Principal, staff("cases:read")]
NameReader = Annotated[Principal, Depends(name_reader)]
NameReviewer = Annotated[Principal, staff("names:review")]


def id_of(cursor: str | None) -> UUID | None:
    """Return the id inside the cursor of a list by ids; raise Unprocessable if there is none."""
    key = decode_cursor(cursor)
    if key is None:
        return None
    try:
        (written,) = key
        return UUID(written)
    except (ValueError, TypeError, AttributeError):
        problem = FieldError(field="cursor", message="not a cursor that this list has given out")
        raise Unprocessable("the cursor is not valid", errors=[problem]) from None
