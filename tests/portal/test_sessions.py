"""Sign-in, the sealed cookie, renewal of tokens, and the way back to the page asked for."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI

from portal.app import create_app
from portal.sessions import Seal
from portal.settings import PortalSettings
from shared.clock import FixedClock
from shared.errors import StartRefused
from tests.portal.conftest import Arrive, Visitor
from tests.portal.gateway import PASSWORD, World, fake_gateway

CANDIDATE = "certtrack_candidate"


def _cookies(response: httpx2.Response, name: str) -> list[str]:
    return [c for c in response.headers.get_list("set-cookie") if c.startswith(f"{name}=")]


async def test_sign_in_leads_home(visitor: Visitor) -> None:
    answer = await visitor.sign_in()
    assert answer.status_code == 303
    assert answer.headers["location"] == "/cisco/"
    home = await visitor.get("/cisco/")
    assert home.status_code == 200
    assert "Welcome, Jane Doe" in home.text


async def test_the_cookie_cannot_be_read_by_scripts_or_sent_from_elsewhere(
    visitor: Visitor,
) -> None:
    (cookie,) = _cookies(await visitor.sign_in(), CANDIDATE)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/cisco/" in cookie
    assert "Secure" not in cookie


async def test_the_cookie_shows_no_token(visitor: Visitor, world: World) -> None:
    (cookie,) = _cookies(await visitor.sign_in(), CANDIDATE)
    assert not any(token in cookie for token in [*world.access, *world.refresh])
    assert "CSCO10000000" not in cookie
    assert len(cookie) < 4000


async def test_behind_https_cookies_are_secure_and_transport_is_strict(world: World) -> None:
    transport = httpx2.ASGITransport(app=fake_gateway(world))
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as api:
        app = create_app(PortalSettings(public_url="https://certs.example"), api=api)
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="https://certs.example"
        ) as client:
            answer = await Visitor(client).sign_in()
    assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))
    assert "max-age" in answer.headers["strict-transport-security"]


async def test_a_broken_or_foreign_seal_is_no_session(visitor: Visitor, jane: Visitor) -> None:
    sealed = jane.client.cookies[CANDIDATE]
    for spoiled in (sealed[:-4] + "AAAA", "nonsense", "a.b.c.d.e", ""):
        answer = await visitor.get("/cisco/", headers={"cookie": f"{CANDIDATE}={spoiled}"})
        assert answer.status_code == 303
    assert Seal(b"k" * 32).open(sealed) is None


async def test_another_instance_opens_the_same_session(
    world: World, settings: PortalSettings, clock: FixedClock, jane: Visitor
) -> None:
    transport = httpx2.ASGITransport(app=fake_gateway(world))
    async with httpx2.AsyncClient(transport=transport, base_url="http://gateway") as api:
        other = create_app(settings, api=api, clock=clock)
        jane.client._transport = httpx2.ASGITransport(app=other)
        assert (await jane.get("/cisco/")).status_code == 200


async def test_a_session_of_one_programme_opens_no_other(jane: Visitor) -> None:
    sealed = jane.client.cookies[CANDIDATE]
    answer = await jane.get("/juniper/", headers={"cookie": f"{CANDIDATE}={sealed}"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/juniper/sign-in"


async def test_a_candidate_is_no_staff(jane: Visitor) -> None:
    sealed = jane.client.cookies[CANDIDATE]
    for name in (CANDIDATE, "certtrack_staff"):
        answer = await jane.get("/cisco/staff/", headers={"cookie": f"{name}={sealed}"})
        assert answer.headers["location"] == "/cisco/staff/sign-in"


async def test_staff_of_one_programme_are_not_let_into_another(visitor: Visitor) -> None:
    filled = {"login": "cisco-only@example.com", "password": PASSWORD}
    answer = await visitor.post("/juniper/staff/sign-in", filled)
    assert answer.status_code == 403
    assert "not on the staff of Juniper Networks" in answer.text
    await visitor.post("/cisco/staff/sign-in", filled)
    assert (await visitor.get("/cisco/staff/")).status_code == 200
    assert (await visitor.get("/juniper/staff/")).status_code == 303


async def test_a_wrong_password_is_told_plainly_and_keeps_the_login(visitor: Visitor) -> None:
    answer = await visitor.post("/cisco/sign-in", {"login": "CSCO1", "password": "wrong"})
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert 'value="CSCO1"' in answer.text
    assert "wrong" not in answer.text.split('name="password"')[1][:80]


async def test_the_page_asked_for_comes_after_signing_in(visitor: Visitor) -> None:
    asked = await visitor.get("/cisco/testing-history?sort=grade&order=asc")
    assert asked.status_code == 303
    sign_in = asked.headers["location"]
    assert sign_in.startswith("/cisco/sign-in?next=")
    page = await visitor.get(sign_in)
    assert "Log in to see this page" in page.text
    back = "/cisco/testing-history?sort=grade&order=asc"
    filled = {"login": "CSCO10000000", "password": PASSWORD, "next": back}
    answer = await visitor.post("/cisco/sign-in", filled)
    assert answer.headers["location"] == back


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/cisco//evil.example",
        "/cisco/../juniper/",
        "/juniper/",
        "javascript:alert(1)",
        "/cisco/\r\nset-cookie: a=b",
        "",
    ],
)
async def test_only_our_own_pages_are_returned_to(visitor: Visitor, wanted: str) -> None:
    filled = {"login": "CSCO10000000", "password": PASSWORD, "next": wanted}
    answer = await visitor.post("/cisco/sign-in", filled)
    assert answer.headers["location"] == "/cisco/"
    again = await visitor.get("/cisco/sign-in", params={"next": wanted})
    assert again.headers["location"] == "/cisco/"


async def test_an_expired_access_token_is_renewed_once(
    jane: Visitor, clock: FixedClock, world: World
) -> None:
    clock.advance(timedelta(minutes=11))
    before = jane.client.cookies[CANDIDATE]
    assert (await jane.get("/cisco/")).status_code == 200
    assert world.asked.count("POST identity/sessions/refresh") == 1
    assert jane.client.cookies[CANDIDATE] != before
    assert (await jane.get("/cisco/")).status_code == 200
    assert world.asked.count("POST identity/sessions/refresh") == 1


async def test_a_token_refused_by_the_api_is_renewed_too(jane: Visitor, world: World) -> None:
    world.access.clear()
    assert (await jane.get("/cisco/")).status_code == 200
    assert world.asked.count("POST identity/sessions/refresh") == 1


async def test_requests_that_come_together_share_one_renewal(
    jane: Visitor, clock: FixedClock, world: World
) -> None:
    clock.advance(timedelta(minutes=11))
    headers = {"cookie": f"{CANDIDATE}={jane.client.cookies[CANDIDATE]}"}
    paths = ["/cisco/", "/cisco/testing-history", "/cisco/transcripts", "/cisco/certifications"]
    answers = await asyncio.gather(*(jane.get(path, headers=headers) for path in paths))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert world.asked.count("POST identity/sessions/refresh") == 1


async def test_an_ended_session_leads_to_sign_in_with_a_sentence(
    jane: Visitor, world: World
) -> None:
    world.access.clear()
    world.refresh.clear()
    answer = await jane.get("/cisco/transcripts")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/cisco/sign-in?ended=1&next=/cisco/transcripts"
    assert "Max-Age=0" in _cookies(answer, CANDIDATE)[0]
    page = await jane.get(answer.headers["location"])
    assert "Your session has ended" in page.text


@pytest.mark.parametrize("lost", ["session", "cookie"])
async def test_a_form_sent_after_the_session_leads_back_to_the_form(
    jane: Visitor, world: World, lost: str
) -> None:
    form = "/cisco/transcripts/new"
    filled = {"form_token": await jane.token(form), "description": "For work"}
    world.access.clear()
    world.refresh.clear()
    if lost == "cookie":
        jane.client.cookies.delete(CANDIDATE)
    headers = {"referer": f"{jane.client.base_url}{form}"}
    answer = await jane.client.post(form, data=filled, headers=headers)
    assert answer.headers["location"] == f"/cisco/sign-in?ended=1&next={form}"
    # Neither another's page nor an address that only takes forms is one to come back to.
    for elsewhere in ("https://evil.example/cisco/transcripts/new", "/cisco/sign-out"):
        jane.client.cookies.delete(CANDIDATE)
        headers = {"referer": str(jane.client.base_url.join(elsewhere))}
        answer = await jane.client.post(form, data=filled, headers=headers)
        assert answer.headers["location"] == "/cisco/sign-in?ended=1"


async def test_sign_out_ends_the_session_here_and_there(jane: Visitor, world: World) -> None:
    answer = await jane.post("/cisco/sign-out", page="/cisco/")
    assert answer.headers["location"] == "/cisco/sign-in?left=1"
    assert "POST identity/sessions/end" in world.asked
    assert not world.refresh
    assert (await jane.get("/cisco/")).status_code == 303


async def test_sign_out_works_while_identity_is_away(jane: Visitor, world: World) -> None:
    token = await jane.token("/cisco/")
    world.away.add("identity")
    answer = await jane.client.post("/cisco/sign-out", data={"form_token": token})
    assert answer.status_code == 303
    assert CANDIDATE not in jane.client.cookies


async def test_candidate_and_staff_sessions_stand_side_by_side(arrive: Arrive) -> None:
    both = await arrive()
    await both.sign_in()
    await both.sign_in_staff()
    assert (await both.get("/cisco/")).status_code == 200
    assert (await both.get("/cisco/staff/")).status_code == 200
    assert (await both.get("/juniper/staff/")).status_code == 200


def test_production_refuses_the_demonstrations_key_and_short_ones() -> None:
    for key in ("demonstration-only-not-a-secret-0", "short"):
        settings = PortalSettings.model_validate({"environment": "production", "session_key": key})
        with pytest.raises(StartRefused, match="CERTTRACK_SESSION_KEY"):
            create_app(settings)


def test_production_takes_a_key_of_its_own() -> None:
    settings = PortalSettings.model_validate({"environment": "production", "session_key": "k" * 40})
    assert isinstance(create_app(settings), FastAPI)
