"""Support cases and names in a real browser: by keyboard, without JavaScript, on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.portal.browsing import PHONE, looking, serving, sign_in, visiting
from tests.portal.cases import CHANGE, NUMBER, REJECTED
from tests.portal.gateway import World

pytestmark = pytest.mark.browser

MINE = (
    "/cisco/support",
    "/cisco/support/cases",
    "/cisco/support/cases/new",
    f"/cisco/support/cases/{NUMBER}?done=opened",
    "/cisco/support/cases/CASE-NAME-22",
    "/cisco/support/cases/CASE-D2NE-33",
    "/cisco/support/cases/CASE-2LD2-44",
    "/cisco/personal-info/name?done=made",
)
STAFF = "/cisco/staff"
THEIRS = (
    f"{STAFF}/cases",
    f"{STAFF}/cases?which=all",
    f"{STAFF}/cases?which=with_staff&kind=merge",
    f"{STAFF}/cases/{NUMBER}?answer=which",
    f"{STAFF}/cases/CASE-NAME-22",
    f"{STAFF}/cases/CASE-D2NE-33",
    f"{STAFF}/candidates/CSCO10000000/write",
    f"{STAFF}/name-changes",
    f"{STAFF}/name-changes?state=all",
    f"{STAFF}/name-changes/{CHANGE}",
    f"{STAFF}/name-changes/{REJECTED['id']}?done=reject",
)


@pytest.fixture
def world() -> World:
    world = World()
    code = next(iter(world.certificates))
    world.certificates[code] |= {
        "revision": "2.2",
        "document": {"revision": "2.1", "state": "replaced", "because": "name"},
    }
    return world


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world) as address:
        yield address


def test_the_pages_are_accessible_and_fit(browser: Browser, address: str, world: World) -> None:
    with looking(browser, address) as look:
        look.at(f"/cisco/verify/{next(iter(world.certificates))}?revision=2.1")
        sign_in(look.page)
        look.at(*MINE)
        # Where a document is asked for, and where something lacks.
        look.page.goto("/cisco/personal-info/name")
        look.page.get_by_label("Family name").fill("Roe")
        look.page.get_by_role("button", name="Change").click()
        look.at(look.page.url.removeprefix(address))
        sign_in(look.page, f"{STAFF}/sign-in", "staff@example.com")
        look.at(*THEIRS)


def test_a_case_is_written_by_keyboard_with_a_file(
    browser: Browser, address: str, world: World, tmp_path: Path
) -> None:
    report = tmp_path / "score report.pdf"
    report.write_bytes(b"%PDF-1.7")
    with visiting(browser, address, java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        sign_in(page)
        page.goto("/cisco/support")
        page.get_by_role("link", name="Write to support").press("Enter")
        page.get_by_role("radio", name="A missing result").press("Space")
        page.get_by_label("In a few words").fill("My pass")
        page.get_by_role("textbox", name="Message").fill("It is missing.")
        page.get_by_label("File").set_input_files(report)
        page.get_by_role("button", name="Send").press("Enter")
        expect(page.locator("main")).to_contain_text("Your case has the number CASE-NEW2-55")
        assert world.support.files == [("score report.pdf", b"%PDF-1.7")]
        page.get_by_role("textbox", name="Message").fill("One thing more.")
        page.get_by_role("button", name="Send").press("Enter")
        expect(page.locator("main")).to_contain_text("We write to you when there is an answer.")


def test_a_name_is_asked_for_with_a_document_and_withdrawn(
    browser: Browser, address: str, world: World, tmp_path: Path
) -> None:
    passport = tmp_path / "passport.png"
    passport.write_bytes(b"\x89PNG")
    with visiting(browser, address, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page)
        page.goto("/cisco/personal-info/name")
        page.get_by_label("Family name").fill("Roe")
        page.get_by_role("button", name="Change").press("Enter")
        expect(page.get_by_label("Family name")).to_have_value("Roe")
        page.get_by_label("Government's document").set_input_files(passport)
        page.get_by_role("button", name="Send for review").press("Enter")
        expect(page.locator("main")).to_contain_text("Waiting for a decision")
        page.get_by_role("button", name="Withdraw").press("Enter")
        expect(page.locator("main")).to_contain_text("Your document is deleted.")
        assert [what for what, _ in world.support.done][-1] == "withdraw"


def test_staff_answer_with_a_ready_answer_and_settle(
    browser: Browser, address: str, world: World
) -> None:
    with visiting(browser, address, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, f"{STAFF}/sign-in", "staff@example.com")
        page.goto(f"{STAFF}/cases/{NUMBER}")
        page.get_by_label("Ready answer").select_option("soon")
        page.get_by_role("button", name="Put it below").press("Enter")
        expect(page.get_by_role("textbox", name="Message")).to_have_value(
            "Hello Jane Doe,\n\nsoon."
        )
        page.get_by_role("button", name="Send").press("Enter")
        expect(page.locator("main")).to_contain_text("Sent. The candidate is told by mail.")
        page.get_by_label("Outcome").fill("Found.")
        page.get_by_role("button", name="Resolve").press("Enter")
        expect(page.locator("main")).to_contain_text("Resolved. The candidate is told by mail.")
        assert world.support.done[-1][1]["version"] == 4


def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    large = tmp_path / "large.pdf"
    large.write_bytes(b"x" * 10_000_001)
    with visiting(browser, address) as context:
        page = context.new_page()
        sign_in(page)
        page.goto("/cisco/support/cases/new")
        page.get_by_label("File").set_input_files(large)
        said = page.get_by_label("File").evaluate("one => one.validationMessage")
        assert said == "This file is too large. It may have up to 10 MB."
