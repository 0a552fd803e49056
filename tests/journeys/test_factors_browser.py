"""Second steps in the whole product: a passkey on a (virtual) device, a code app, codes on paper.

Chromium's virtual authenticator stands for the device: WebAuthn itself is the browser's.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.journeys.product import Person, Product
from tests.journeys.test_browser import WIDTHS, Visitor, registered

pytestmark = pytest.mark.browser

PASSWORD = "bridges over the fjord"
HOME = "/cisco/"
SECURITY = "/cisco/personal-info/security"


class Device:
    """A device with a fingerprint reader, as the browser sees it."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.id: str = made["authenticatorId"]

    def recognises(self, owner: bool) -> None:
        """Have the reader know the finger or not."""
        self._tell("WebAuthn.setUserVerified", isUserVerified=owner)

    def credentials(self) -> list[Any]:
        """What is kept on it."""
        kept: list[Any] = self._tell("WebAuthn.getCredentials")["credentials"]
        return kept

    def wind_back(self) -> None:
        """Let the counter stand where it stood before, as on a copy."""
        (kept,) = self.credentials()
        self._tell("WebAuthn.removeCredential", credentialId=kept["credentialId"])
        self._tell("WebAuthn.addCredential", credential={**kept, "signCount": 1})

    def _tell(self, command: str, **more: Any) -> Any:
        return self.session.send(command, {"authenticatorId": self.id, **more})


@pytest.fixture
def nils(product: Product) -> Person:
    person = registered(product)
    product.welcome(person, PASSWORD)
    return person


@pytest.fixture(params=list(WIDTHS))
def visitor(
    request: pytest.FixtureRequest, browser: Browser, product: Product
) -> Iterator[Visitor]:
    """A browser that calls the site by its name: passkeys are for names, not for addresses."""
    named = Product(
        product.url.replace("127.0.0.1", "localhost"), product.mails_to, product.databases
    )
    context = browser.new_context(viewport=WIDTHS[request.param])
    yield Visitor(context, named)
    context.close()
    named.close()


def log_in(visitor: Visitor, person: Person) -> None:
    visitor.open("/cisco/sign-in")
    visitor.page.fill("#login", person.email)
    visitor.page.fill("#password", PASSWORD)
    visitor.page.locator("main").get_by_role("button", name="Log in", exact=True).click()
    visitor.page.wait_for_url(lambda address: not address.endswith("/sign-in"))


def at(visitor: Visitor, path: str) -> None:
    expect(visitor.page).to_have_url(visitor.product.url + path)


def codes_on_paper_still_open(visitor: Visitor, person: Person, codes: list[str]) -> None:
    """Each of them once."""
    page = visitor.page

    def use(code: str) -> None:
        # Open by itself where there is no code app.
        page.get_by_label("Recovery code", exact=True).fill(code)
        page.get_by_role("button", name="Log in with this code").click()

    log_in(visitor, person)
    use(codes[0].lower())
    at(visitor, HOME)
    visitor.leave()
    log_in(visitor, person)
    use(codes[0])
    expect(page.locator("main")).to_contain_text("not one of your recovery codes")
    visitor.faults.clear()  # the browser's own note about the answer 403
    use(codes[1])
    at(visitor, HOME)


def test_a_passkey_from_first_to_last(visitor: Visitor, product: Product, nils: Person) -> None:
    page = visitor.page
    device = Device(page)
    log_in(visitor, nils)
    visitor.open(SECURITY)
    # The reader does not know the finger: nothing is made, and the page says what to do.
    device.recognises(False)
    page.get_by_label("Name of the new passkey").fill("Nils's phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("form[data-passkey] [data-said]")).to_contain_text("That did not work")
    device.recognises(True)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    visitor.sound()
    recovery = page.locator("ol.codes li").all_inner_texts()
    assert len(set(recovery)) == 10
    visitor.follow("I have kept them")
    expect(page.locator("main")).to_contain_text("Nils's phone")
    product.wait_for_mail(nils.email, "A passkey was added to your account")

    # The passkey alone opens the door.
    visitor.leave()
    page.get_by_role("button", name="Log in with a passkey").click()
    at(visitor, HOME)
    # The password alone does not any more; the passkey is its second step.
    visitor.leave()
    log_in(visitor, nils)
    at(visitor, "/cisco/sign-in/second-step")
    visitor.sound()
    page.get_by_role("button", name="Use your passkey").click()
    at(visitor, HOME)

    # A device that counts fewer uses than before is a copy.
    visitor.leave()
    device.wind_back()
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.locator("main")).to_contain_text("does not open an account here")
    visitor.faults.clear()  # the browser's own note about the answer 403
    product.wait_for_mail(nils.email, "A passkey of yours was refused")

    codes_on_paper_still_open(visitor, nils, recovery)
    visitor.open(SECURITY)
    visitor.press("Remove")
    expect(page.locator("main")).to_contain_text("The passkey is removed")
    visitor.leave()
    log_in(visitor, nils)
    at(visitor, HOME)


def test_a_code_app_without_javascript(
    browser: Browser, product: Product, nils: Person, visitor: Visitor
) -> None:
    context = browser.new_context(
        viewport=visitor.page.viewport_size, java_script_enabled=False, base_url=product.url
    )
    page = context.new_page()
    page.set_default_timeout(15_000)

    def password() -> None:
        page.goto("/cisco/sign-in")
        page.fill("#login", nils.email)
        page.fill("#password", PASSWORD)
        page.locator("main").get_by_role("button", name="Log in", exact=True).click()

    password()
    page.goto(SECURITY)
    expect(page.locator("main")).to_contain_text("Adding a passkey needs JavaScript")
    page.get_by_role("button", name="Set up a code app").click()
    expect(page.locator(".qr svg")).to_be_visible()
    app = pyotp.TOTP("".join(page.locator("dd.key").inner_text().split()))
    page.get_by_label("Type the code that the app shows now").fill("000000")
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator("main")).to_contain_text("not the code that the app shows")
    page.get_by_label("Type the code that the app shows now").fill(app.now())
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator("ol.codes li")).to_have_count(10)
    context.clear_cookies()
    password()
    expect(page).to_have_url(f"{product.url}/cisco/sign-in/second-step")
    # The code that turned it on is used up; the next one is right already (RFC 6238, 5.2).
    following = app.at(datetime.now(UTC) + timedelta(seconds=30))
    page.get_by_label("Code from your app").fill(following)
    page.locator("main").get_by_role("button", name="Log in", exact=True).click()
    expect(page).to_have_url(product.url + HOME)
    page.goto("/cisco/personal-info/sessions")
    expect(page.locator("main li")).to_have_count(3)
    expect(page.locator("main")).to_contain_text("with password, code")
    page.get_by_role("button", name="End all others").click()
    expect(page.locator("main li")).to_have_count(1)
    product.wait_for_mail(nils.email, "You were signed out")
    context.close()
