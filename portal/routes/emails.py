"""Personal Info: the candidate's e-mail addresses."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem
from portal.visits import Candidate, Visit

router = APIRouter()

_STEPS = {"primary": "primary", "remove": "removed", "call-off": "called-off"}
# Answers that say in words for the person why something cannot be done.
_SAID = (404, 409, 422, 429)


@router.get("/{programme}/personal-info/emails")
async def emails(visit: Candidate) -> HTMLResponse:
    """Show the addresses, and those that wait for a link to be followed."""
    return await _page(visit)


@router.post("/{programme}/personal-info/emails")
async def add(visit: Candidate) -> Response:
    """Have a link mailed to a new address."""
    form = await visit.form()
    email = form.text("email")
    if "@" not in email:
        return await _page(visit, 422, email=email, wrong="")
    try:
        await visit.call("POST", "identity/me/emails", json={"email": email})
    except ApiProblem as problem:
        if problem.status not in _SAID:
            raise
        said = str(problem.errors[0].get("message", "")) if problem.errors else problem.detail
        return await _page(visit, problem.status, email=email, wrong=said)
    return visit.go(f"{visit.request.url.path}?done=mailed")


@router.post("/{programme}/personal-info/emails/{step}")
async def change(visit: Candidate, step: str) -> Response:
    """Make an address the primary one, remove it, or call off a link that waits."""
    form = await visit.form()
    back = f"{visit.home}personal-info/emails"
    if step not in _STEPS:
        return visit.go(back)
    try:
        body = {"email": form.text("email")}
        await visit.call("POST", f"identity/me/emails/{step}", json=body)
    except ApiProblem as problem:
        if problem.status not in _SAID:
            raise
        return await _page(visit, problem.status, said=problem.detail)
    return visit.go(f"{back}?done={_STEPS[step]}")


async def _page(visit: Visit, status: int = 200, **context: object) -> HTMLResponse:
    answer = await visit.get("identity/me/emails")
    blank = {"email": "", "wrong": None, "said": ""}
    return visit.page("emails.html", status, **answer | blank | context)
