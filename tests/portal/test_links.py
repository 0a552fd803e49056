"""Mailed links: asking for one tells nothing, following one shows the form, setting uses it up."""

import pytest

from tests.portal.conftest import Visitor
from tests.portal.gateway import World


@pytest.mark.parametrize("path", ["/cisco/never-logged-in", "/cisco/forgotten"])
async def test_the_answer_is_the_same_for_known_and_unknown(visitor: Visitor, path: str) -> None:
    pages = []
    for email in ("jane.doe@example.com", "nobody@example.com"):
        answer = await visitor.post(path, {"email": email})
        assert answer.headers["location"] == f"{path}?sent=1"
        pages.append((await visitor.get(answer.headers["location"])).text)
    assert pages[0] == pages[1]
    assert "If we have this address on file" in pages[0]


async def test_an_incomplete_address_is_told(visitor: Visitor, world: World) -> None:
    answer = await visitor.post("/cisco/forgotten", {"email": "jane"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "POST identity/sign-in-links" not in world.asked


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


async def test_a_link_of_another_programme_shows_nothing(visitor: Visitor) -> None:
    answer = await visitor.get("/juniper/link/good-token")
    assert answer.status_code == 410
    assert "CSCO10000000" not in answer.text
