"""First login and forgotten passwords: by e-mail address or by score report, and what follows."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.forms import Form
from portal.gateway import ApiProblem
from portal.visits import Visit, Visitor

router = APIRouter()

# How each way is named in the address of the page that says what happens next.
WAYS = {"never-logged-in": "email", "forgotten": "forgotten", "score-report": "report"}
_REPORT = ("family_name", "registration_number", "email")


@router.get("/{programme}/never-logged-in")
@router.get("/{programme}/forgotten")
async def ask_for_link(visit: Visitor) -> HTMLResponse:
    """Ask for the e-mail address that a link is sent to, or for what a score report says."""
    return _page(visit)


@router.post("/{programme}/never-logged-in")
@router.post("/{programme}/forgotten")
async def send_link(visit: Visitor) -> Response:
    """Have a link sent; the answer is the same whether or not the address is known."""
    assert visit.programme
    form = await visit.form()
    email = form.text("email")
    place = visit.request.url.path.rpartition("/")[2]
    if "@" not in email:
        return _page(visit, 422, email=email, wrong=True)
    body = {"programme": visit.programme.id, "email": email}
    try:
        answer = (await visit.call("POST", "identity/sign-in-links", json=body)).json()
    except ApiProblem as problem:
        if problem.status == 429:
            return _page(visit, 429, email=email, said=problem.detail)
        if problem.status != 422:
            raise
        return _page(visit, 422, email=email, wrong=True)
    return visit.go(f"{visit.home}asked/{answer['request_id']}?way={WAYS[place]}")


@router.get("/{programme}/never-logged-in/score-report")
async def to_score_report(visit: Visitor) -> Response:
    """Lead to the form: this address is only what it is sent to."""
    return visit.go(f"{visit.home}never-logged-in#score-report")


@router.post("/{programme}/never-logged-in/score-report")
async def show_score_report(visit: Visitor) -> Response:
    """Have a link sent to a new address; the same whether or not the report matches."""
    assert visit.programme
    form = await visit.form()
    report = _report(form)
    wrong = {name: "" for name, value in report.items() if not value}
    if "@" not in report["email"]:
        wrong["email"] = ""
    if wrong:
        return _page(visit, 422, report=report, report_wrong=wrong)
    body = {"programme": visit.programme.id, **report}
    try:
        answer = (await visit.call("POST", "identity/score-reports", json=body)).json()
    except ApiProblem as problem:
        if problem.status == 429:
            return _page(visit, 429, report=report, report_said=problem.detail)
        if problem.status != 422:
            raise
        wrong = {str(error.get("field")): str(error.get("message")) for error in problem.errors}
        return _page(visit, 422, report=report, report_wrong=wrong)
    return visit.go(f"{visit.home}asked/{answer['request_id']}?way={WAYS['score-report']}")


@router.get("/{programme}/asked/{request_id}")
async def asked(visit: Visitor, request_id: UUID) -> HTMLResponse:
    """Say when a link was asked for, whether that was dealt with, and what happens next."""
    visit.session = None
    way = visit.request.query_params.get("way", "")
    if way not in WAYS.values():
        way = "email"
    try:
        request = await visit.get(f"identity/link-requests/{request_id}")
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        return visit.page("asked.html", 404, request=None, way=way)
    return visit.page("asked.html", request=request, way=way)


def _report(form: Form) -> dict[str, str]:
    return {name: form.text(name) for name in _REPORT}


def _page(visit: Visit, status: int = 200, **context: object) -> HTMLResponse:
    blank = {
        "first": not visit.request.url.path.endswith("/forgotten"),
        "email": "",
        "wrong": False,
        "said": "",
        "report": dict.fromkeys(_REPORT, ""),
        "report_wrong": {},
        "report_said": "",
    }
    return visit.page("ask_link.html", status, **blank | context)
