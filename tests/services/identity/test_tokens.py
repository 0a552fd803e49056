"""Access tokens: for machines, verified by a foreign library, under keys that rotate."""

import base64
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import jwt
import pytest
from pydantic import SecretStr
from sqlalchemy import update

from services.identity.app import create_app
from services.identity.handlers.clients import create_api_client
from services.identity.jobs import JOBS
from services.identity.models import ApiClientSecret
from services.identity.tokens import hash_of, new_secret
from shared.auth import Keys
from shared.context import ServiceContext
from shared.errors import Problem, StartRefused
from shared.settings import DEMONSTRATION_KEY
from tests.services.identity.conftest import Identity, running, settings_for

ALL = "authorizations:read credits:write imports:write registrations:write results:write"


async def client(identity: Identity, **changes: Any) -> str:
    values: dict[str, Any] = {"client_id": "vue-1", "vendor": "vue", "programmes": ["cisco"]}
    async with identity.here.database.transaction() as session:
        return await create_api_client(session, **(values | changes))


async def token(identity: Identity, secret: str, **changes: str) -> httpx2.Response:
    form = {"grant_type": "client_credentials", "client_id": "vue-1", "client_secret": secret}
    return await identity.http.post("/oauth/token", data=form | changes)


async def jwks(identity: Identity) -> dict[str, Any]:
    document: dict[str, Any] = (await identity.http.get("/.well-known/jwks.json")).json()
    return document


def verified(document: dict[str, Any], access_token: str) -> dict[str, Any]:
    """Verify with PyJWT, which shares no code with what signed."""
    keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(document).keys}
    key = keys[jwt.get_unverified_header(access_token)["kid"]]
    claims: dict[str, Any] = jwt.decode(
        access_token,
        key,
        algorithms=["ES256"],
        audience="certtrack",
        issuer="certtrack",
        options={"require": ["exp", "iat", "sub", "jti"]},
    )
    return claims


async def test_a_machine_gets_a_token(identity: Identity) -> None:
    secret = await client(identity)
    answer = await token(identity, secret)
    body = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 1800, ALL)
    claims = verified(await jwks(identity), body["access_token"])
    assert claims["exp"] - claims["iat"] == 1800
    assert {name: claims[name] for name in ("sub", "kind", "vendor", "programmes", "scope")} == {
        "sub": "vue-1",
        "kind": "vendor",
        "vendor": "vue",
        "programmes": ["cisco"],
        "scope": ALL,
    }


async def test_candidates_tokens_verify_too(identity: Identity) -> None:
    await identity.candidate_with_password()
    signed_in = (await identity.sign_in("CSCO10000000")).json()
    claims = verified(await jwks(identity), signed_in["access_token"])
    assert claims["exp"] - claims["iat"] == signed_in["expires_in"] == 600
    assert (claims["kind"], claims["sub"], claims["programme"], claims["name"]) == (
        "candidate",
        "CSCO10000000",
        "cisco",
        "Ann Ng",
    )
    assert not {"email", "contact"} & claims.keys()


async def test_by_http_basic(identity: Identity) -> None:
    secret = await client(identity)
    basic = base64.b64encode(f"vue-1:{secret}".encode()).decode()
    form = {"grant_type": "client_credentials"}
    right = await identity.http.post(
        "/oauth/token", data=form, headers={"Authorization": f"Basic {basic}"}
    )
    assert right.status_code == 200
    for header in ("Basic !!!", "Basic " + base64.b64encode(b"no colon").decode(), "Bearer x"):
        wrong = await identity.http.post(
            "/oauth/token", data=form, headers={"Authorization": header}
        )
        assert wrong.status_code == 401
        assert wrong.json()["error"] == "invalid_client"


async def test_a_wrong_secret_and_an_unknown_client_get_the_same_answer(identity: Identity) -> None:
    secret = await client(identity)
    wrong = await token(identity, secret[:-1])
    unknown = await token(identity, secret, client_id="vue-2")
    for answer in (wrong, unknown):
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_client"
        assert answer.headers["www-authenticate"].startswith("Basic")
    assert {**wrong.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


async def test_fewer_scopes_can_be_asked_for_and_not_more(identity: Identity) -> None:
    secret = await client(identity, scopes=["registrations:write", "results:write"])
    fewer = await token(identity, secret, scope="results:write")
    assert fewer.json()["scope"] == "results:write"
    more = await token(identity, secret, scope="results:write imports:write")
    assert more.status_code == 400
    assert more.json()["error"] == "invalid_scope"


async def test_other_grants_are_refused(identity: Identity) -> None:
    secret = await client(identity)
    other = await token(identity, secret, grant_type="password")
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")
    none = await identity.http.post("/oauth/token", data={"client_id": "vue-1"})
    assert (none.status_code, none.json()["error"]) == (400, "invalid_request")


async def test_two_secrets_overlap_while_a_vendor_changes_over(identity: Identity) -> None:
    secret, newer = await client(identity), new_secret()
    async with identity.here.database.transaction() as session:
        at = identity.clock.now() + timedelta(days=7)
        await session.execute(
            update(ApiClientSecret)
            .where(ApiClientSecret.client_id == "vue-1")
            .values(expires_at=at)
        )
        session.add(
            ApiClientSecret(
                client_id="vue-1", secret_hash=hash_of(newer), created_at=identity.clock.now()
            )
        )
    assert (await token(identity, secret)).status_code == 200
    assert (await token(identity, newer)).status_code == 200
    identity.clock.advance(timedelta(days=7))
    assert (await token(identity, secret)).status_code == 401
    assert (await token(identity, newer)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"programmes": ["nowhere"]}, "programmes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"secret": "short"}, "secret"),
    ],
)
async def test_a_wrong_client_is_not_created(
    identity: Identity, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Problem) as refused:
        await client(identity, **changes)
    assert refused.value.errors[0].field == field
    assert await identity.scalar("SELECT count(*) FROM api_clients") == 0


async def test_a_client_is_created_once(identity: Identity) -> None:
    secret = await client(identity)
    with pytest.raises(Problem, match="already"):
        await client(identity)
    assert (await token(identity, secret)).status_code == 200


async def test_tampered_and_foreign_tokens_are_refused(identity: Identity) -> None:
    await identity.candidate_with_password()
    good = (await identity.sign_in("CSCO10000000")).json()["access_token"]
    head, body, signature = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    hmac_signed = jwt.encode({"sub": "x", "kind": "staff"}, "x" * 32, algorithm="HS256")
    bad_signature = ("B" if signature[0] == "A" else "A") + signature[1:]
    for bad in (f"{head}.{body}.{bad_signature}", f"{none}.{body}.", hmac_signed, "x", "a.b.c"):
        answer = await identity.http.get("/me", headers={"Authorization": f"Bearer {bad}"})
        assert answer.status_code == 401, bad
    assert (await identity.http.get("/me")).status_code == 401


def job(name: str) -> Callable[[ServiceContext], Awaitable[None]]:
    return next(one for one in JOBS if one.name == name).run


async def test_keys_rotate_with_overlap(identity: Identity) -> None:
    secret = await client(identity)
    rotate = job("rotate-signing-keys")
    first = (await token(identity, secret)).json()["access_token"]
    assert len((await jwks(identity))["keys"]) == 1
    # Two days before it signs, the next key is published.
    identity.clock.advance(timedelta(days=28, minutes=1))
    await rotate(identity.here)
    await rotate(identity.here)
    document = await jwks(identity)
    assert len(document["keys"]) == 2
    assert all("d" not in key for key in document["keys"])
    identity.here.extras["signing_keys"]._looked = -1e9
    kid = jwt.get_unverified_header(first)["kid"]
    assert (
        jwt.get_unverified_header((await token(identity, secret)).json()["access_token"])["kid"]
        == kid
    )
    # Then it signs, and the first still verifies while its tokens are out.
    identity.clock.advance(timedelta(days=2))
    await rotate(identity.here)
    identity.here.extras["signing_keys"]._looked = -1e9
    second = (await token(identity, secret)).json()["access_token"]
    assert jwt.get_unverified_header(second)["kid"] != kid
    document = await jwks(identity)
    assert verified(document, first) != verified(document, second)
    sealed = await identity.scalar("SELECT private_jwe FROM signing_keys WHERE kid = :kid", kid=kid)
    assert sealed == ""
    identity.clock.advance(timedelta(hours=2))
    await rotate(identity.here)
    assert kid not in {key["kid"] for key in (await jwks(identity))["keys"]}


async def test_verifiers_fetch_a_key_that_they_do_not_know(identity: Identity) -> None:
    secret = await client(identity)
    asked = []

    async def source() -> dict[str, Any]:
        asked.append(1)
        return await jwks(identity)

    keys = Keys(source)
    first = (await token(identity, secret)).json()["access_token"]
    assert (await keys.verify(first)).vendor == "vue"
    identity.clock.advance(timedelta(days=40))
    await job("rotate-signing-keys")(identity.here)
    identity.here.extras["signing_keys"]._looked = -1e9
    keys._fetched = -1e9
    second = (await token(identity, secret)).json()["access_token"]
    assert (await keys.verify(second)).subject == "vue-1"
    assert len(asked) == 2


async def test_the_private_key_lies_sealed(database_url: str) -> None:
    secret_one = SecretStr("one secret of the operators, long enough")
    async with running(settings_for(database_url, key_encryption_secret=secret_one)) as identity:
        secret = await client(identity)
        first = (await token(identity, secret)).json()["access_token"]
        (sealed,) = (await identity.rows("SELECT private_jwe FROM signing_keys"))[0]
        assert sealed.count(".") == 4
        assert "PRIVATE" not in sealed
    secret_two = SecretStr("another secret of the operators, also long")
    async with running(settings_for(database_url, key_encryption_secret=secret_two)) as identity:
        # The old key cannot be opened: a new one signs, the old still verifies.
        second = (await token(identity, secret)).json()["access_token"]
        document = await jwks(identity)
        assert verified(document, first)["sub"] == verified(document, second)["sub"]
        assert len(document["keys"]) == 2


def test_production_refuses_the_demonstration_key(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/x.sqlite3"
    for secret in (DEMONSTRATION_KEY, "", "x" * 31):
        key = SecretStr(secret)
        with pytest.raises(StartRefused, match="CERTTRACK_KEY_ENCRYPTION_SECRET"):
            create_app(settings_for(url, environment="production", key_encryption_secret=key))


async def test_a_client_may_be_bound_to_networks(identity: Identity) -> None:
    secret = await client(identity, addresses=["192.0.2.0/24", "2001:db8::/32"])

    async def asked(address: str) -> httpx2.Response:
        form = {"grant_type": "client_credentials", "client_id": "vue-1", "client_secret": secret}
        hops = {"X-Forwarded-For": address}
        return await identity.http.post("/oauth/token", data=form, headers=hops)

    given = await asked("192.0.2.7")
    claims = verified(await jwks(identity), given.json()["access_token"])
    assert claims["addresses"] == ["192.0.2.0/24", "2001:db8::/32"]
    assert (await asked("2001:db8::1")).status_code == 200
    # Not told apart from a wrong secret: nobody learns that the secret was right.
    refused, unnamed = await asked("198.51.100.7"), await asked("")
    assert refused.status_code == unnamed.status_code == 401
    assert refused.json()["error"] == "invalid_client"


async def test_what_is_no_network_is_refused(identity: Identity) -> None:
    with pytest.raises(Problem) as refused:
        await client(identity, addresses=["192.0.2.0/24", "192.0.2.1/24", "somewhere"])
    assert [error.field for error in refused.value.errors] == ["addresses", "addresses"]
