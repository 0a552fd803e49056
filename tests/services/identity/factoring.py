"""Somebody signed in who sets up factors: what the tests of factors begin with."""

from dataclasses import dataclass
from typing import Any

import httpx2
import pyotp

from services.identity.handlers.staff import create_staff
from tests.services.identity.authenticator import Authenticator
from tests.services.identity.conftest import PASSWORD, Identity

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 "
    "Safari/537.36"
)


@dataclass
class Owner:
    """A signed-in account and its newest access token."""

    identity: Identity
    subject: str
    access: str
    refresh: str

    async def ask(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.access}", "User-Agent": CHROME}
        return await self.identity.http.request(method, path, json=body, headers=headers)

    async def get(self, path: str) -> Any:
        answer = await self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def add_passkey(self, device: Authenticator, name: str = "Key") -> httpx2.Response:
        asked = (await self.ask("POST", "/security/passkeys/options")).json()
        made = device.create(asked["options"])
        body = {"challenge": asked["challenge"], "credential": made, "name": name}
        return self._keep(await self.ask("POST", "/security/passkeys", body))

    async def add_code_app(self) -> tuple[pyotp.TOTP, httpx2.Response]:
        secret = (await self.ask("POST", "/security/code-app")).json()["secret"]
        app = pyotp.TOTP(secret)
        code = {"code": app.at(self.identity.clock.now())}
        return app, self._keep(await self.ask("POST", "/security/code-app/confirm", code))

    def _keep(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.status_code == 201:
            self.access = answer.json()["access_token"]
        return answer


def owner(identity: Identity, answer: httpx2.Response) -> Owner:
    """Whoever an answer to a sign-in lets in."""
    assert answer.status_code == 200, answer.text
    given = answer.json()
    subject = given["principal"]["subject"]
    return Owner(identity, subject, given["access_token"], given["refresh_token"])


async def jane(identity: Identity) -> Owner:
    """A candidate who has just signed in."""
    await identity.candidate_with_password()
    return owner(identity, await identity.sign_in("CSCO10000000"))


async def sam(identity: Identity, email: str = "sam@example.com") -> Owner:
    """A member of staff who has just signed in."""
    async with identity.here.database.transaction() as session:
        await create_staff(
            session,
            email=email,
            name="Sam",
            password=PASSWORD,
            programmes=["cisco"],
            scopes=["candidates:read"],
        )
    return owner(identity, await sign_staff_in(identity, email))


async def sign_staff_in(identity: Identity, email: str = "sam@example.com") -> httpx2.Response:
    return await identity.post("/staff/sessions", {"login": email, "password": PASSWORD})


async def finish(identity: Identity, challenge: str, **shown: Any) -> httpx2.Response:
    return await identity.post("/sessions/second-factor", {"challenge": challenge, **shown})
