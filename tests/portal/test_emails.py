"""A candidate's e-mail addresses, and the mailed links that prove one."""

import pytest

from tests.portal.addresses_gateway import HOME, WORK
from tests.portal.conftest import Visitor
from tests.portal.gateway import World

PAGE = "/cisco/personal-info/emails"
WORDS = {"password": "four plain words here", "again": "four plain words here"}


async def test_the_addresses_are_shown_with_what_can_be_done(jane: Visitor) -> None:
    page = (await jane.get(PAGE)).text
    assert WORK in page
    assert HOME in page
    assert page.count("Make primary") == 1
    # The primary one cannot be removed.
    assert page.count(f"{PAGE}/remove") == 1
    assert "Waiting for you" not in page


async def test_a_new_address_is_sent_a_link(jane: Visitor, world: World) -> None:
    answer = await jane.post(PAGE, {"email": "jane@new.example"})
    assert answer.headers["location"] == f"{PAGE}?done=mailed"
    assert world.addresses.asked == [{"step": "", "email": "jane@new.example"}]
    assert "link is on its way" in (await jane.get(f"{PAGE}?done=mailed")).text


@pytest.mark.parametrize(
    ("step", "done"), [("primary", "primary"), ("remove", "removed"), ("call-off", "called-off")]
)
async def test_an_address_is_changed(jane: Visitor, world: World, step: str, done: str) -> None:
    answer = await jane.post(f"{PAGE}/{step}", {"email": HOME}, page=PAGE)
    assert answer.headers["location"] == f"{PAGE}?done={done}"
    assert world.addresses.asked == [{"step": step, "email": HOME}]
    assert 'role="status"' in (await jane.get(f"{PAGE}?done={done}")).text


async def test_an_unknown_step_does_nothing(jane: Visitor, world: World) -> None:
    answer = await jane.post(f"{PAGE}/explode", {"email": HOME}, page=PAGE)
    assert answer.headers["location"] == PAGE
    assert world.addresses.asked == []


async def test_what_waits_can_be_sent_again_or_called_off(jane: Visitor, world: World) -> None:
    waits = {
        "email": "jane@new.example",
        "purpose": "new_address",
        "asked_at": "2026-11-22T12:00:00Z",
        "expires_at": "2026-11-23T12:00:00Z",
    }
    strange = waits | {"email": "who@strange.example", "purpose": "score_report"}
    world.addresses.mine["pending"] = [waits, strange]
    page = (await jane.get(PAGE)).text
    assert page.count("Call off") == 2
    assert page.count("Send again") == 1
    assert "Somebody entered a score report of yours" in page


async def test_an_address_that_was_only_told_can_be_confirmed(jane: Visitor, world: World) -> None:
    world.addresses.mine["emails"] = [world.addresses.mine["emails"][0] | {"verified_at": None}]
    page = (await jane.get(PAGE)).text
    assert "Send a link to confirm it" in page
    world.addresses.mine["emails"] = []
    assert "We have no address of yours" in (await jane.get(PAGE)).text


async def test_what_is_wrong_is_said_at_the_field(jane: Visitor, world: World) -> None:
    incomplete = await jane.post(PAGE, {"email": "jane"})
    assert incomplete.status_code == 422
    assert "not a complete e-mail address" in incomplete.text
    world.addresses.refuses = ("address-there", 409, "this is one of your addresses already")
    answer = await jane.post(PAGE, {"email": WORK})
    assert answer.status_code == 409
    assert "one of your addresses already" in answer.text
    assert f'value="{WORK}"' in answer.text
    world.addresses.refuses = ("last-address", 409, "Choose another primary address first")
    answer = await jane.post(f"{PAGE}/remove", {"email": WORK}, page=PAGE)
    assert answer.status_code == 409
    assert "Choose another primary address first" in answer.text


async def test_who_signed_in_long_ago_confirms_first(jane: Visitor, world: World) -> None:
    world.addresses.refuses = ("reauthentication-required", 403, "Confirm that it is you.")
    answer = await jane.post(
        PAGE, {"email": "jane@new.example"}, headers={"referer": f"http://portal{PAGE}"}
    )
    assert answer.headers["location"] == f"/cisco/confirm-it-is-you?next={PAGE}"


async def test_without_a_session_one_signs_in_first(visitor: Visitor) -> None:
    assert (await visitor.get(PAGE)).headers["location"].startswith("/cisco/sign-in?next=")


async def test_a_link_is_looked_at_before_it_is_followed(visitor: Visitor, world: World) -> None:
    page = await visitor.get("/cisco/address/new-token")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "jane@new.example" in page.text
    assert "CSCO10000000" in page.text
    assert world.addresses.redeemed == []
    answer = await visitor.post("/cisco/address/new-token")
    assert answer.headers["location"] == "/cisco/address-confirmed"
    assert "Your address is confirmed" in (await visitor.get("/cisco/address-confirmed")).text


async def test_who_is_signed_in_follows_it_too(jane: Visitor) -> None:
    answer = await jane.post("/cisco/address/new-token")
    assert answer.headers["location"] == "/cisco/address-confirmed"
    assert (await jane.get(PAGE)).status_code == 200


async def test_a_score_report_sets_the_password_and_signs_in(
    visitor: Visitor, world: World
) -> None:
    assert "New password" in (await visitor.get("/cisco/address/report-token")).text
    answer = await visitor.post("/cisco/address/report-token", WORDS)
    assert answer.headers["location"] == "/cisco/?set=1"
    assert world.addresses.redeemed[0]["password"] == WORDS["password"]
    assert (await visitor.get("/cisco/")).status_code == 200


async def test_a_password_that_is_refused_uses_nothing_up(visitor: Visitor, world: World) -> None:
    differ = await visitor.post("/cisco/address/report-token", WORDS | {"again": "another"})
    assert "not the same" in differ.text
    weak = await visitor.post("/cisco/address/report-token", {"password": "weak", "again": "weak"})
    assert weak.status_code == differ.status_code == 422
    assert "Use at least 12 characters." in weak.text
    assert world.addresses.redeemed == []


async def test_an_address_of_another_account_explains_itself(visitor: Visitor) -> None:
    page = (await visitor.get("/cisco/address/shared-token")).text
    assert "belongs to another account already" in page
    assert "New password" not in page
    answer = await visitor.post("/cisco/address/shared-token")
    assert answer.headers["location"] == "/cisco/address-elsewhere?case=CASE-7K3M-2Q"
    assert "CASE-7K3M-2Q" in (await visitor.get(answer.headers["location"])).text


async def test_the_page_repeats_nothing_but_case_numbers(visitor: Visitor) -> None:
    page = (await visitor.get("/cisco/address-elsewhere?case=Call+0900-666-now")).text
    assert "0900" not in page


@pytest.mark.parametrize(
    ("token", "says", "offers"),
    [
        ("used-token", "used already", "Go to your e-mail addresses"),
        ("expired-token", "It has expired", "Send me a new link"),
        ("called-off-token", "called off", "Go to your e-mail addresses"),
        ("nonsense", "not one of ours", "Send me a new link"),
    ],
)
async def test_a_link_that_is_over_explains_itself_and_offers_another(
    visitor: Visitor, token: str, says: str, offers: str
) -> None:
    answer = await visitor.get(f"/cisco/address/{token}")
    assert answer.status_code == 410
    assert says in answer.text
    assert offers in answer.text


async def test_a_link_of_another_programme_shows_nothing(visitor: Visitor) -> None:
    answer = await visitor.get("/juniper/address/new-token")
    assert answer.status_code == 410
    assert "CSCO10000000" not in answer.text
