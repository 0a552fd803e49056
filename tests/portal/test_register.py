"""Registering by oneself, as the portal's pages do it."""

from typing import Any

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import World

FILLED = {"given_name": "Jane", "family_name": "Doe", "email": "jane.doe@example.com"}
GOOD = "twelve letters or more"
FINISH = "/cisco/register/good-token"


async def test_a_link_is_sent_and_nothing_is_told(visitor: Visitor, world: World) -> None:
    assert "/cisco/register" in (await visitor.get("/cisco/sign-in")).text
    sent = await visitor.post("/cisco/register", FILLED)
    assert sent.headers["location"] == "/cisco/register?sent=1"
    assert "on its way" in (await visitor.get("/cisco/register?sent=1")).text
    assert world.federation.registered == [{"programme": "cisco", "locale": "en", **FILLED}]


@pytest.mark.parametrize("name", ["family_name", "email"])
async def test_what_is_wrong_stands_at_its_field(visitor: Visitor, name: str) -> None:
    page = await visitor.post("/cisco/register", FILLED | {name: "x"})
    assert page.status_code == 422
    assert f'id="{name}-wrong"' in page.text
    assert 'value="Jane"' in page.text


async def test_the_link_makes_the_account_and_logs_in(visitor: Visitor, world: World) -> None:
    page = (await visitor.get(FINISH)).text
    # Only now, to whoever reads the mailbox, is it said that there is an account.
    assert "CSCO10000000" in page
    done = await visitor.post(FINISH, {"password": GOOD, "again": GOOD})
    assert done.headers["location"] == "/cisco/?registered=1"
    assert world.federation.redeemed == [{"token": "good-token", "password": GOOD}]
    assert (await visitor.get("/cisco/")).status_code == 200


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"password": GOOD, "again": "another"}, "not the same"),
        ({"password": "short", "again": "short"}, "at least 12 characters"),
        ({}, "at least 12 characters"),
    ],
)
async def test_passwords_that_are_not_taken(
    visitor: Visitor, data: dict[str, Any], words: str
) -> None:
    page = await visitor.post(FINISH, data)
    assert page.status_code == 422
    assert words in page.text


async def test_an_account_that_waits_is_connected_instead(visitor: Visitor, world: World) -> None:
    world.federation.finish = "waiting"
    await visitor.get("/cisco/sign-in/with/cisco-com")
    await visitor.get("/cisco/sign-in/return/cisco-com?code=c&state=s")
    page = (await visitor.get("/cisco/register")).text
    # What the provider says fills in the form, and is proven like anything typed.
    assert 'value="jane@elsewhere.example"' in page
    done = await visitor.post(FINISH, {"connect": "1"})
    assert done.headers["location"] == "/cisco/?registered=1"
    assert world.federation.redeemed == [{"token": "good-token", "pending": "the waiting secret"}]


async def test_an_account_that_waits_no_more(visitor: Visitor, world: World) -> None:
    world.federation.finish = "waiting"
    await visitor.get("/cisco/sign-in/with/cisco-com")
    await visitor.get("/cisco/sign-in/return/cisco-com?code=c&state=s")
    world.federation.refuses = (410, "pending-over", "expired")
    page = await visitor.post(FINISH, {"connect": "1"})
    assert page.status_code == 409
    assert "Set a password instead" in page.text


async def test_a_dead_link_explains_itself(visitor: Visitor) -> None:
    page = await visitor.get("/cisco/register/used-token")
    assert page.status_code == 410
    assert "Register again" in page.text
    assert (await visitor.get("/juniper/register/good-token")).status_code == 410


async def test_a_link_is_not_handed_on_in_a_referrer(visitor: Visitor) -> None:
    assert (await visitor.get(FINISH)).headers["referrer-policy"] == "no-referrer"
