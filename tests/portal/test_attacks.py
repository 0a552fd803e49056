"""Attacks on a visitor: sent elsewhere, given a session of somebody, headers made by strangers."""

import re
from urllib.parse import quote, urlsplit

import pytest
from fastapi.openapi.utils import get_openapi

from portal.routes import router
from tests.portal.conftest import Arrive, Visitor
from tests.portal.gateway import PASSWORD, World

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "/cisco//evil.example",
    "/cisco/..//evil.example",
    "/cisco/\t/evil.example",
    "javascript:alert(1)",
    "\r\nlocation: https://evil.example/",
)
PATHS = get_openapi(title="", version="", routes=router.routes)["paths"]
GETS = sorted(
    re.sub(r"\{\w+\}", "x", path).replace("/x/", "/cisco/", 1)
    for path, operations in PATHS.items()
    if "get" in operations
)
PROVIDER = "login.example.com"
BREAKS = "x\r\nset-cookie: evil=1\r\nx-evil: 1"


def leads_elsewhere(location: str) -> bool:
    """Whether a redirect leaves our pages, other than to a provider that a programme names."""
    if urlsplit(location).netloc == PROVIDER:
        return False
    # What is carried on to a later page in the query is looked at again there.
    ours = location.startswith("/") and not location.startswith(("//", "/\\"))
    return not ours or "evil" in location.partition("?")[0]


async def test_no_page_leads_elsewhere(visitor: Visitor) -> None:
    faults = []
    for signed_in in (False, True):
        if signed_in:
            await visitor.sign_in()
            await visitor.sign_in_staff()
        for path in GETS:
            for wanted in (
                ELSEWHERE[:3] if "sign-in" in path or "confirm" in path else ELSEWHERE[:1]
            ):
                given = {"next": wanted, "back": wanted, "return": wanted, "url": wanted}
                headers = {"referer": wanted, "x-forwarded-host": "evil.example"}
                answer = await visitor.get(path, params=given, headers=headers)
                if leads_elsewhere(answer.headers.get("location", "/")):
                    faults.append(f"{path}: {answer.headers['location']}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("wanted", ELSEWHERE)
@pytest.mark.parametrize("door", ["/cisco", "/cisco/staff"])
async def test_no_form_leads_elsewhere(arrive: Arrive, door: str, wanted: str) -> None:
    visitor = await arrive()
    login = "staff@example.com" if door.endswith("staff") else "CSCO10000000"
    filled = {"login": login, "password": PASSWORD, "next": wanted}
    answer = await visitor.post(f"{door}/sign-in", filled)
    assert answer.headers["location"] == f"{door}/"


async def test_no_value_becomes_a_header(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.sign_in_staff()
    names = ("next", "search", "q", "done", "cursor", "sort", "as_of", "kind", "subject", "name")
    faults = []
    for path in GETS:
        for asked in {path, path.replace("/x", f"/{quote(BREAKS, safe='')}")}:
            answer = await visitor.get(asked, params=dict.fromkeys(names, BREAKS))
            set_by_us = answer.headers.get("set-cookie", "")
            if "x-evil" in answer.headers or "evil" in set_by_us or answer.status_code == 500:
                faults.append(f"{asked}: {answer.status_code} {dict(answer.headers)}")
    assert not faults, "\n".join(faults)


async def test_a_planted_session_is_not_the_victims(arrive: Arrive, world: World) -> None:
    attacker, victim = await arrive(), await arrive()
    await attacker.sign_in()
    planted = attacker.client.cookies["certtrack_candidate"]
    victim.client.cookies.set("certtrack_candidate", planted, domain="portal.local", path="/cisco/")
    # Whoever finds a session they did not open leaves it, and opens their own.
    await victim.post("/cisco/sign-out", page="/cisco/")
    await victim.sign_in()
    own = [one.value for one in victim.client.cookies.jar if one.name == "certtrack_candidate"]
    assert planted not in own
    # The planted one has ended with that: it opens nothing to the attacker either.
    answer = await attacker.get("/cisco/testing-history")
    world.access.clear()
    answer = await attacker.get("/cisco/testing-history")
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["location"]


async def test_signing_in_makes_another_session_each_time(visitor: Visitor) -> None:
    seen = set()
    for _ in range(3):
        visitor.client.cookies.clear()
        await visitor.sign_in()
        seen.add(visitor.client.cookies["certtrack_candidate"])
    assert len(seen) == 3


async def test_a_cookie_of_before_signing_in_is_no_key_to_after(arrive: Arrive) -> None:
    attacker, victim = await arrive(), await arrive()
    # The only cookie that there is before signing in: the one that forms are held against.
    await attacker.get("/cisco/sign-in")
    nonce = attacker.client.cookies["certtrack_form"]
    victim.client.cookies.set("certtrack_form", nonce, domain="portal.local", path="/")
    token = await attacker.token("/cisco/sign-in")
    await victim.sign_in()
    # The attacker knows the cookie and a token for it, and still no token for the session.
    answer = await victim.client.post("/cisco/sign-out", data={"form_token": token})
    assert answer.status_code == 403


async def test_a_form_of_a_session_that_ended_is_refused(jane: Visitor) -> None:
    token = await jane.token("/cisco/")
    await jane.client.post("/cisco/sign-out", data={"form_token": token})
    await jane.sign_in()
    answer = await jane.client.post("/cisco/sign-out", data={"form_token": token})
    assert answer.status_code == 403
