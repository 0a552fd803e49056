"""Pages about accounts at providers and registration: legible in every width and scheme."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.portal.browsing import looking, serving, sign_in, visiting
from tests.portal.federation_gateway import CONNECTED
from tests.portal.gateway import World

pytestmark = pytest.mark.browser

RETURN = "/cisco/sign-in/return/cisco-com?code=c&state=s"
STRANGERS = (
    "/cisco/sign-in",
    "/cisco/register",
    "/cisco/register?sent=1",
    "/cisco/register/good-token",
    "/cisco/register/used-token",
    RETURN,
)
WAITING = (
    "/cisco/sign-in/connect",
    "/cisco/sign-in",
    "/cisco/never-logged-in",
    "/cisco/link/good-token",
    "/cisco/register",
    "/cisco/register/good-token",
)
CONNECTED_PAGE = "/cisco/personal-info/connected"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world) as address:
        # A page of ours stands for the provider's, which is not there.
        world.federation.authorization_url = f"{address}/cisco/support"
        yield address


def come_back(page: Page, world: World) -> None:
    """Go to the provider and come back with an account that nobody has connected."""
    world.federation.finish = "waiting"
    page.goto("/cisco/sign-in")
    page.get_by_role("link", name="Log in with Cisco.com ID").press("Enter")
    page.wait_for_url("**/cisco/support")
    page.goto(RETURN)


@pytest.mark.slow
def test_every_page_is_accessible_and_fits(browser: Browser, address: str, world: World) -> None:
    with looking(browser, address) as look:
        look.at(*STRANGERS)
        come_back(look.page, world)
        look.at(*WAITING)
        sign_in(look.page)
        look.at(CONNECTED_PAGE)
        world.federation.connected.append(dict(CONNECTED))
        look.at(CONNECTED_PAGE)
        world.federation.refuses = (424, "provider-away", "")
        look.at("/cisco/sign-in/with/cisco-com")


def test_all_of_it_by_keyboard_and_without_javascript(
    browser: Browser, address: str, world: World
) -> None:
    with visiting(browser, address, java_script_enabled=False) as context:
        page = context.new_page()
        come_back(page, world)
        expect(page.locator("h1")).to_have_text("One more step, this once")
        page.goto("/cisco/link/good-token")
        page.get_by_role("button", name="Connect Cisco.com ID and log in").press("Enter")
        expect(page).to_have_url(f"{address}/cisco/?connected=1")
        expect(page.locator("main")).to_contain_text("From now on one button logs you in")
        world.federation.connected.append(dict(CONNECTED))
        page.goto(CONNECTED_PAGE)
        page.get_by_role("button", name="Disconnect").press("Enter")
        expect(page.locator("main")).to_contain_text("It does not log you in any more")
