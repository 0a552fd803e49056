"""Staff: the review of course completions that candidates handed in."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.attachments import passed_on
from portal.gateway import ApiProblem
from portal.listing import of_state
from portal.visits import Staff, Visit, segment

router = APIRouter()

Row = dict[str, Any]

PLACE = "/{programme}/staff/completions"
STATES = ("submitted", "returned", "approved", "rejected")
# From which states each decision may be made: what the service takes.
DECISIONS = {
    "approve": ("submitted", "rejected"),
    "return": ("submitted",),
    "reject": ("submitted", "returned", "approved"),
}


@router.get(PLACE)
async def completions(visit: Staff) -> HTMLResponse:
    """List the completions of one state, those to review first."""
    asked, shown = of_state(visit, STATES, "submitted")
    found = await visit.get("exams/completions", asked)
    return visit.page("staff/completions.html", found=found, state=shown, states_shown=STATES)


@router.get(PLACE + "/{completion_id}")
async def completion(visit: Staff, completion_id: str) -> HTMLResponse:
    """Show one completion with every step of its review."""
    return _page(visit, await visit.get(_path(completion_id)))


@router.get(PLACE + "/{completion_id}/file")
async def certificate(visit: Staff, completion_id: str) -> Response:
    """Hand the certificate through, to be saved."""
    return passed_on(await visit.call("GET", f"{_path(completion_id)}/file"), "certificate")


@router.post(PLACE + "/{completion_id}/decide")
async def decide(visit: Staff, completion_id: str) -> Response:
    """Approve a completion, reject it, or send it back, as it was when it was looked at."""
    form = await visit.form()
    filled = {name: form.text(name) for name in ("action", "reason", "version")}
    wrong = {}
    if filled["action"] not in DECISIONS:
        wrong["action"] = visit.gettext("Choose what to do.")
    elif filled["action"] != "approve" and not filled["reason"]:
        wrong["reason"] = visit.gettext("Say why: the candidate reads it.")
    if wrong or not filled["version"].isdecimal():
        return _page(visit, await visit.get(_path(completion_id)), 422, filled, wrong)
    body = {"version": int(filled["version"]), "reason": filled["reason"]}
    try:
        await visit.call("POST", f"{_path(completion_id)}/{filled['action']}", json=body)
    except ApiProblem as problem:
        if problem.status not in (409, 422):
            raise
        told = await visit.get(_path(completion_id))
        said = problem.detail
        if problem.slug == "completion-changed":
            said = visit.gettext("This has changed in the meantime. It is shown as it is now.")
        return _page(visit, told, problem.status, filled, {"": said})
    return visit.go(f"{visit.home}completions/{segment(completion_id)}?done={filled['action']}")


def _path(completion_id: str) -> str:
    return f"exams/completions/{segment(completion_id)}"


def _page(
    visit: Visit,
    told: Row,
    status: int = 200,
    filled: Row | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    return visit.page(
        "staff/completion.html",
        status,
        one=told,
        possible=[name for name, before in DECISIONS.items() if told["state"] in before],
        filled=filled or {},
        wrong=wrong or {},
        may_write=visit.may("completions:review"),
    )
