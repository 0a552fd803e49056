"""Forms: every POST wants the token of a page given to this browser and this session."""

import re

import pytest
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from portal.routes import router
from tests.portal.conftest import Arrive, Visitor
from tests.portal.gateway import PASSWORD, World

POSTS = sorted(
    re.sub(r"\{\w+\}", "x", path).replace("/x/", "/cisco/", 1)
    for path, operations in get_openapi(title="", version="", routes=router.routes)["paths"].items()
    if "post" in operations
)


def test_there_are_forms_to_try() -> None:
    assert "/cisco/sign-in" in POSTS
    assert "/cisco/staff/parked/x/x/discard" in POSTS


@pytest.mark.parametrize("path", POSTS)
async def test_without_its_token_no_form_is_taken(arrive: Arrive, path: str) -> None:
    visitor = await arrive()
    await visitor.sign_in()
    await visitor.sign_in_staff()
    for data in ({}, {"form_token": "wrong"}, {"form_token": "ä"}):
        answer = await visitor.client.post(path, data=data)
        assert answer.status_code == 403, path
        assert "form is out of date" in answer.text


async def test_the_token_of_another_browser_is_refused(jane: Visitor, visitor: Visitor) -> None:
    theirs = await visitor.token("/cisco/sign-in")
    answer = await jane.client.post("/cisco/sign-out", data={"form_token": theirs})
    assert answer.status_code == 403
    assert (await jane.get("/cisco/")).status_code == 200


async def test_the_token_from_before_signing_in_is_refused(visitor: Visitor) -> None:
    before = await visitor.token("/cisco/sign-in")
    await visitor.sign_in()
    answer = await visitor.client.post("/cisco/sign-out", data={"form_token": before})
    assert answer.status_code == 403


async def test_without_the_cookie_the_token_is_worth_nothing(visitor: Visitor) -> None:
    token = await visitor.token("/cisco/sign-in")
    visitor.client.cookies.clear()
    data = {"form_token": token, "login": "CSCO10000000", "password": PASSWORD}
    assert (await visitor.client.post("/cisco/sign-in", data=data)).status_code == 403


async def test_get_changes_nothing(portal: FastAPI, jane: Visitor, world: World) -> None:
    await jane.get("/cisco/link/good-token")
    await jane.get("/cisco/link/good-token")
    assert "good-token" in world.links
    assert (await jane.get("/cisco/transcripts/t1/disable")).status_code == 405
    assert (await jane.get("/cisco/sign-out")).status_code == 405


async def test_a_body_larger_than_a_form_is_refused(visitor: Visitor) -> None:
    token = await visitor.token("/cisco/sign-in")
    data = {"form_token": token, "login": "x" * 2_000_000, "password": "y"}
    answer = await visitor.client.post("/cisco/sign-in", data=data)
    assert answer.status_code == 413
