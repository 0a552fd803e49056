"""Signing in with an account at a provider: there, back, and the first time whose it is."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from portal.gateway import ApiProblem, Json
from portal.routes.second_step import NEEDED, second_step
from portal.sessions import Session
from portal.visits import Candidate, Visit, Visitor
from portal.waiting import WaitingAccount, forget_account, let_wait, waiting_account

router = APIRouter()

COOKIE = "certtrack_flow"
_SECONDS = 900
CONNECTED = "personal-info/connected"
# What can be wrong on the way, each with words of its own on the page.
_WRONGS = {
    "provider-away": 503,
    "provider-refused": 403,
    "flow-over": 410,
    "pending-over": 410,
    "external-account-taken": 409,
    "too-many-external-accounts": 409,
    "address-elsewhere": 409,
}


@router.get("/{programme}/sign-in/with/{provider}")
async def go_there(visit: Visitor, provider: str) -> Response:
    """Send the browser to a provider, with what only it will bring back."""
    assert visit.programme
    body = {"programme": visit.programme.id, "provider": provider}
    back = visit.request.query_params.get("next", "")
    visit.session = None
    return await _leave(visit, provider, "identity/federation/flows", body, back)


@router.get("/{programme}/personal-info/connected/with/{provider}")
async def go_there_to_connect(visit: Candidate, provider: str) -> Response:
    """Send a candidate to a provider whose account is to be connected; confirmed afterwards."""
    body = {"provider": provider}
    path = "identity/me/external-identities/flows"
    return await _leave(visit, provider, path, body, f"{visit.home}{CONNECTED}")


@router.get("/{programme}/sign-in/return/{provider}")
async def come_back(visit: Visitor, provider: str) -> Response:
    """Take up what the browser brings back from a provider."""
    assert visit.programme
    flow = visit.stowed(COOKIE)
    visit.drop(COOKIE)
    if flow is None or flow.get("provider") != provider:
        return _failed(visit, provider, "flow-over")
    brought = visit.request.query_params
    body: dict[str, Any] = {
        "programme": visit.programme.id,
        "provider": provider,
        "binding": flow["binding"],
        "state": brought.get("state", ""),
        **{name: brought[name] for name in ("code", "error", "iss") if name in brought},
    }
    signed_in, visit.session = visit.session, None
    back = str(flow.get("next", ""))
    try:
        done = (await visit.call("POST", "identity/federation/flows/finish", json=body)).json()
    except ApiProblem as problem:
        if problem.slug == NEEDED:
            return second_step(visit, problem, back)
        visit.session = signed_in
        return _refused(visit, provider, problem)
    if done["session"] is not None:
        return _enter(visit, done["session"], back)
    let_wait(visit, _account(done, back))
    return visit.go(visit.home + (CONNECTED if done["connecting"] else "sign-in/connect"))


@router.get("/{programme}/sign-in/connect")
async def whose(visit: Visitor) -> Response:
    """Ask once whose the account is: by e-mail, score report, password or registration."""
    account = waiting_account(visit)
    if account is None:
        return visit.go(f"{visit.home}sign-in")
    return visit.page("connect.html", account=account)


@router.post("/{programme}/sign-in/connect")
async def connect_by_link(visit: Visitor) -> Response:
    """Connect the account to whom the link was mailed that was followed in this browser."""
    # The page of a link belongs to whoever has the mail, not to who happens to be signed in.
    visit.session = None
    form = await visit.form()
    account = waiting_account(visit)
    if account is None:
        return _failed(visit, "", "pending-over")
    body = {"pending": account.pending, "token": form.text("token") or "-"}
    forget_account(visit)
    try:
        answer = (await visit.call("POST", "identity/federation/pending/redeem", json=body)).json()
    except ApiProblem as problem:
        if problem.slug == NEEDED:
            return second_step(visit, problem, account.next)
        if problem.slug == "link-gone":
            # The account goes on waiting: another link can be asked for.
            let_wait(visit, account)
            return visit.page("link_spent.html", 410, reason=problem.extra.get("reason"))
        return _refused(visit, account.provider, problem)
    return _enter(visit, answer, account.next or f"{visit.home}?connected=1")


@router.post("/{programme}/sign-in/connect/forget")
async def forget(visit: Visitor) -> Response:
    """Let the account wait no longer."""
    await visit.form()
    forget_account(visit)
    return visit.go(visit.home + (CONNECTED if visit.session else "sign-in"))


def login_page_to_connect(visit: Visit) -> str:
    """Return the way to the login with a password, and on to where the account is connected."""
    return f"{visit.home}sign-in?next={quote(visit.home + CONNECTED, safe='/')}"


async def _leave(
    visit: Visit, provider: str, path: str, body: dict[str, str], back: str
) -> Response:
    try:
        begun = (await visit.call("POST", path, json=body)).json()
    except ApiProblem as problem:
        return _refused(visit, provider, problem)
    visit.stow(COOKIE, {"provider": provider, "binding": begun["binding"], "next": back}, _SECONDS)
    away = RedirectResponse(begun["authorization_url"], 303)
    away.headers["referrer-policy"] = "no-referrer"
    return away


def _enter(visit: Visit, answer: Json, back: str) -> Response:
    visit.keep(Session.opened(answer, visit.portal.clock.now()))
    return visit.go(visit.local(back))


def _account(done: Json, back: str) -> WaitingAccount:
    told = done["waiting"]
    return WaitingAccount(
        pending=done["pending"],
        provider=told["provider_name"],
        label=told["label"],
        given_name=told["given_name"],
        family_name=told["family_name"],
        email=told["email"] or "",
        next=back,
    )


def _refused(visit: Visit, provider: str, problem: ApiProblem) -> Response:
    if problem.status == 404:
        raise HTTPException(404)
    if problem.slug not in _WRONGS:
        raise problem
    return _failed(visit, provider, problem.slug, problem)


def _failed(visit: Visit, provider: str, slug: str, problem: ApiProblem | None = None) -> Response:
    assert visit.programme
    offered = {one.id: one.name for one in visit.programme.sign_in.providers}
    extra = problem.extra if problem is not None else {}
    return visit.page(
        "provider_failed.html",
        _WRONGS[slug],
        slug=slug,
        reason=str(extra.get("reason", "")),
        case_number=str(extra.get("case_number", "")),
        provider=provider if provider in offered else "",
        provider_name=offered.get(provider, provider),
    )
