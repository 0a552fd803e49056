"""First login and e-mail addresses in a real browser: by keyboard, with and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.portal.addresses_gateway import HOME, REQUEST
from tests.portal.browsing import DESKTOP, PHONE, looking, serving, sign_in, visiting
from tests.portal.gateway import World

pytestmark = pytest.mark.browser

FIRST, EMAILS = "/cisco/never-logged-in", "/cisco/personal-info/emails"
LONG = "a.name.without.any.place.to.break.it" * 3 + "@department.of.a.large.company.example"
PAGES = (
    FIRST,
    f"/cisco/asked/{REQUEST}?way=email",
    f"/cisco/asked/{REQUEST}?way=report",
    "/cisco/asked/0199a1b2-0000-7000-8000-00000000ffff",
    "/cisco/address/new-token",
    "/cisco/address/report-token",
    "/cisco/address/shared-token",
    "/cisco/address/expired-token",
    "/cisco/address-elsewhere?case=CASE-7K3M-2Q",
)
OWN = (f"{EMAILS}?done=mailed",)


@pytest.fixture
def world() -> World:
    world = World()
    waits = {"asked_at": "2026-11-22T11:00:00Z", "expires_at": "2026-11-23T11:00:00Z"}
    world.addresses.mine["pending"] = [
        waits | {"email": "jane@new.example", "purpose": "new_address"},
        waits | {"email": LONG, "purpose": "score_report"},
    ]
    for proof in world.addresses.proofs.values():
        proof["email"] = LONG
    return world


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world) as address:
        yield address


def test_the_pages_are_accessible_and_fit(browser: Browser, address: str) -> None:
    with looking(browser, address) as look:
        look.at(*PAGES)
        sign_in(look.page)
        look.at(*OWN)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_first_login_by_score_report_by_keyboard(
    browser: Browser, address: str, world: World, scripts: bool
) -> None:
    with visiting(browser, address, viewport=PHONE, java_script_enabled=scripts) as context:
        page = context.new_page()
        page.goto(FIRST)
        page.focus("#family_name")
        for typed in ("Doe", "219142598", "jane@new.example"):
            page.keyboard.type(typed)
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
        assert world.addresses.asked[0]["registration_number"] == "219142598"
        page.goto("/cisco/address/report-token")
        page.focus("#password")
        page.keyboard.type("four plain words here")
        page.keyboard.press("Tab")
        page.keyboard.type("four plain words here")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}/cisco/?set=1")


@pytest.mark.parametrize("scripts", [True, False])
def test_addresses_are_added_and_chosen(
    browser: Browser, address: str, world: World, scripts: bool
) -> None:
    with visiting(browser, address, viewport=DESKTOP, java_script_enabled=scripts) as context:
        page = context.new_page()
        sign_in(page)
        page.goto(EMAILS)
        page.fill("#email", "jane@club.example")
        page.get_by_role("button", name="Send the link").click()
        expect(page.get_by_role("status").first).to_contain_text("on its way")
        # Every button says to whoever hears it which address it is about.
        page.get_by_role("button", name=f"Make primary {HOME}").click()
        expect(page.get_by_role("status").first).to_contain_text("All mail goes to this address")
        page.get_by_role("button", name=f"Call off {LONG}").click()
        expect(page.get_by_role("status").first).to_contain_text("Called off")
    assert [(one["step"], one["email"]) for one in world.addresses.asked] == [
        ("", "jane@club.example"),
        ("primary", HOME),
        ("call-off", LONG),
    ]
