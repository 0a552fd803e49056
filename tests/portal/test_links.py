"""Mailed links that set a password: following one shows the form, setting uses it up."""

from tests.portal.conftest import Visitor
from tests.portal.gateway import World


async def test_setting_the_password_signs_in_and_shows_the_login_id(visitor: Visitor) -> None:
    page = await visitor.get("/cisco/link/good-token")
    assert "CSCO10000000" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    filled = {"password": "four plain words here", "again": "four plain words here"}
    answer = await visitor.post("/cisco/link/good-token", filled)
    assert answer.headers["location"] == "/cisco/?set=1"
    assert "Your login ID is" in (await visitor.get("/cisco/?set=1")).text


async def test_two_different_passwords_use_nothing_up(visitor: Visitor, world: World) -> None:
    filled = {"password": "one thing or another", "again": "something else entirely"}
    answer = await visitor.post("/cisco/link/good-token", filled)
    assert answer.status_code == 422
    assert "not the same" in answer.text
    assert "good-token" in world.links


async def test_a_weak_password_is_refused_in_the_apis_words(visitor: Visitor) -> None:
    answer = await visitor.post("/cisco/link/good-token", {"password": "weak", "again": "weak"})
    assert answer.status_code == 422
    assert "Use at least 12 characters." in answer.text


async def test_a_used_link_says_so(visitor: Visitor) -> None:
    answer = await visitor.get("/cisco/link/used-token")
    assert answer.status_code == 410
    assert "does not work any more" in answer.text
    assert "used already" in answer.text
    assert "Send me a new link" in answer.text


async def test_who_is_signed_in_can_follow_a_link_all_the_same(jane: Visitor) -> None:
    filled = {"password": "four plain words here", "again": "four plain words here"}
    answer = await jane.post("/cisco/link/good-token", filled)
    assert answer.headers["location"] == "/cisco/?set=1"


async def test_a_link_of_another_programme_shows_nothing(visitor: Visitor) -> None:
    answer = await visitor.get("/juniper/link/good-token")
    assert answer.status_code == 410
    assert "CSCO10000000" not in answer.text
