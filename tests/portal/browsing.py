"""The portal in a real browser: serving it, signing in, and looking at a page as axe-core does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import httpx2
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from deploy.embedded.within import Within
from portal.app import create_app
from portal.settings import PortalSettings
from shared.clock import FixedClock
from tests.portal.conftest import NOW
from tests.portal.gateway import PASSWORD, World, fake_gateway

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
# What axe-core finds depends on both: on the colours, and on what a width shows.
FORMS: dict[str, tuple[ViewportSize, Literal["light", "dark"]]] = {
    "phone, light": (PHONE, "light"),
    "phone, dark": (PHONE, "dark"),
    "desktop, dark": (DESKTOP, "dark"),
    "desktop, light": (DESKTOP, "light"),
}

# What does not fit covers what stands beside it, or is out of sight.
CROWDED = """all => all.filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => one.textContent.replace(/\\s+/g, " ").trim().slice(0, 60))"""
VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"


@contextmanager
def serving(world: World) -> Iterator[str]:
    """Serve the portal in front of the fake gateway; give its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        # From now on whoever comes waits, until the server is there.
        listener.listen()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        # As streams arrive from a real gateway: piece by piece.
        api = httpx2.AsyncClient(transport=Within(fake_gateway(world)), base_url="http://gateway")
        settings = PortalSettings(environment="test", public_url=address)
        app = create_app(settings, api=api, clock=FixedClock(NOW))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield address
        server.should_exit = True
        thread.join()


@contextmanager
def visiting(browser: Browser, address: str, **how: Any) -> Iterator[BrowserContext]:
    """Open a browser window of one kind."""
    context = browser.new_context(base_url=address, **({"viewport": DESKTOP} | how))
    context.set_default_timeout(10_000)
    yield context
    context.close()


def sign_in(page: Page, path: str = "/cisco/sign-in", login: str = "CSCO10000000") -> None:
    page.goto(path)
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")


class Looking:
    """A window whose pages are looked at in every form; `faults` is what is wrong with them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Uncaught" in message.text:
            self.faults.append(message.text)

    def at(self, *paths: str) -> None:
        """Open pages, and everything in them."""
        for path in paths:
            self.page.goto(path)
            self.here(path)

    def here(self, name: str) -> None:
        """Look at the page that is open, everything in it opened."""
        page = self.page
        page.eval_on_selector_all("main details", "all => all.forEach(one => one.open = true)")
        page.evaluate(Axe().axe_script)
        for form, (viewport, scheme) in FORMS.items():
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=scheme)
            beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if beyond > 0:
                self.faults.append(f"{name}, {form}: {beyond} px beyond the right edge")
            for text in page.eval_on_selector_all("main .facts dd, main .table", CROWDED):
                self.faults.append(f"{name}, {form}: wider than its place: {text}")
            for violation in page.evaluate(VIOLATIONS):
                self.faults += [
                    f"{name}, {form}: {violation['id']}: {node['html'][:200]}"
                    f" {node['failureSummary']}"
                    for node in violation["nodes"]
                ]


@contextmanager
def looking(browser: Browser, address: str) -> Iterator[Looking]:
    """Open a window to look at pages; in the end nothing may have been wrong with them."""
    with visiting(browser, address) as context:
        seen = Looking(context.new_page())
        yield seen
        assert not seen.faults, "\n".join(seen.faults)
