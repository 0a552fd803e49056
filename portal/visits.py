"""A visit: one request of one person to one programme's pages."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlsplit

import httpx2
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from portal.forms import FIELD, FORM_COOKIE, Form, FormTokens
from portal.gateway import ApiProblem, Gateway, GatewayAway, Json
from portal.programmes import Programme, Programmes
from portal.rendering import language_for, render, translations
from portal.sessions import Kind, Refresher, Seal, Session
from portal.settings import PortalSettings
from portal.stowing import Stowing
from shared.clock import Clock, today

Found = TypeVar("Found")
COOKIES: dict[Kind, str] = {"candidate": "certtrack_candidate", "staff": "certtrack_staff"}
MOST_FIELDS = 400
LARGEST_FORM_BYTES = 500_000


@dataclass(frozen=True)
class Portal:
    """What all visits share; no visitor's data among it."""

    settings: PortalSettings
    clock: Clock
    gateway: Gateway
    programmes: Programmes
    seal: Seal
    refresher: Refresher
    form_tokens: FormTokens
    stowing: Stowing


class SignInNeeded(Exception):
    """The page is for somebody who is signed in."""

    def __init__(self, visit: "Visit", *, ended: bool) -> None:
        """Take the visit; ended when there was a session until now."""
        self.visit = visit
        self.ended = ended


class FormRefused(Exception):
    """The form did not come from a page that we gave to this browser and session."""


class Visit:
    """One request: who is there, what they may ask the gateway, the page they get."""

    def __init__(self, request: Request, programme: Programme | None, kind: Kind) -> None:
        """Read the visitor's session from the cookie of one kind."""
        self.request = request
        self.portal: Portal = request.app.state.portal
        self.programme = programme
        self.kind: Kind = kind
        self.session = self._open_session()
        self.language = language_for(request.headers.get("accept-language", ""))
        self._jar = Response()
        self._nonce = request.cookies.get(FORM_COOKIE)
        request.state.visit = self

    def _open_session(self) -> Session | None:
        session = self.portal.seal.open(self.request.cookies.get(COOKIES[self.kind]))
        if session is None or self.programme is None:
            return None
        return session if session.opens(self.kind, self.programme.id) else None

    @property
    def home(self) -> str:
        """The path that this programme's pages of this kind begin with."""
        if self.programme is None:
            return "/"
        return f"/{self.programme.id}/" + ("staff/" if self.kind == "staff" else "")

    @property
    def own(self) -> str:
        """The path that the pages about the visitor's own account begin with."""
        return self.home if self.kind == "staff" else f"{self.home}personal-info/"

    @property
    def today(self) -> date:
        """The calendar day that it is in the programme's time zone."""
        return today(self.portal.clock, self.programme.timezone if self.programme else "UTC")

    def may(self, scope: str) -> bool:
        """Whether the visitor's token carries a scope for this programme."""
        if self.session is None or self.programme is None:
            return False
        return scope in self.session.scopes_in(self.programme.id)

    @property
    def as_of(self) -> date | None:
        """The other day that the page is asked to show, None for today or no day at all."""
        asked = self.request.query_params.get("as_of", "")
        try:
            day = date.fromisoformat(asked)
        except ValueError:
            return None
        return None if day == self.today else day

    @property
    def day(self) -> date:
        """The day that the page shows."""
        return self.as_of or self.today

    @property
    def as_of_query(self) -> str:
        """What to append to an API's or a page's address so that it shows the same day."""
        return f"?as_of={self.as_of.isoformat()}" if self.as_of else ""

    @property
    def here(self) -> str:
        """The path asked for, with its query."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    @property
    def came_from(self) -> str:
        """The page of ours that the request came from, home unless it surely was one."""
        parts = urlsplit(self.request.headers.get("referer", ""))
        # A form that came back with its mistakes stands under an address that only takes forms.
        if parts.netloc != self.request.url.netloc or not self._opens(parts.path):
            return self.home
        return self.local(parts.path + (f"?{parts.query}" if parts.query else ""))

    def _opens(self, path: str) -> bool:
        asked = {**self.request.scope, "method": "GET", "path": path}
        routes: list[BaseRoute] = self.request.app.routes
        return any(route.matches(asked)[0] is Match.FULL for route in routes)

    def local(self, path: str | None) -> str:
        """Return a path to go on to, home unless it is surely one of our own pages."""
        wanted = path or ""
        odd = any(character in wanted for character in "\\\r\n\t") or "//" in wanted
        dotted = "/." in wanted
        return wanted if wanted.startswith(self.home) and not odd and not dotted else self.home

    # -- the gateway

    async def call(self, method: str, path: str, **sent: Any) -> httpx2.Response:
        """Call an operation in the visitor's name; an access token that ran out is renewed once.

        Raises ApiProblem, GatewayAway, or SignInNeeded when the session has ended.
        """
        sent["headers"] = self._forwarded() | dict(sent.get("headers") or {})
        session = self.session
        if session is None:
            return await self.portal.gateway.call(method, path, **sent)
        if session.stale(self.portal.clock):
            session = await self._renew(session)
        try:
            return await self.portal.gateway.call(method, path, token=session.access, **sent)
        except ApiProblem as problem:
            if problem.status != 401:
                raise
        session = await self._renew(session)
        try:
            return await self.portal.gateway.call(method, path, token=session.access, **sent)
        except ApiProblem as problem:
            if problem.status != 401:
                raise
            raise SignInNeeded(self, ended=True) from problem

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        """Return an operation's JSON."""
        return (await self.call("GET", path, params=params)).json()

    async def glance(self, path: str, params: Mapping[str, str] | None = None) -> Json | None:
        """Return an operation's JSON, None when its service is away: for pages of many parts."""
        return await self.unless_away(self.get(path, params))

    async def unless_away(self, asked: Awaitable[Found]) -> Found | None:
        """Return what was asked for, None when its service is away."""
        try:
            return await asked
        except GatewayAway:
            return None
        except ApiProblem as problem:
            if problem.status < 500:
                raise
            return None

    async def glances(self, *paths: str) -> list[Json | None]:
        """Glance at several operations at once."""
        return list(await asyncio.gather(*(self.glance(path) for path in paths)))

    async def _renew(self, session: Session) -> Session:
        if self.session is not None and self.session.access != session.access:
            return self.session
        try:
            answer = await self.portal.refresher.exchange(session.refresh)
        except ApiProblem as problem:
            if problem.status >= 500:
                raise GatewayAway(problem.title) from problem
            raise SignInNeeded(self, ended=True) from problem
        renewed = session.renewed(answer, self.portal.clock.now())
        if self.session is None or self.session.access == session.access:
            self.keep(renewed)
        return self.session or renewed

    def _forwarded(self) -> dict[str, str]:
        # The user agent too: people recognise their sessions by the device they used.
        names = ("x-request-id", "traceparent", "x-forwarded-for", "user-agent")
        given = self.request.headers
        carried = {name: given[name] for name in names if name in given}
        if "x-forwarded-for" not in carried and self.request.client:
            carried["x-forwarded-for"] = self.request.client.host
        return carried

    # -- cookies

    def keep(self, session: Session) -> None:
        """Seal a session into the visitor's cookie."""
        self.session = session
        self._set_cookie(COOKIES[self.kind], self.portal.seal.close(session), self._cookie_path)

    def forget(self) -> None:
        """Take the session's cookie away."""
        self.session = None
        self._set_cookie(COOKIES[self.kind], "", self._cookie_path, max_age=0)

    @property
    def _cookie_path(self) -> str:
        return "/" if self.kind == "staff" else self.home

    def _set_cookie(self, name: str, value: str, path: str, max_age: int | None = None) -> None:
        self._jar.set_cookie(
            name,
            value,
            max_age=max_age,
            path=path,
            secure=self.portal.settings.secure,
            httponly=True,
            samesite="lax",
        )

    def stow(self, name: str, value: Mapping[str, Any], seconds: int) -> None:
        """Have the browser carry something to the next page, sealed; name: of the cookie."""
        sealed = self.portal.stowing.close(name, value, seconds)
        self._set_cookie(name, sealed, self._cookie_path, max_age=seconds)

    def stowed(self, name: str) -> dict[str, Any] | None:
        """Return what the browser carries under a name; None when nothing, or for too long."""
        return self.portal.stowing.open(name, self.request.cookies.get(name))

    def drop(self, name: str) -> None:
        """Take back what the browser carries."""
        self._set_cookie(name, "", self._cookie_path, max_age=0)

    def cookies(self) -> list[str]:
        """Return the cookies that this visit set."""
        return [value.decode() for name, value in self._jar.raw_headers if name == b"set-cookie"]

    # -- forms

    def form_token(self) -> str:
        """Return the token for a form on this visit's page."""
        if not self._nonce:
            self._nonce = FormTokens.new_nonce()
            self._set_cookie(FORM_COOKIE, self._nonce, "/")
        return self.portal.form_tokens.token(self._nonce, self._sid)

    @property
    def _sid(self) -> str:
        return self.session.sid if self.session else ""

    async def form(self, *, files: int = 0, most: int = LARGEST_FORM_BYTES) -> Form:
        """Return what was filled in.

        Raises FormRefused unless the form came from one of our own pages in this browser.
        """
        length = self.request.headers.get("content-length", "")
        if not length.isdecimal():
            # Browsers always say it; without it a form could be as large as the largest one.
            raise HTTPException(411)
        if int(length) > most:
            raise HTTPException(413)
        form = Form(await self.request.form(max_files=files, max_fields=MOST_FIELDS))
        if not self.portal.form_tokens.fits(form.text(FIELD), self._nonce, self._sid):
            raise FormRefused
        return form

    # -- pages

    def gettext(self, message: str) -> str:
        """Return a text in the visitor's language."""
        return translations(self.language).gettext(message)

    def page(self, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """Return a page."""
        body = render(
            template,
            self.language,
            {
                "visit": self,
                "programme": self.programme,
                "session": self.session,
                "home": self.home,
                "path": self.request.url.path,
                "query": self.request.query_params,
                **context,
            },
        )
        return HTMLResponse(body, status)

    def go(self, path: str) -> RedirectResponse:
        """Return a redirect to one of our own pages, as the answer to a form."""
        return RedirectResponse(path, 303)

    def sign_in_path(self, *, ended: bool) -> str:
        """Return the way to the sign-in and, afterwards, back to the page or the form."""
        back = self.here if self.request.method == "GET" else self.came_from
        asked = "" if back == self.home else f"next={quote(back, safe='/')}"
        query = "&".join(part for part in ("ended=1" if ended else "", asked) if part)
        return f"{self.home}sign-in" + (f"?{query}" if query else "")


def segment(value: str) -> str:
    """Return a value fit to be one segment of an API path."""
    return quote(value, safe="")


async def _arrive(request: Request, programme: str, kind: Kind) -> Visit:
    portal: Portal = request.app.state.portal
    found = await portal.programmes.find(programme)
    if found is None:
        raise HTTPException(404)
    return Visit(request, found, kind)


async def visitor(request: Request, programme: str) -> AsyncIterator[Visit]:
    """Receive anybody."""
    visit = await _arrive(request, programme, "candidate")
    try:
        yield visit
    finally:
        await request.close()


async def staff_visitor(request: Request, programme: str) -> AsyncIterator[Visit]:
    """Receive anybody at the staff's door."""
    visit = await _arrive(request, programme, "staff")
    try:
        yield visit
    finally:
        await request.close()


async def candidate(visit: Annotated[Visit, Depends(visitor)]) -> Visit:
    """Receive a candidate who is signed in to this programme."""
    if visit.session is None:
        raise SignInNeeded(visit, ended=visit.request.method != "GET")
    return visit


async def any_visitor(request: Request, programme: str) -> AsyncIterator[Visit]:
    """Receive anybody at the door that the path names: the candidates' or the staff's."""
    kind: Kind = "staff" if request.url.path.split("/")[2:3] == ["staff"] else "candidate"
    visit = await _arrive(request, programme, kind)
    try:
        yield visit
    finally:
        await request.close()


async def owner(visit: Annotated[Visit, Depends(any_visitor)]) -> Visit:
    """Receive a candidate or member of staff who is signed in, about their own account."""
    if visit.session is None:
        raise SignInNeeded(visit, ended=visit.request.method != "GET")
    return visit


async def staff(visit: Annotated[Visit, Depends(staff_visitor)]) -> Visit:
    """Receive a member of staff who is signed in and works for this programme."""
    if visit.session is None:
        raise SignInNeeded(visit, ended=visit.request.method != "GET")
    return visit


Visitor = Annotated[Visit, Depends(visitor)]
StaffVisitor = Annotated[Visit, Depends(staff_visitor)]
AnyVisitor = Annotated[Visit, Depends(any_visitor)]
Owner = Annotated[Visit, Depends(owner)]
Candidate = Annotated[Visit, Depends(candidate)]
Staff = Annotated[Visit, Depends(staff)]
