"""Settings: the programme's questions, answered and confirmed."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.forms import Form
from portal.gateway import ApiProblem, Json
from portal.visits import Candidate, Visit

router = APIRouter()

PATH = "identity/me/settings"
YES_NO = {"yes": True, "no": False}
CONFLICT = 409


@router.get("/{programme}/personal-info/settings")
async def settings(visit: Candidate) -> HTMLResponse:
    """Ask the programme's questions, with the answers given so far."""
    return _page(visit, await visit.get(PATH))


@router.post("/{programme}/personal-info/settings")
async def confirm(visit: Candidate) -> Response:
    """Keep the answers and that they are confirmed."""
    form = await visit.form()
    asked = await visit.get(PATH)
    given = {one["id"]: _answer(one, form) for one in asked["questions"]}
    try:
        await visit.call("PUT", PATH, json={"answers": given})
    except ApiProblem as problem:
        if problem.status == CONFLICT:
            return visit.go(f"{visit.home}personal-info/settings?done=changed")
        if problem.status != 422:
            raise
        for one in asked["questions"]:
            one["shown"] = given[one["id"]]["value"]
        wrong = {
            str(error.get("field") or "").removeprefix("answers."): str(error.get("message", ""))
            for error in problem.errors
        }
        return _page(visit, asked, 422, wrong or {"": problem.detail})
    return visit.go(f"{visit.home}personal-info/settings?done=confirmed")


def _answer(question: Json, form: Form) -> dict[str, Any]:
    name = question["id"]
    written: Any = form.text(f"answer-{name}")
    if question["type"] == "yes_no":
        written = YES_NO.get(written)
    # An answer to a wording that was not read is none.
    return {"version": form.text(f"version-{name}"), "value": None if written == "" else written}


def _page(
    visit: Visit, asked: Json, status: int = 200, wrong: dict[str, str] | None = None
) -> HTMLResponse:
    for one in asked["questions"]:
        one.setdefault("shown", one["answer"]["value"] if one["answer"] else None)
    return visit.page("settings.html", status, settings=asked, wrong=wrong or {})
