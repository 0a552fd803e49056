"""The service registered with a real provider, and browsers that go there and back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx2
import pytest

from services.identity.settings import ProviderClient
from tests.openid.provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.services.identity.conftest import Identity, running, settings_for

SEEN = "ann@elsewhere.example"


@dataclass
class Federated:
    """The service, registered with a provider, and a browser that goes there and back."""

    identity: Identity
    provider: Provider

    async def begin(self, **changes: Any) -> dict[str, str]:
        body = {"programme": "cisco", "provider": "cisco-com"} | changes
        begun = await self.identity.post("/federation/flows", body)
        assert begun.status_code == 201, begun.text
        found: dict[str, str] = begun.json()
        return found

    def answer(self, begun: dict[str, str], account: str, **changes: Any) -> dict[str, Any]:
        """Go to the provider; return what the portal would post afterwards."""
        returned = self.provider.sign_in(begun["authorization_url"], account)
        brought = {name: returned.query[name] for name in ("state", "code", "iss")}
        kept = {"programme": "cisco", "provider": "cisco-com", "binding": begun["binding"]}
        return kept | brought | changes

    @staticmethod
    def query(begun: dict[str, str]) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(begun["authorization_url"]).query))

    async def finish(self, answer: dict[str, Any]) -> httpx2.Response:
        return await self.identity.post("/federation/flows/finish", answer)

    async def sign_in(self, account: str) -> httpx2.Response:
        return await self.finish(self.answer(await self.begin(), account))

    async def waiting(self, account: str) -> str:
        """Sign in with an account that nobody has yet; return the secret with which it waits."""
        done = await self.sign_in(account)
        assert done.status_code == 200, done.text
        pending: str = done.json()["pending"]
        return pending

    async def link(self, email: str) -> str:
        body = {"programme": "cisco", "email": email}
        assert (await self.identity.post("/sign-in-links", body)).status_code == 202
        await self.identity.settle()
        return self.identity.link().token

    async def connected(self, account: str, testing_id: str = "T1") -> str:
        """Register a person who connects an account by e-mail; return the candidate id."""
        candidate_id = await self.identity.candidate_with_password(testing_id)
        pending = await self.waiting(account)
        token = await self.link(f"{testing_id}@example.com")
        done = await self.identity.post(
            "/federation/pending/redeem", {"pending": pending, "token": token}
        )
        assert done.status_code == 200, done.text
        return candidate_id


def clients(provider: Provider, **changes: Any) -> dict[str, ProviderClient]:
    values: dict[str, Any] = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "issuer": provider.issuer,
    }
    return {"cisco/cisco-com": ProviderClient(**(values | changes))}


@pytest.fixture
async def federated(database_url: str, openid_server: Provider) -> AsyncIterator[Federated]:
    settings = settings_for(
        database_url, public_url="http://portal.test", provider_clients=clients(openid_server)
    )
    openid_server.knows("ann", email=SEEN, email_verified=True, given_name="Ann", family_name="Ng")
    async with running(settings) as identity:
        yield Federated(identity, openid_server)


def tampered(begun: dict[str, str], **changes: str) -> dict[str, str]:
    """Return a flow whose way to the provider somebody has changed."""
    parts = urlsplit(begun["authorization_url"])
    query = dict(parse_qsl(parts.query)) | changes
    return begun | {"authorization_url": urlunsplit(parts._replace(query=urlencode(query)))}


def said(answer: httpx2.Response) -> tuple[int, str, str | None]:
    body = answer.json()
    return answer.status_code, body["type"].rsplit("/", 1)[-1], body.get("reason")
