"""Access administered in a real browser: by keyboard, without JavaScript, on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.portal.access import ACCOUNT_FILE, ADA, NEW, SAM
from tests.portal.access_gateway import LINK
from tests.portal.browsing import PHONE, looking, serving, sign_in, visiting
from tests.portal.gateway import World

pytestmark = pytest.mark.browser

STAFF = "/cisco/staff"
PAGES = (
    f"{STAFF}/people",
    f"{STAFF}/people/invite",
    f"{STAFF}/people/{SAM}",
    f"{STAFF}/people/{ADA}",
    f"{STAFF}/people/{NEW}?done=link",
    f"{STAFF}/clients",
    f"{STAFF}/clients/new",
    f"{STAFF}/clients/vue-results",
    f"{STAFF}/clients/old-one",
    f"{STAFF}/audit",
    f"{STAFF}/audit?subject=nobody",
    f"{STAFF}/accounts",
    f"{STAFF}/accounts/{ACCOUNT_FILE['import_id']}",
    f"{STAFF}/candidates/CSCO10000000/account?account=link",
)
BEFORE = (f"{STAFF}/forgotten?sent=1", f"{STAFF}/link/{LINK}", f"{STAFF}/link/none")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world) as address:
        yield address


def test_the_pages_are_accessible_and_fit(browser: Browser, address: str) -> None:
    with looking(browser, address) as look:
        look.at(*BEFORE)
        sign_in(look.page, f"{STAFF}/sign-in", "staff@example.com")
        look.at(*PAGES)


def test_somebody_is_invited_and_given_roles_by_keyboard(
    browser: Browser, address: str, world: World
) -> None:
    with visiting(browser, address, java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        sign_in(page, f"{STAFF}/sign-in", "staff@example.com")
        page.goto(f"{STAFF}/people")
        page.get_by_role("link", name="Invite somebody").press("Enter")
        page.get_by_role("textbox", name="Name").fill("Nan")
        page.get_by_label("E-mail address").fill("nan@example.com")
        page.get_by_role("checkbox", name="Support").press("Space")
        expect(page.get_by_role("checkbox", name="Administrator")).to_be_disabled()
        page.get_by_role("button", name="Invite").press("Enter")
        expect(page.locator("main")).to_contain_text("A mail says how to get in.")
        assert world.access_desk.done[0][1]["roles"] == ["support"]
        page.get_by_role("link", name="Sam").press("Enter")
        page.locator("summary", has_text="Deactivate").press("Enter")
        form = page.locator("form[action$='/deactivate']")
        form.get_by_label("Reason").fill("has left")
        form.get_by_role("button", name="Deactivate").press("Enter")
        expect(page.locator("main")).to_contain_text("Their sessions have ended.")


def test_a_secret_is_made_and_seen_once(browser: Browser, address: str) -> None:
    with visiting(browser, address, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, f"{STAFF}/sign-in", "staff@example.com")
        page.goto(f"{STAFF}/clients/vue-results")
        page.get_by_label("The secrets before go on for").select_option("168")
        page.get_by_role("button", name="Make a new secret").press("Enter")
        expect(page.locator("#secret")).to_have_text("the-next-secret")
        page.reload()
        expect(page.locator("#secret")).to_have_count(0)
        expect(page.locator("main")).to_contain_text("is not shown again")
