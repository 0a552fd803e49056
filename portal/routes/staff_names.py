"""Staff: changes of names that a government's document has to prove."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.attachments import passed_on
from portal.case_forms import REFUSED, Row, Wrong
from portal.gateway import ApiProblem
from portal.listing import of_state
from portal.visits import Staff, Visit, segment

router = APIRouter()

PLACE = "/{programme}/staff/name-changes"
STATES = ("waiting", "made", "rejected", "withdrawn")
DECISIONS = ("approve", "reject")


@router.get(PLACE)
async def name_changes(visit: Staff) -> HTMLResponse:
    """List the changes of one state, those to review first."""
    asked, shown = of_state(visit, STATES, "waiting")
    found = await visit.get("identity/name-changes", asked)
    return visit.page("staff/name_changes.html", found=found, state=shown, every=STATES)


@router.get(PLACE + "/{change_id}")
async def name_change(visit: Staff, change_id: str) -> HTMLResponse:
    """Show a change beside the present name, with the document while it is kept."""
    return _page(visit, await visit.get(_path(change_id)))


@router.get(PLACE + "/{change_id}/document")
async def document(visit: Staff, change_id: str) -> Response:
    """Hand the document through, to be looked at and not kept."""
    answer = await visit.call("GET", f"{_path(change_id)}/identification")
    passed = passed_on(answer, "document")
    passed.headers["cache-control"] = "private, no-store"
    return passed


@router.post(PLACE + "/{change_id}/decide")
async def decide(visit: Staff, change_id: str) -> Response:
    """Approve or reject a change as it was when it was looked at."""
    form = await visit.form()
    filled = {name: form.text(name) for name in ("action", "reason", "version")}
    wrong: Wrong = {}
    if filled["action"] not in DECISIONS:
        wrong["action"] = visit.gettext("Choose what to do.")
    elif filled["action"] == "reject" and not filled["reason"]:
        wrong["reason"] = visit.gettext("Say why: the candidate reads it.")
    if wrong or not filled["version"].isdecimal():
        return _page(visit, await visit.get(_path(change_id)), 422, filled, wrong)
    body = {"version": int(filled["version"]), "reason": filled["reason"]}
    try:
        await visit.call("POST", f"{_path(change_id)}/{filled['action']}", json=body)
    except ApiProblem as problem:
        if problem.status not in REFUSED:
            raise
        now = await visit.get(_path(change_id))
        return _page(visit, now, problem.status, filled, {"": problem.detail})
    return visit.go(f"{visit.home}name-changes/{segment(change_id)}?done={filled['action']}")


def _path(change_id: str) -> str:
    return f"identity/name-changes/{segment(change_id)}"


def _page(
    visit: Visit,
    one: Row,
    status: int = 200,
    filled: Row | None = None,
    wrong: Wrong | None = None,
) -> HTMLResponse:
    return visit.page(
        "staff/name_change.html", status, one=one, filled=filled or {}, wrong=wrong or {}
    )
