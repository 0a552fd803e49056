"""Failures as pages in plain words, with the way on."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from portal.gateway import ApiProblem, GatewayAway
from portal.headers import harden
from portal.routes.confirming import way_to_confirm
from portal.visits import FormRefused, Portal, SignInNeeded, Visit

log = structlog.get_logger("portal")

KNOWN = {400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503}


def failure(
    request: Request, status: int, *, detail: str = "", retry: str | None = None
) -> Response:
    """Return the page about a failure, dressed as the programme where it is known."""
    visit = getattr(request.state, "visit", None) or _bare(request)
    page: Response = visit.page(
        "failure.html",
        status,
        failure=status if status in KNOWN else (500 if status >= 500 else 400),
        detail=detail,
    )
    if retry:
        page.headers["retry-after"] = retry
    return page


def _bare(request: Request) -> Visit:
    portal: Portal = request.app.state.portal
    first = request.url.path.split("/")[1]
    staff = "/staff/" in request.url.path
    return Visit(request, portal.programmes.remembered(first), "staff" if staff else "candidate")


async def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, ApiProblem)
    visit: Visit | None = getattr(request.state, "visit", None)
    if visit is not None and visit.session is not None:
        if problem.slug == "reauthentication-required":
            return way_to_confirm(visit)
        if problem.slug == "second-factor-setup-required":
            return visit.go(f"{visit.home}security")
    if problem.status >= 500:
        log.warning("api failed", path=request.url.path, status=problem.status)
        return failure(request, 503, retry="30")
    if problem.status == 422 and request.method == "GET" and not request.url.query:
        # Nobody has filled in anything: the address holds what can be no id.
        return failure(request, 404)
    status = 403 if problem.status == 401 else problem.status
    return failure(request, status, detail=problem.detail, retry=problem.retry_after)


async def _away(request: Request, problem: Exception) -> Response:
    log.warning("gateway away", path=request.url.path, reason=str(problem))
    return failure(request, 503, retry="30")


async def _sign_in_needed(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, SignInNeeded)
    if problem.ended:
        problem.visit.forget()
    return problem.visit.go(problem.visit.sign_in_path(ended=problem.ended))


async def _form_refused(request: Request, _problem: Exception) -> Response:
    return failure(request, 403, detail="form")


async def _http(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    page = failure(request, problem.status_code)
    for name, value in (problem.headers or {}).items():
        page.headers[name] = value
    return page


async def _malformed(request: Request, _problem: Exception) -> Response:
    return failure(request, 400)


async def _broken(request: Request, problem: Exception) -> Response:
    log.error("request failed", path=request.url.path, exc_info=problem)
    page = failure(request, 500)
    portal: Portal = request.app.state.portal
    harden(page.headers, secure=portal.settings.secure)
    return page


def install(app: FastAPI) -> None:
    """Let failures become pages."""
    app.add_exception_handler(ApiProblem, _refused)
    app.add_exception_handler(GatewayAway, _away)
    app.add_exception_handler(SignInNeeded, _sign_in_needed)
    app.add_exception_handler(FormRefused, _form_refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.state.on_anything = _broken
