"""The portal in a real browser: legible, reachable by keyboard, and whole without JavaScript."""

from collections.abc import Iterator
from threading import Semaphore

import pytest
from playwright.sync_api import Browser, expect

from tests.portal.browsing import PHONE, looking, serving, sign_in, visiting
from tests.portal.gateway import PASSWORD, World

pytestmark = pytest.mark.browser

STRANGERS = (
    "/",
    "/cisco/sign-in",
    "/cisco/sign-in?ended=1&next=/cisco/transcripts",
    "/cisco/never-logged-in",
    "/cisco/forgotten",
    "/cisco/link/good-token",
    "/cisco/link/used-token",
    "/cisco/support",
    "/cisco/verify",
    "/cisco/verify/K7QM4TXB",
    "/cisco/verify/4BTSW8KF",
    "/cisco/verify/AAAAAAAA",
    "/cisco/transcript",
    "/cisco/transcript/H7KQ4RW9XBTM2FCN",
    "/cisco/transcript/GONEGONEGONEGONE",
    "/cisco/nowhere",
    "/juniper/sign-in",
    "/problems",
    "/problems/invalid",
    "/mailbox",
    "/mailbox/m1",
)
SIGNED_IN = (
    "/cisco/",
    "/cisco/personal-info/identification",
    "/cisco/testing-history",
    "/cisco/certifications",
    "/cisco/certifications/CCNP-ENTERPRISE",
    "/cisco/certifications/CCT",
    "/cisco/certifications/CCIE-EI",
    "/cisco/testing-history/registrations",
    "/cisco/testing-history/ce-activities",
    "/cisco/testing-history/ce-activities?search=nothing",
    "/cisco/testing-history/agreements",
    "/cisco/testing-history/course-completions",
    "/cisco/testing-history/course-completions/new",
    "/cisco/testing-history/course-completions/co-2",
    "/cisco/certificates-and-plaques",
    "/cisco/transcripts",
    "/cisco/transcripts/new",
    "/cisco/transcripts/t1",
    "/cisco/support",
    "/cisco/staff/",
    "/cisco/staff/candidates",
    "/cisco/staff/candidates?search=nobody",
    "/cisco/staff/candidates/CSCO10000000",
    "/cisco/staff/candidates/CSCO10000000/certificates-and-plaques",
    "/cisco/staff/candidates/CSCO10000000/cases",
    "/cisco/staff/candidates/CSCO10000000/learning",
    "/cisco/staff/imports",
    "/cisco/staff/imports/imp-21",
    "/cisco/staff/waiting",
    "/cisco/staff/waiting/w1",
    "/cisco/staff/results",
    "/cisco/staff/results/flags",
    "/cisco/staff/results/r1",
    "/cisco/staff/completions",
    "/cisco/staff/completions/c1",
    "/cisco/staff/search?q=CSCO10000000",
    "/cisco/staff/search?q=nothing",
    "/cisco/staff/vendors",
    "/cisco/staff/vendors/calls",
    "/cisco/staff/vendors/files",
    "/cisco/staff/candidates/CSCO10000000/authorizations",
    "/cisco/staff/parked",
    "/cisco/staff/mail",
)
# On a phone in the dark and on a desktop in the light: each width and each scheme once.
RULES = (
    "/cisco/certifications/CCNA-CYBERSECURITY",
    "/cisco/what-if?exam=300-415&exam_day=2026-12-04&points=many&credits_day=2026-12-01",
    "/cisco/what-if?exam=300-415&exam_day=2026-12-04",
    "/cisco/staff/candidates/CSCO10000000/timeline",
    "/cisco/staff/candidates/CSCO10000000/actions",
    "/cisco/staff/candidates/CSCO10000000/actions/void",
    "/cisco/staff/candidates/CSCO10000000/actions/a1/undo",
    "/cisco/staff/candidates/CSCO10000000/certifications/CCNP-ENTERPRISE?as_of=2027-01-01",
    "/cisco/staff/programme",
    "/cisco/staff/programme/certifications/CCNA",
    "/cisco/staff/programme/exams",
    "/cisco/staff/programme/overrides",
    "/cisco/staff/programme/dry-runs",
    "/cisco/staff/programme/dry-runs/run-1",
    "/cisco/staff/programme/re-evaluations",
)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serving(world) as address:
        yield address


@pytest.mark.slow
@pytest.mark.parametrize("pages", [STRANGERS, SIGNED_IN, RULES], ids=["strangers", "own", "rules"])
def test_every_page_is_accessible_and_fits(
    browser: Browser, address: str, pages: tuple[str, ...]
) -> None:
    with looking(browser, address) as look:
        if pages is not STRANGERS:
            sign_in(look.page)
            sign_in(look.page, "/cisco/staff/sign-in", "staff@example.com")
        look.at(*pages)


def test_names_and_reasons_without_blanks_fit(browser: Browser, address: str, world: World) -> None:
    beyond = "document.documentElement.scrollWidth - innerWidth"
    world.desk.waiting[0]["suggestions"][0]["family_name"] = "W" * 100
    with visiting(browser, address, viewport=PHONE) as context:
        page = context.new_page()
        sign_in(page, "/cisco/staff/sign-in", "staff@example.com")
        page.goto("/cisco/staff/waiting/w1")
        assert page.evaluate(beyond) <= 0
        page.get_by_label("W" * 100).check()
        page.get_by_label("How do you know?").fill("z" * 300)
        page.get_by_role("button", name="Go on to confirm").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Confirm the assignment")
        assert page.evaluate(beyond) <= 0


def test_everything_works_without_javascript(browser: Browser, address: str, world: World) -> None:
    with visiting(browser, address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/cisco/testing-history")
        page.fill("#login", "CSCO10000000")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        expect(page).to_have_url(f"{address}/cisco/testing-history")
        page.click("th a:has-text('Registration number')")
        expect(page.locator("tbody tr").first).to_contain_text("461203377")
        page.click("th a:has-text('Registration number')")
        expect(page.locator("tbody tr").first).to_contain_text("472300961")

        page.click("nav.tabs >> text=Transcripts")
        page.click("text=Create new transcript")
        page.fill("#description", "For the library")
        page.click("text=Save")
        expect(page.locator("main")).to_contain_text("Transcript created")
        link = page.locator("li:has-text('For the library') input[readonly]").input_value()
        assert link.startswith(f"{address}/cisco/transcript/")

        page.click("li:has-text('For the library') >> button:has-text('Disable')")
        expect(page.locator("main")).to_contain_text("Transcript disabled")
        assert world.transcripts[-1]["disabled"]
        page.click(".who >> text=Log out")
        expect(page.locator("main")).to_contain_text("You are logged out")


def test_the_module_sorts_as_the_server_does(browser: Browser, address: str, world: World) -> None:
    with visiting(browser, address) as context:
        page = context.new_page()
        sign_in(page)
        page.goto("/cisco/testing-history")
        asked = world.asked.count("GET exams/history")
        for column in (
            "Code",
            "Exam",
            "Registration number",
            "Grade",
            "Score",
            "Expires",
            "Received",
            "State",
        ):
            header = page.locator("th.sortable").filter(
                has=page.get_by_role("link", name=column, exact=True)
            )
            for word in ("ascending", "descending"):
                header.locator("a").click()
                expect(header).to_have_attribute("aria-sort", word)
                here = page.locator("table[data-sortable] tbody tr").all_inner_texts()
                there = context.new_page()
                there.goto(page.url)
                assert here == there.locator("table[data-sortable] tbody tr").all_inner_texts()
                there.close()
        assert world.asked.count("GET exams/history") == asked + 16


def test_a_link_is_copied(browser: Browser, address: str) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    with visiting(browser, address, permissions=permissions) as context:
        page = context.new_page()
        sign_in(page)
        page.goto("/cisco/transcripts")
        page.click("text=Copy link")
        expect(page.get_by_role("status")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{address}/cisco/transcript/H7KQ4RW9XBTM2FCN"


def test_an_imports_figures_move_until_it_has_finished(
    browser: Browser, address: str, world: World
) -> None:
    pace = world.desk.pace = Semaphore(0)
    with visiting(browser, address) as context:
        page = context.new_page()
        sign_in(page, "/cisco/staff/sign-in", "staff@example.com")
        page.goto("/cisco/staff/imports/imp-22")
        for figure in ("0", "400", "800"):
            expect(page.locator("[data-figure=done]")).to_have_text(figure)
            pace.release()
        expect(page.locator("main")).to_contain_text("Every row was taken.")


def test_what_if_gets_a_row_in_place_and_without_javascript(
    browser: Browser, address: str, world: World
) -> None:
    for scripts in (True, False):
        with visiting(browser, address, java_script_enabled=scripts) as context:
            page = context.new_page()
            sign_in(page)
            page.goto("/cisco/what-if")
            page.get_by_label("Exam", exact=True).first.fill("300-415")
            page.get_by_role("button", name="One more exam").click()
            fields = page.locator("input[name=exam]")
            expect(fields).to_have_count(3)
            fields.last.fill("350-401")
            page.get_by_role("button", name="Show the difference").click()
            expect(page.get_by_role("heading", name="How you would stand")).to_be_visible()
            assert [one["exam"] for one in world.imagined[-1]["exams"]] == ["300-415", "350-401"]


def test_an_action_is_done_and_undone_by_keyboard(
    browser: Browser, address: str, world: World
) -> None:
    with visiting(browser, address, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, "/cisco/staff/sign-in", "staff@example.com")
        page.goto("/cisco/staff/candidates/CSCO10000000/actions/suspend?certification=CCNA")
        page.get_by_label("Reason").fill("Under investigation")
        page.get_by_role("button", name="Go on to confirm").press("Enter")
        page.get_by_role("button", name="Suspend a certification").press("Enter")
        expect(page.locator("main")).to_contain_text("Certification suspended")
        page.get_by_role("link", name="Undo").first.press("Enter")
        page.get_by_label("Why it is undone").fill("It was a mistake")
        page.get_by_role("button", name="Undo it").press("Enter")
        expect(page.locator("main")).to_contain_text("Action undone")
        assert world.actions[0]["undo_reason"] == "It was a mistake"


def test_a_dry_runs_figures_move_until_it_has_ended(browser: Browser, address: str) -> None:
    with visiting(browser, address) as context:
        page = context.new_page()
        sign_in(page, "/cisco/staff/sign-in", "staff@example.com")
        page.goto("/cisco/staff/programme/dry-runs/run-2")
        expect(page.locator("[data-figure=done]")).to_have_text("1200")
        expect(page.locator("main")).to_contain_text("Finished")


def test_the_keyboard_reaches_content_first(browser: Browser, address: str) -> None:
    with visiting(browser, address) as context:
        page = context.new_page()
        sign_in(page)
        page.goto("/cisco/certifications")
        page.keyboard.press("Tab")
        expect(page.get_by_text("Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Cisco Certified").first).to_be_focused()


def test_a_phones_menu_opens_by_keyboard(browser: Browser, address: str) -> None:
    with visiting(browser, address, viewport=PHONE) as context:
        page = context.new_page()
        sign_in(page)
        page.locator("summary").focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Testing History").first.click()
        expect(page).to_have_url(f"{address}/cisco/testing-history")
