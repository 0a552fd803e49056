"""Errors on their way out: everything becomes application/problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from shared.database import is_transient
from shared.errors import FieldError, Malformed, Problem, Unavailable, Unprocessable
from shared.logs import log

MEDIA_TYPE = "application/problem+json"
# PostgreSQL keeps no U+0000 in a text (SQLSTATE 22021, character not in repertoire).
_UNTRANSLATABLE = "22021"
DOCUMENT: dict[str, Any] = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457); some types carry further members.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "a page that explains this type of problem"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": FieldError.model_json_schema()},
        "request_id": {"type": "string"},
    },
}
DOCUMENTED: dict[str, Any] = {
    "description": "Every refusal",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_SLUGS = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "media-type"}


def render(problem: Problem, public_url: str) -> Response:
    """Return the response for a problem."""
    body: dict[str, Any] = {
        "type": f"{public_url}/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
    }
    if problem.detail:
        body["detail"] = problem.detail
    if problem.errors:
        body["errors"] = [error.model_dump(exclude_none=True) for error in problem.errors]
    request_id = structlog.contextvars.get_contextvars().get("correlation")
    if request_id:
        body["request_id"] = request_id
    body.update(problem.extra)
    return Response(to_json(body), problem.status, problem.headers, media_type=MEDIA_TYPE)


def add_problem_handlers(app: FastAPI, public_url: str) -> None:
    """Have every error of an application rendered as a problem document."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        if error.status in (401, 403):
            who = getattr(request.state, "principal", None)
            log.info(
                "refused",
                path=request.url.path,
                problem=error.slug,
                who=who.subject if who else None,
            )
        return render(error, public_url)

    async def on_invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return render(_invalid(error), public_url)

    async def on_http(_request: Request, error: Exception) -> Response:
        return render(problem_of(error), public_url)

    async def on_anything(request: Request, error: Exception) -> Response:
        if isinstance(error, ClientDisconnect):
            log.info("broken off", path=request.url.path)
        elif is_transient(error):
            log.warning("not available", path=request.url.path, fault=repr(error))
        elif _state_of(error) != _UNTRANSLATABLE:
            log.error("unexpected error", path=request.url.path, exc_info=error)
        return render(problem_of(error), public_url)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.state.on_anything = on_anything


def problem_of(error: Exception) -> Problem:
    """Return what a caller is told of an error, whether somebody foresaw it or not."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        slug = _SLUGS.get(error.status_code, "http")
        title = HTTPStatus(error.status_code).phrase
        names = {"status": error.status_code, "slug": slug, "title": title}
        kind: type[Problem] = type("HTTPProblem", (Problem,), names)
        detail = None if error.detail == title else str(error.detail)
        return kind(detail, headers=error.headers)
    if isinstance(error, ClientDisconnect):
        return Malformed("The request broke off before its end.")
    if _state_of(error) == _UNTRANSLATABLE:
        return Unprocessable("A text in the request has a null character.")
    if is_transient(error):
        return Unavailable(
            "Something this service depends on is away. Nothing was changed; please try again.",
            headers={"Retry-After": "5"},
        )
    return Problem("The error has been noted with this request id.")


def _state_of(error: BaseException) -> str | None:
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def _invalid(error: RequestValidationError) -> Problem:
    found = error.errors()
    broken = [one for one in found if one["type"] == "json_invalid"]
    if broken:
        why = broken[0].get("ctx", {}).get("error", "")
        return Malformed(f"the body is not JSON: {why} (at character {broken[0]['loc'][-1]})")
    return Unprocessable(
        "Some fields are not right.",
        errors=[
            FieldError(
                field=".".join(str(part) for part in one["loc"][1:]) or None,
                message=one["msg"].removeprefix("Value error, "),
            )
            for one in found
        ],
    )
