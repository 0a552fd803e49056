"""A candidate's name: as it is, how to change it, and what became of changes."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.case_forms import NO_FILE, Row, Wrong, filled_in, told
from portal.gateway import ApiProblem
from portal.visits import Candidate, Visit, segment

router = APIRouter()

PLACE = "/{programme}/personal-info/name"
FILE = "identification"
# What tells that staff have to look at the change.
NEEDED = "identification-required"


@router.get(PLACE)
async def name(visit: Candidate) -> HTMLResponse:
    """Show the name, and the form to change it."""
    return await _page(visit)


@router.post(PLACE)
async def change(visit: Candidate) -> Response:
    """Change the name: at once, or after a review, for which a document is asked for."""
    names = ("given_name", "family_name", "reason", "document")
    filled, upload, wrong = await filled_in(visit, names, FILE)
    asked = bool(filled.pop("document")) or FILE in wrong
    if not wrong and not (filled["given_name"] or filled["family_name"]):
        wrong["given_name"] = visit.gettext("Fill in your name.")
    if wrong:
        status = 413 if FILE in wrong else 422
        return await _page(visit, status, filled, wrong, document=asked)
    try:
        sent = {"data": filled, "files": {FILE: upload or NO_FILE}}
        made = (await visit.call("POST", "identity/name-changes", **sent)).json()
    except ApiProblem as problem:
        if problem.slug == NEEDED and not asked:
            # The first time it is no mistake: nobody could know.
            return await _page(visit, 200, filled, {}, document=True)
        if problem.slug == NEEDED:
            wrong = {FILE: visit.gettext("Choose the picture of your document.")}
        else:
            wrong = told(visit, problem, FILE)
        return await _page(visit, problem.status, filled, wrong, document=asked)
    done = "made" if made["state"] == "made" else "asked"
    return visit.go(f"{visit.home}personal-info/name?done={done}")


@router.post(PLACE + "/withdraw")
async def withdraw(visit: Candidate) -> Response:
    """Take back a change that waits."""
    form = await visit.form()
    path = f"identity/name-changes/{segment(form.text('change'))}/withdraw"
    try:
        await visit.call("POST", path, json={})
    except ApiProblem as problem:
        if problem.status == 404:
            raise
        return await _page(visit, problem.status, None, told(visit, problem, FILE))
    return visit.go(f"{visit.home}personal-info/name?done=withdrawn")


async def _page(
    visit: Visit,
    status: int = 200,
    filled: Row | None = None,
    wrong: Wrong | None = None,
    *,
    document: bool = False,
) -> HTMLResponse:
    mine = await visit.get("identity/me/name")
    waiting = next((one for one in mine["changes"] if one["state"] == "waiting"), None)
    return visit.page(
        "name.html",
        status,
        mine=mine,
        waiting=waiting,
        filled=filled or mine,
        wrong=wrong or {},
        document=document,
    )
