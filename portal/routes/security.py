"""How one's account is opened: password, passkeys, code app, recovery codes; all who sign in."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import segno
from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, Response

from portal.gateway import ApiProblem
from portal.passkeys import credential_of
from portal.routes.confirming import way_to_confirm
from portal.visits import Owner, Visit, segment

router = APIRouter()

# Candidates have it among their personal information, staff beside their other pages.
_CANDIDATE = "/{programme}/personal-info/security"
_STAFF = "/{programme}/staff/security"
# Answers that say what was wrong, in words for the person.
_SAID = (403, 409, 410, 422, 429)


@router.get(_CANDIDATE)
@router.get(_STAFF)
async def security(visit: Owner) -> HTMLResponse:
    """Show the ways in which the account is opened."""
    return await _page(visit)


@router.get(f"{_CANDIDATE}/password")
@router.get(f"{_STAFF}/password")
async def ask_for_password(visit: Owner) -> Response:
    """Ask for a new password; before it is typed, whoever was here too long confirms."""
    if not (await visit.get("identity/security"))["recent"]:
        return way_to_confirm(visit)
    return _password_page(visit)


@router.post(f"{_CANDIDATE}/password")
@router.post(f"{_STAFF}/password")
async def set_password(visit: Owner) -> Response:
    """Set the password, which ends all other sessions."""
    form = await visit.form()
    password = form.secret("password")
    if password != form.secret("again"):
        return _password_page(visit, 422, differ=True)
    try:
        await visit.call("PUT", "identity/security/password", json={"password": password})
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        said = [str(error.get("message", "")) for error in problem.errors] or [problem.detail]
        return _password_page(visit, 422, said=said)
    return _done(visit, "password")


@router.post(f"{_CANDIDATE}/passkeys/options")
@router.post(f"{_STAFF}/passkeys/options")
async def passkey_options(visit: Owner) -> Response:
    """Begin making a passkey; for the browser's module."""
    await visit.form()
    answer = await visit.call("POST", "identity/security/passkeys/options")
    return JSONResponse(answer.json())


@router.post(f"{_CANDIDATE}/passkeys")
@router.post(f"{_STAFF}/passkeys")
async def add_passkey(visit: Owner) -> Response:
    """Keep the passkey that the browser has made."""
    form = await visit.form()
    body = {
        "name": form.text("name") or visit.gettext("Passkey"),
        "challenge": form.text("challenge") or "-",
        "credential": credential_of(form),
    }
    return await _add(visit, "identity/security/passkeys", body, "passkey")


@router.post(f"{_CANDIDATE}/passkeys/{{passkey_id}}/name")
@router.post(f"{_STAFF}/passkeys/{{passkey_id}}/name")
async def rename_passkey(visit: Owner, passkey_id: str) -> Response:
    """Give a passkey another name."""
    form = await visit.form()
    path = f"identity/security/passkeys/{segment(passkey_id)}"
    return await _change(visit, "PUT", path, "renamed", {"name": form.text("name")})


@router.post(f"{_CANDIDATE}/passkeys/{{passkey_id}}/remove")
@router.post(f"{_STAFF}/passkeys/{{passkey_id}}/remove")
async def remove_passkey(visit: Owner, passkey_id: str) -> Response:
    """Take a passkey away."""
    await visit.form()
    path = f"identity/security/passkeys/{segment(passkey_id)}"
    return await _change(visit, "DELETE", path, "removed")


@router.post(f"{_CANDIDATE}/code-app")
@router.post(f"{_STAFF}/code-app")
async def begin_code_app(visit: Owner) -> Response:
    """Show what an app makes codes from, and ask for the first of them."""
    await visit.form()
    made = (await visit.call("POST", "identity/security/code-app")).json()
    return _app_page(visit, made["secret"], made["uri"])


@router.post(f"{_CANDIDATE}/code-app/confirm")
@router.post(f"{_STAFF}/code-app/confirm")
async def confirm_code_app(visit: Owner) -> Response:
    """Have the app count when its code is right."""
    form = await visit.form()
    body = {"code": form.text("code") or "-"}
    try:
        answer = await visit.call("POST", "identity/security/code-app/confirm", json=body)
    except ApiProblem as problem:
        if problem.slug == "factor-refused" or problem.status in (422, 429):
            said = problem.detail if problem.status != 422 else ""
            return _app_page(visit, form.text("secret"), form.text("uri"), 422, said, wrong=True)
        raise
    return _added(visit, answer.json(), "code-app")


@router.post(f"{_CANDIDATE}/code-app/remove")
@router.post(f"{_STAFF}/code-app/remove")
async def remove_code_app(visit: Owner) -> Response:
    """Take the app away."""
    await visit.form()
    return await _change(visit, "DELETE", "identity/security/code-app", "app-removed")


@router.post(f"{_CANDIDATE}/recovery-codes")
@router.post(f"{_STAFF}/recovery-codes")
async def new_recovery_codes(visit: Owner) -> Response:
    """Make new recovery codes and show them, once."""
    await visit.form()
    try:
        answer = await visit.call("POST", "identity/security/recovery-codes")
    except ApiProblem as problem:
        if problem.slug == "unknown-factor":
            return await _page(visit, 409, said=problem.detail)
        raise
    return _codes_page(visit, answer.json()["recovery_codes"])


async def _add(visit: Visit, path: str, body: dict[str, Any], what: str) -> Response:
    try:
        answer = await visit.call("POST", path, json=body)
    except ApiProblem as problem:
        if problem.slug == "reauthentication-required" or problem.status not in _SAID:
            raise
        return await _page(visit, problem.status, said=problem.detail)
    return _added(visit, answer.json(), what)


def _added(visit: Visit, answer: Any, what: str) -> Response:
    assert visit.session
    until = visit.portal.clock.now() + timedelta(seconds=answer["expires_in"])
    visit.keep(
        visit.session.model_copy(update={"access": answer["access_token"], "access_until": until})
    )
    if answer["recovery_codes"]:
        return _codes_page(visit, answer["recovery_codes"], first=True)
    return _done(visit, what)


async def _change(
    visit: Visit, method: str, path: str, what: str, body: dict[str, Any] | None = None
) -> Response:
    try:
        await visit.call(method, path, json=body)
    except ApiProblem as problem:
        if problem.slug in ("unknown-factor", "factor-needed"):
            return await _page(visit, problem.status, said=problem.detail)
        if problem.status == 422:
            said = " ".join(str(error.get("message", "")) for error in problem.errors)
            return await _page(visit, 422, said=said)
        raise
    return _done(visit, what)


def _done(visit: Visit, what: str) -> Response:
    return visit.go(f"{visit.own}security?done={what}")


async def _page(visit: Visit, status: int = 200, said: str = "") -> HTMLResponse:
    kept = await visit.get("identity/security")
    return visit.page(_template(visit, "security.html"), status, kept=kept, said=said)


def _password_page(visit: Visit, status: int = 200, **context: Any) -> HTMLResponse:
    blank = {"differ": False, "said": []}
    return visit.page(_template(visit, "change_password.html"), status, **blank | context)


def _app_page(
    visit: Visit, secret: str, uri: str, status: int = 200, said: str = "", *, wrong: bool = False
) -> HTMLResponse:
    picture = ""
    if uri.startswith("otpauth://totp/") and len(uri) < 500:
        drawn = BytesIO()
        segno.make(uri, micro=False, error="m").save(
            drawn, kind="svg", xmldecl=False, svgns=True, border=4, scale=5, light="#fff"
        )
        picture = drawn.getvalue().decode()
    return visit.page(
        _template(visit, "code_app.html"),
        status,
        secret=secret,
        uri=uri,
        picture=picture,
        said=said,
        wrong=wrong,
    )


def _codes_page(visit: Visit, codes: list[str], *, first: bool = False) -> HTMLResponse:
    return visit.page(_template(visit, "recovery_codes.html"), codes=codes, first=first)


def _template(visit: Visit, name: str) -> str:
    return f"staff/{name}" if visit.kind == "staff" else name
