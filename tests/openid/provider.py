"""A real provider of OpenID Connect in a process of its own, and people who sign in there."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx2

HERE = Path(__file__).parent
CLIENT_ID = "certtrack"
# Characters that HTTP Basic needs encoded, which real secrets have too.
CLIENT_SECRET = "100% of the tests' + no others'"


def describe() -> str:
    """Tell what there is to run the provider with, or begin with "no" what is missing."""
    if shutil.which("node") is None:
        return "no node"
    if not (HERE / "node_modules" / "oidc-provider").is_dir():
        return "no oidc-provider (tools/test-setup.sh installs it)"
    return "oidc-provider on node"


@dataclass(frozen=True, slots=True)
class Returned:
    """Where the provider sent the browser, and what it gave it to bring back."""

    address: str
    query: dict[str, str]


class Provider:
    """The provider; a context manager. What it gets wrong on request is under `control`."""

    def __init__(self, *redirect_uris: str) -> None:
        client = {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "redirect_uris": list(redirect_uris),
        }
        asked = json.dumps({"clients": [client], "accounts": {}})
        program = shutil.which("node") or "node"
        self._process = subprocess.Popen(
            [program, str(HERE / "provider.mjs"), asked],
            cwd=HERE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.issuer = self._process.stdout.readline().strip()
        assert self.issuer.startswith("http://127.0.0.1:"), "the provider did not start"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait(timeout=10)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def control(self, what: str, **values: Any) -> None:
        """Have the provider rotate its keys, forget codes early, or be away."""
        httpx2.post(f"{self.issuer}/control/{what}", json=values).raise_for_status()

    def knows(self, account: str, **claims: Any) -> None:
        """Let somebody have an account, whose claims are told."""
        self.control("account", account=account, claims=claims)

    def returns_to(self, address: str) -> None:
        """Take one more address to send browsers back to."""
        self.control("returns-to", address=address)

    def sign_in(self, authorization_url: str, account: str, answer: str = "login") -> Returned:
        """Go there as a browser does, sign in (or "refuse"), and return with what it gives."""
        with httpx2.Client(timeout=10) as browser:
            at = browser.get(authorization_url)
            while at.is_redirect and str(at.headers["location"]).startswith(("/", self.issuer)):
                address = str(httpx2.URL(self.issuer).join(at.headers["location"]))
                at = browser.get(address)
                if at.is_success and "/interaction/" in address:
                    at = browser.post(address, data={"account": account, "answer": answer})
        assert at.is_redirect, f"{at.status_code} {at.text}"
        address = str(at.headers["location"])
        return Returned(address, dict(parse_qsl(urlsplit(address).query)))
