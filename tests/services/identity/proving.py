"""Addresses and score reports as their owners handle them, for the tests of identity."""

from typing import Any

import httpx2

from shared.events import AccountNoticed, AddressProofRequested, Contact, ExamRegistered
from tests.services.identity.conftest import PASSWORD, Identity, registration


class Signed:
    """A signed-in candidate's requests."""

    def __init__(self, identity: Identity, token: str) -> None:
        self._identity = identity
        self._headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        """Send a request and wait for its answer only."""
        return await self._identity.http.post(path, json=body, headers=self._headers)

    async def post(self, path: str, **body: Any) -> httpx2.Response:
        """Send a request and wait for what follows from it."""
        answer = await self.ask(path, body)
        await self._identity.settle()
        return answer

    async def emails(self) -> dict[str, Any]:
        answer = await self._identity.http.get("/me/emails", headers=self._headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def held(self) -> dict[str, bool]:
        """Return the addresses, and which of them is the primary one."""
        return {one["email"]: one["is_primary"] for one in (await self.emails())["emails"]}


async def signed_in(identity: Identity, login: str, password: str = PASSWORD) -> Signed:
    answer = await identity.sign_in(login, password)
    assert answer.status_code == 200, answer.text
    return Signed(identity, answer.json()["access_token"])


async def ann(identity: Identity, testing_id: str = "T1") -> Signed:
    """Return a registered candidate with a password, signed in, nothing mailed yet."""
    login = await identity.candidate_with_password(testing_id)
    await identity.settle()
    identity.heard.clear()
    return await signed_in(identity, login)


def person(given_name: str, family_name: str, email: str | None = None) -> Contact:
    return Contact(given_name=given_name, family_name=family_name, email=email)


async def show_report(
    identity: Identity,
    family_name: str = "Ng",
    registration_number: str = "RT1",
    email: str = "ann@new.example",
    **changes: Any,
) -> httpx2.Response:
    """Enter what stands on a score report."""
    address = changes.pop("address", None)
    body = {
        "programme": "cisco",
        "family_name": family_name,
        "registration_number": registration_number,
        "email": email,
    }
    answer = await identity.post("/score-reports", body | changes, address)
    await identity.settle()
    return answer


def proofs(identity: Identity) -> list[AddressProofRequested]:
    return identity.of_type(AddressProofRequested)


def told(identity: Identity) -> list[tuple[str, str | None]]:
    """Return which notices went to which address."""
    return [(one.notice, one.contact.email) for one in identity.of_type(AccountNoticed)]


async def check(identity: Identity, token: str) -> httpx2.Response:
    return await identity.post("/address-proofs/check", {"token": token})


async def follow(identity: Identity, token: str, password: str | None = None) -> httpx2.Response:
    body = {"token": token, "password": password}
    answer = await identity.post("/address-proofs/redeem", body)
    await identity.settle()
    return answer


def named(candidate_id: str, number: str) -> ExamRegistered:
    """Return a registration that names its candidate and no testing id."""
    return registration(None, registration_number=number, named_candidate_id=candidate_id)
