"""One more step at the door, a passkey as the only one, and confirming that it is still you."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from shared.clock import FixedClock
from tests.portal.conftest import Arrive, Visitor
from tests.portal.factors_gateway import CODE, RECOVERY
from tests.portal.gateway import World

STEP = "/cisco/sign-in/second-step"


async def half_in(visitor: Visitor, world: World, after: str = "") -> None:
    world.factors.step = True
    filled = {"login": "CSCO10000000", "password": "four plain words here", "next": after}
    answer = await visitor.post("/cisco/sign-in", filled)
    assert answer.headers["location"] == STEP


async def test_a_code_lets_in_and_leads_on(visitor: Visitor, world: World) -> None:
    await half_in(visitor, world, "/cisco/transcripts")
    page = (await visitor.get(STEP)).text
    for words in ("Use your passkey", "Code from your app", "Use a recovery code"):
        assert words in page
    # Nothing is open yet.
    assert (await visitor.get("/cisco/transcripts")).status_code == 303
    wrong = await visitor.post(STEP, {"code": "000000"})
    assert wrong.status_code == 403
    assert "This code is not right." in wrong.text
    answer = await visitor.post(STEP, {"code": CODE})
    assert answer.headers["location"] == "/cisco/transcripts"
    assert (await visitor.get("/cisco/transcripts")).status_code == 200
    # The step is gone with its cookie.
    assert (await visitor.get(STEP)).headers["location"] == "/cisco/sign-in?ended=1"


async def test_a_recovery_code_and_a_passkey_let_in(arrive: Arrive, world: World) -> None:
    for shown in ({"recovery_code": RECOVERY}, {"credential": '{"id": "x"}'}):
        visitor = await arrive()
        await half_in(visitor, world)
        assert (await visitor.post(STEP, shown)).headers["location"] == "/cisco/"
    assert world.factors.shown[-1] == {"challenge": "a-step", "credential": {"id": "x"}}


async def test_the_step_is_not_readable_and_not_for_ever(
    visitor: Visitor, world: World, clock: FixedClock
) -> None:
    await half_in(visitor, world)
    sealed = visitor.client.cookies["certtrack_step"]
    assert "a-step" not in sealed
    token = await visitor.token(STEP)
    clock.advance(timedelta(minutes=11))
    late = await visitor.client.post(STEP, data={"form_token": token, "code": CODE})
    assert late.headers["location"] == "/cisco/sign-in?ended=1"


async def test_a_changed_cookie_is_no_step(visitor: Visitor) -> None:
    headers = {"cookie": "certtrack_step=eyJhbGciOiJkaXIifQ....x"}
    answer = await visitor.get(STEP, headers=headers)
    assert answer.headers["location"] == "/cisco/sign-in?ended=1"


async def test_without_a_step_there_is_no_page(visitor: Visitor) -> None:
    assert (await visitor.get(STEP)).headers["location"] == "/cisco/sign-in?ended=1"


async def test_a_staff_step_opens_the_staff_door_only(visitor: Visitor, world: World) -> None:
    world.factors.step = world.factors.staff_step = True
    filled = {"login": "staff@example.com", "password": "four plain words here"}
    answer = await visitor.post("/cisco/staff/sign-in", filled)
    assert answer.headers["location"] == "/cisco/staff/sign-in/second-step"
    # At the candidates' door it opens nothing.
    refused = await visitor.post(STEP, {"code": CODE}, page=answer.headers["location"])
    assert refused.status_code == 403
    answer = await visitor.post("/cisco/staff/sign-in/second-step", {"code": CODE})
    assert answer.headers["location"] == "/cisco/staff/"


async def test_a_passkey_alone_lets_in(visitor: Visitor, world: World) -> None:
    token = {"form_token": await visitor.token("/cisco/sign-in")}
    asked = await visitor.client.post("/cisco/sign-in/passkey/options", data=token)
    assert asked.json()["challenge"] == "a-passkey"
    shown = {"challenge": "a-passkey", "credential": "not json", "next": "/cisco/history"}
    wrong = await visitor.post("/cisco/sign-in/passkey", shown, page="/cisco/sign-in")
    assert wrong.status_code == 403
    assert "This passkey does not open an account here" in wrong.text
    shown |= {"credential": '{"id": "x"}', "next": "https://evil.example/"}
    answer = await visitor.post("/cisco/sign-in/passkey", shown, page="/cisco/sign-in")
    assert answer.headers["location"] == "/cisco/"
    unsigned = await visitor.client.post("/cisco/sign-in/passkey/options", data={})
    assert unsigned.status_code == 403


async def test_staff_have_passkeys_too(visitor: Visitor, world: World) -> None:
    shown = {"challenge": "a-passkey", "credential": '{"id": "x"}'}
    door = "/cisco/staff/sign-in"
    answer = await visitor.post(f"{door}/passkey", shown, page=door)
    assert answer.headers["location"] == "/cisco/staff/"


@pytest.mark.parametrize(
    ("home", "own"), [("/cisco/", "/cisco/personal-info/"), ("/cisco/staff/", "/cisco/staff/")]
)
async def test_whatever_needs_a_proof_leads_to_it_and_back(
    jane: Visitor, staff: Visitor, world: World, home: str, own: str
) -> None:
    visitor = staff if "staff" in home else jane
    world.factors.recent = False
    page = f"{own}security"
    came = {"referer": f"http://portal{page}?done=removed"}
    answer = await visitor.post(f"{page}/code-app", page=page, headers=came)
    confirm = f"{home}confirm-it-is-you?next={quote(page + '?done=removed', safe='/')}"
    assert answer.headers["location"] == confirm
    # A page itself is come back to.
    answer = await visitor.get(f"{page}/password")
    assert answer.headers["location"] == f"{home}confirm-it-is-you?next={page}/password"
    asked = await visitor.get(confirm)
    assert "Confirm with the password" in asked.text
    back = {"next": f"{page}/password"}
    path = f"{home}confirm-it-is-you"
    for said, shown in (
        ("This is not your password.", {"password": "wrong"}),
        ("Please wait 4 seconds.", {"password": "too often"}),
        ("This is not right.", {"code": "999999"}),
    ):
        wrong = await visitor.post(path, back | shown)
        assert wrong.status_code == 422
        assert said in wrong.text
    answer = await visitor.post(path, back | {"code": CODE})
    assert answer.headers["location"] == f"{page}/password"
    assert (await visitor.get(f"{page}/password")).status_code == 200
    for where in ("https://evil.example/", "//evil.example", "/juniper/"):
        answer = await visitor.post(path, {"next": where, "password": "right"})
        assert answer.headers["location"] == home, where


async def test_a_passkey_confirms(jane: Visitor, world: World) -> None:
    path = "/cisco/confirm-it-is-you"
    shown = {"challenge": "again", "credential": '{"id": "x"}'}
    assert (await jane.post(path, shown)).headers["location"] == "/cisco/"
    assert world.factors.shown[-1] == {"challenge": "again", "credential": {"id": "x"}}


async def test_with_nothing_to_show_one_logs_in_again(jane: Visitor, world: World) -> None:
    world.factors.password, world.factors.code_app = False, None
    world.factors.passkeys = []
    path = "/cisco/confirm-it-is-you"
    page = await jane.get(f"{path}?next=/cisco/transcripts")
    assert "neither a password nor a second step" in page.text
    answer = await jane.post(f"{path}/again", {"next": "/cisco/transcripts"}, page=path)
    assert answer.headers["location"] == "/cisco/sign-in?next=/cisco/transcripts"
    assert (await jane.get("/cisco/transcripts")).status_code == 303


async def test_a_stranger_does_not_confirm(visitor: Visitor) -> None:
    answer = await visitor.get("/cisco/confirm-it-is-you?next=/cisco/transcripts")
    assert answer.headers["location"].startswith("/cisco/sign-in?next=")
