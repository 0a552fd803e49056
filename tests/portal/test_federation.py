"""Logging in with an account at a provider, as the portal's pages do it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.portal.conftest import Visitor
from tests.portal.federation_gateway import CONNECTED
from tests.portal.gateway import World

RETURN = "/cisco/sign-in/return/cisco-com"


async def there(visitor: Visitor, query: str = "") -> None:
    left = await visitor.get(f"/cisco/sign-in/with/cisco-com{query}")
    assert left.status_code == 303
    assert left.headers["location"].startswith("https://login.example.com/auth")


async def test_there_and_back_again(visitor: Visitor, world: World) -> None:
    page = await visitor.get("/cisco/sign-in?next=/cisco/transcripts")
    assert "Log in with Cisco.com ID" in page.text
    await there(visitor, "?next=/cisco/transcripts")
    back = await visitor.get(f"{RETURN}?code=c1&state=s1&iss=https://login.example.com&admin=1")
    assert back.headers["location"] == "/cisco/transcripts"
    assert (await visitor.get("/cisco/transcripts")).status_code == 200
    assert world.federation.finished == [
        {
            "programme": "cisco",
            "provider": "cisco-com",
            "binding": "the browser's own",
            "state": "s1",
            "code": "c1",
            "iss": "https://login.example.com",
        }
    ]


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example/cisco/",
        "/juniper/",
        "/cisco/../evil",
        "/cisco/\\evil",
        "javascript:alert(1)",
    ],
)
async def test_nobody_is_led_astray(visitor: Visitor, wanted: str) -> None:
    await there(visitor, f"?next={wanted}")
    back = await visitor.get(f"{RETURN}?code=c1&state=s1")
    assert back.headers["location"] == "/cisco/"


async def test_a_browser_that_was_not_sent_there_brings_nothing_back(
    visitor: Visitor, world: World
) -> None:
    back = await visitor.get(f"{RETURN}?code=c1&state=s1")
    assert back.status_code == 410
    assert "begun in another browser" in back.text
    assert not world.federation.finished


async def test_a_way_back_works_once_in_a_browser(visitor: Visitor, world: World) -> None:
    await there(visitor)
    assert (await visitor.get(f"{RETURN}?code=c1&state=s1")).status_code == 303
    assert (await visitor.get(f"{RETURN}?code=c1&state=s1")).status_code == 410
    assert len(world.federation.finished) == 1


async def test_what_the_browser_keeps_cannot_be_read_or_changed(visitor: Visitor) -> None:
    left = await visitor.get("/cisco/sign-in/with/cisco-com")
    cookie = left.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/cisco/"))
    assert "the browser" not in cookie
    visitor.client.cookies.clear()
    visitor.client.cookies.set("certtrack_flow", "x.y.z")
    assert (await visitor.get(f"{RETURN}?code=c1&state=s1")).status_code == 410


@pytest.mark.parametrize(
    ("refuses", "status", "words"),
    [
        ((424, "provider-away", ""), 503, "does not answer"),
        ((403, "provider-refused", "declined"), 403, "You did not log in with Cisco.com ID"),
        ((403, "provider-refused", "token_refused"), 403, "could not be verified"),
        ((403, "provider-refused", "not_asked"), 403, "logged in there already"),
        ((410, "flow-over", ""), 410, "begin again"),
        ((409, "external-account-taken", "somebodys"), 409, "another candidate"),
    ],
)
async def test_what_goes_wrong_is_told(
    visitor: Visitor, world: World, refuses: tuple[int, str, str], status: int, words: str
) -> None:
    await there(visitor)
    world.federation.refuses = refuses
    back = await visitor.get(f"{RETURN}?error=x&error_description=<b>evil</b>&state=s1")
    assert back.status_code == status
    assert words in back.text
    assert "evil" not in back.text


async def test_a_provider_that_is_away_before_leaving(visitor: Visitor, world: World) -> None:
    world.federation.refuses = (424, "provider-away", "")
    page = await visitor.get("/cisco/sign-in/with/cisco-com")
    assert page.status_code == 503
    assert "Cisco.com ID does not answer" in page.text
    assert (await visitor.get("/cisco/sign-in/with/another")).status_code == 404


async def test_a_second_step_is_asked_for(visitor: Visitor, world: World) -> None:
    await there(visitor, "?next=/cisco/transcripts")
    world.federation.refuses = (403, "second-factor-required", "")
    back = await visitor.get(f"{RETURN}?code=c1&state=s1")
    assert back.headers["location"] == "/cisco/sign-in/second-step"


async def test_the_first_time_it_is_asked_whose_it_is(visitor: Visitor, world: World) -> None:
    world.federation.finish = "waiting"
    await there(visitor, "?next=/cisco/transcripts")
    back = await visitor.get(f"{RETURN}?code=c1&state=s1")
    assert back.headers["location"] == "/cisco/sign-in/connect"
    page = (await visitor.get("/cisco/sign-in/connect")).text
    assert "jane@elsewhere.example" in page
    for place in ("never-logged-in", "register", "sign-in?next="):
        assert f'href="/cisco/{place}' in page
    for place in ("sign-in", "never-logged-in", "register"):
        assert "jane@elsewhere.example" in (await visitor.get(f"/cisco/{place}")).text

    link = (await visitor.get("/cisco/link/good-token")).text
    assert "Connect Cisco.com ID and log in" in link
    done = await visitor.post(
        "/cisco/sign-in/connect", {"token": "good-token"}, page="/cisco/link/good-token"
    )
    assert done.headers["location"] == "/cisco/transcripts"
    assert world.federation.redeemed == [{"pending": "the waiting secret", "token": "good-token"}]
    # It waits no longer.
    assert (await visitor.get("/cisco/sign-in/connect")).headers["location"] == "/cisco/sign-in"


async def test_a_dead_link_leaves_the_account_waiting(visitor: Visitor, world: World) -> None:
    world.federation.finish = "waiting"
    await there(visitor)
    await visitor.get(f"{RETURN}?code=c1&state=s1")
    page = "/cisco/sign-in/connect"
    dead = await visitor.post("/cisco/sign-in/connect", {"token": "used"}, page=page)
    assert dead.status_code == 410
    assert (await visitor.get("/cisco/sign-in/connect")).status_code == 200

    world.federation.refuses = (409, "address-elsewhere", "")
    elsewhere = await visitor.post("/cisco/sign-in/connect", {"token": "good-token"}, page=page)
    assert elsewhere.status_code == 409
    assert "CASE-1" in elsewhere.text


async def test_it_can_be_forgotten(visitor: Visitor, world: World) -> None:
    world.federation.finish = "waiting"
    await there(visitor)
    await visitor.get(f"{RETURN}?code=c1&state=s1")
    gone = await visitor.post("/cisco/sign-in/connect/forget", {}, page="/cisco/sign-in/connect")
    assert gone.headers["location"] == "/cisco/sign-in"
    assert "jane@elsewhere.example" not in (await visitor.get("/cisco/sign-in")).text


async def test_a_login_with_a_password_leads_to_the_question(
    visitor: Visitor, world: World
) -> None:
    world.federation.finish = "waiting"
    await there(visitor)
    await visitor.get(f"{RETURN}?code=c1&state=s1")
    page = (await visitor.get("/cisco/sign-in/connect")).text
    way = page.split('href="/cisco/sign-in?next=')[1].split('"')[0]
    assert parse_qs(urlsplit(f"/x?next={way}").query)["next"] == ["/cisco/personal-info/connected"]
    assert (await visitor.sign_in()).status_code == 303
    asked = (await visitor.get("/cisco/personal-info/connected")).text
    assert "Connect this Cisco.com ID?" in asked
    done = await visitor.post("/cisco/personal-info/connected", {})
    assert done.headers["location"].endswith("connected?done=connected")
    after = (await visitor.get("/cisco/personal-info/connected?done=connected")).text
    assert "Connect this Cisco.com ID?" not in after
    assert str(CONNECTED["label"]) in after


async def test_connecting_needs_a_yes_after_the_way_back(jane: Visitor, world: World) -> None:
    page = (await jane.get("/cisco/personal-info/connected")).text
    assert "No account connected" in page
    left = await jane.get("/cisco/personal-info/connected/with/cisco-com")
    assert left.headers["location"].startswith("https://login.example.com/")
    world.federation.finish = "connecting"
    back = await jane.get(f"{RETURN}?code=c1&state=s1")
    assert back.headers["location"] == "/cisco/personal-info/connected"
    # Whoever is only led there and back has connected nothing.
    assert not world.federation.connected
    await jane.post("/cisco/personal-info/connected", {})
    assert len(world.federation.connected) == 1

    gone = await jane.post(
        "/cisco/personal-info/connected/0199-1/disconnect",
        {},
        page="/cisco/personal-info/connected",
    )
    assert gone.headers["location"].endswith("?done=disconnected")
    assert not world.federation.connected


@pytest.mark.parametrize(
    ("refuses", "words"),
    [
        ((409, "external-account-taken", "somebodys"), "connected to another candidate"),
        ((409, "too-many-external-accounts", ""), "Disconnect the other one first"),
        ((410, "pending-over", "expired"), "not waiting any more"),
    ],
)
async def test_what_cannot_be_connected(
    jane: Visitor, world: World, refuses: tuple[int, str, str], words: str
) -> None:
    await jane.get("/cisco/personal-info/connected/with/cisco-com")
    world.federation.finish = "connecting"
    await jane.get(f"{RETURN}?code=c1&state=s1")
    world.federation.refuses = refuses
    refused = await jane.post("/cisco/personal-info/connected", {})
    assert refused.status_code == refuses[0]
    assert words in refused.text


async def test_the_only_way_in_stays(jane: Visitor, world: World) -> None:
    world.federation.connected.append(dict(CONNECTED))
    world.federation.refuses = (409, "last-way-in", "")
    refused = await jane.post(
        "/cisco/personal-info/connected/0199-1/disconnect",
        {},
        page="/cisco/personal-info/connected",
    )
    assert refused.status_code == 409
    assert "Set a password or add a passkey" in refused.text


async def test_old_proof_leads_to_a_confirmation_and_back(jane: Visitor, world: World) -> None:
    world.federation.refuses = (403, "reauthentication-required", "")
    asked = await jane.get("/cisco/personal-info/connected/with/cisco-com")
    assert asked.headers["location"] == (
        "/cisco/confirm-it-is-you?next=/cisco/personal-info/connected/with/cisco-com"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/cisco/sign-in/connect",
        "/cisco/sign-in/connect/forget",
        "/cisco/personal-info/connected",
        "/cisco/personal-info/connected/0199-1/disconnect",
        "/cisco/register",
        "/cisco/register/good-token",
    ],
)
async def test_forms_of_other_sites_are_refused(jane: Visitor, path: str) -> None:
    assert (await jane.client.post(path, data={"token": "good-token"})).status_code == 403


async def test_a_programme_without_providers_shows_none(visitor: Visitor) -> None:
    page = (await visitor.get("/juniper/sign-in")).text
    assert "sign-in/with" not in page
    assert "Register" not in page
    assert (await visitor.get("/juniper/register")).status_code == 404


async def test_staff_see_and_disconnect(staff: Visitor, world: World) -> None:
    candidate = "/cisco/staff/candidates/CSCO10000000"
    account = f"{candidate}/account"
    assert "No account elsewhere" in (await staff.get(account)).text
    world.federation.connected.append(dict(CONNECTED))
    assert str(CONNECTED["label"]) in (await staff.get(account)).text
    there = f"{candidate}/connected/0199-1"
    without = await staff.post(there, {"reason": " "}, page=account)
    assert without.headers["location"] == f"{account}?connected=reason#connected"
    assert world.federation.connected
    done = await staff.post(there, {"reason": "Taken over"}, page=account)
    assert done.headers["location"] == f"{account}?connected=disconnected#connected"
    assert "Disconnected" in (await staff.get(done.headers["location"])).text
    assert world.federation.redeemed == [{"disconnected": "0199-1", "reason": "Taken over"}]
