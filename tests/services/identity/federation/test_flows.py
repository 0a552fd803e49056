"""There and back: what a real provider answers, and all that can be wrong with it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.identity.settings import ProviderClient
from shared.errors import StartRefused
from tests.openid.provider import Provider
from tests.services.identity.conftest import running, settings_for
from tests.services.identity.federation.conftest import (
    SEEN,
    Federated,
    clients,
    said,
    tampered,
)

pytestmark = pytest.mark.openid


async def test_first_it_is_nobodys_then_it_goes_straight_in(federated: Federated) -> None:
    identity = federated.identity
    candidate_id = await identity.candidate_with_password()
    done = (await federated.sign_in("ann")).json()
    assert done["session"] is None
    assert done["waiting"]["label"] == SEEN
    assert done["waiting"]["provider_name"] == "Cisco.com ID"

    token = await federated.link("T1@example.com")
    body = {"pending": done["pending"], "token": token}
    session = (await identity.post("/federation/pending/redeem", body)).json()
    assert session["principal"]["subject"] == candidate_id

    again = (await federated.sign_in("ann")).json()
    assert again["pending"] is None
    assert again["session"]["principal"]["subject"] == candidate_id
    # What the provider says of an address is not taken for the candidate's.
    assert await identity.scalar("SELECT email FROM candidates") == "T1@example.com"
    claims = await identity.scalar("SELECT methods FROM sessions ORDER BY created_at DESC LIMIT 1")
    assert "fed" in str(claims)


async def test_the_way_there_has_all_that_protects_it(federated: Federated) -> None:
    begun = await federated.begin()
    query = federated.query(begun)
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"] == "http://portal.test/cisco/sign-in/return/cisco-com"
    assert query["scope"].split()[0] == "openid"
    assert query["max_age"] == "900"
    assert min(len(query[name]) for name in ("state", "nonce", "code_challenge")) == 43
    # What is stored, and what stands in addresses and logs, finishes nobody's sign-in.
    stored = await federated.identity.rows("SELECT * FROM federated_flows")
    assert begun["binding"] not in str(stored) + begun["authorization_url"]
    assert query["state"] not in str(stored)


async def test_a_wrong_code_verifier_is_refused_by_the_provider(federated: Federated) -> None:
    another = federated.query(await federated.begin())["code_challenge"]
    begun = tampered(await federated.begin(), code_challenge=another)
    refused = await federated.finish(federated.answer(begun, "ann"))
    assert said(refused) == (403, "provider-refused", "code_refused")


async def test_a_wrong_nonce_is_refused(federated: Federated) -> None:
    begun = tampered(await federated.begin(), nonce="somebody-elses")
    refused = await federated.finish(federated.answer(begun, "ann"))
    assert said(refused) == (403, "provider-refused", "token_refused")


async def test_rotated_keys_are_fetched(federated: Federated) -> None:
    assert (await federated.sign_in("ann")).status_code == 200
    federated.provider.control("rotate")
    # Unknown keys make nobody ask the provider again and again.
    assert said(await federated.sign_in("ann")) == (403, "provider-refused", "token_refused")
    federated.identity.clock.advance(timedelta(seconds=10))
    assert (await federated.sign_in("ann")).status_code == 200


async def test_a_code_that_has_expired_is_refused(federated: Federated) -> None:
    federated.provider.control("code-seconds", seconds=1)
    try:
        answer = federated.answer(await federated.begin(), "ann")
        await asyncio.sleep(2.1)
        refused = await federated.finish(answer)
    finally:
        federated.provider.control("code-seconds", seconds=60)
    assert said(refused) == (403, "provider-refused", "code_refused")


async def test_an_answer_works_once(federated: Federated) -> None:
    answer = federated.answer(await federated.begin(), "ann")
    done = await asyncio.gather(*(federated.finish(answer) for _ in range(4)))
    assert sorted(one.status_code for one in done) == [200, 410, 410, 410]
    assert said(await federated.finish(answer))[:2] == (410, "flow-over")


async def test_a_code_of_another_flow_is_refused(federated: Federated) -> None:
    stolen = federated.answer(await federated.begin(), "ann")
    mine = federated.answer(await federated.begin(), "bob")
    refused = await federated.finish(mine | {"code": stolen["code"]})
    assert said(refused) == (403, "provider-refused", "code_refused")


async def test_only_the_browser_that_began_can_finish(federated: Federated) -> None:
    answer = federated.answer(await federated.begin(), "ann")
    other = await federated.begin()
    refused = await federated.finish(answer | {"binding": other["binding"]})
    assert said(refused)[:2] == (410, "flow-over")
    # That attempt has used nothing up.
    assert (await federated.finish(answer)).status_code == 200


async def test_it_ends_after_a_quarter_of_an_hour(federated: Federated) -> None:
    answer = federated.answer(await federated.begin(), "ann")
    federated.identity.clock.advance(timedelta(minutes=15))
    assert said(await federated.finish(answer))[:2] == (410, "flow-over")


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:1", "", None])
async def test_an_answer_of_another_issuer_is_refused(
    federated: Federated, issuer: str | None
) -> None:
    answer = federated.answer(await federated.begin(), "ann", iss=issuer)
    assert said(await federated.finish(answer)) == (403, "provider-refused", "wrong_issuer")


async def test_who_says_no_there_is_told_so(federated: Federated) -> None:
    begun = await federated.begin()
    returned = federated.provider.sign_in(begun["authorization_url"], "ann", "refuse")
    assert returned.query["error"] == "access_denied"
    answer = {"programme": "cisco", "provider": "cisco-com", "binding": begun["binding"]}
    refused = await federated.finish(
        answer | {name: returned.query[name] for name in ("state", "error", "iss")}
    )
    assert said(refused) == (403, "provider-refused", "declined")
    assert "the person said no" not in refused.text


@pytest.mark.parametrize("minutes", [-7, 7])
async def test_clocks_that_are_far_apart_are_noticed(federated: Federated, minutes: int) -> None:
    federated.identity.clock.advance(timedelta(minutes=minutes))
    refused = await federated.sign_in("ann")
    assert said(refused) == (403, "provider-refused", "token_refused")


@pytest.mark.parametrize("seconds", [-50, 50])
async def test_clocks_that_are_nearly_right_will_do(federated: Federated, seconds: int) -> None:
    federated.identity.clock.advance(timedelta(seconds=seconds))
    assert (await federated.sign_in("ann")).status_code == 200


async def test_a_provider_must_have_asked_just_now(
    database_url: str, openid_server: Provider
) -> None:
    settings = settings_for(
        database_url,
        public_url="http://portal.test",
        provider_clients=clients(openid_server),
        reauthentication_minutes=1,
    )
    async with running(settings) as identity:
        federated = Federated(identity, openid_server)
        answer = federated.answer(await federated.begin(), "ann")
        identity.clock.advance(timedelta(seconds=150))
        assert said(await federated.finish(answer)) == (403, "provider-refused", "not_asked")


async def test_a_provider_that_is_away_is_named(federated: Federated) -> None:
    answer = federated.answer(await federated.begin(), "ann")
    federated.provider.control("away", away=True)
    try:
        away = await federated.finish(answer)
        assert said(away)[:2] == (424, "provider-away")
        assert "Cisco.com ID" in away.json()["detail"]
        # The discovery document is remembered for an hour, and longer when there is no newer one.
        federated.identity.clock.advance(timedelta(hours=2))
        await federated.begin()
    finally:
        federated.provider.control("away", away=False)


@pytest.mark.parametrize("provider", ["another", "", "cisco-com/../x", "x" * 41])
async def test_unknown_providers(federated: Federated, provider: str) -> None:
    body = {"programme": "cisco", "provider": provider}
    refused = await federated.identity.post("/federation/flows", body)
    assert refused.status_code in (404, 422)


@pytest.mark.parametrize("field", ["state", "code", "binding"])
@pytest.mark.parametrize("value", ["", "\u0000", "é" * 50, "x" * 5000])
async def test_nonsense_comes_to_nothing(federated: Federated, field: str, value: str) -> None:
    answer = federated.answer(await federated.begin(), "ann", **{field: value})
    refused = await federated.finish(answer)
    assert refused.status_code in (403, 410, 422), refused.text


async def test_requests_from_one_address_are_slowed_down(federated: Federated) -> None:
    body = {"programme": "cisco", "provider": "cisco-com"}
    codes = set()
    for _ in range(55):
        answer = await federated.identity.post("/federation/flows", body, "192.0.2.7")
        codes.add(answer.status_code)
    assert codes == {201, 429}


async def test_who_is_registered_with_nobody_offers_nothing(database_url: str) -> None:
    async with running(settings_for(database_url)) as identity:
        programme = (await identity.http.get("/programmes/cisco")).json()
        assert programme["sign_in"] == {"providers": [], "self_registration": True}
        body = {"programme": "cisco", "provider": "cisco-com"}
        assert (await identity.post("/federation/flows", body)).status_code == 404


async def test_what_is_offered_is_told(federated: Federated) -> None:
    programme = (await federated.identity.http.get("/programmes/cisco")).json()
    assert programme["sign_in"]["providers"] == [{"id": "cisco-com", "name": "Cisco.com ID"}]


@pytest.mark.parametrize("name", ["cisco/none", "nobody/cisco-com", "cisco"])
async def test_a_registration_with_nobody_is_a_mistake(database_url: str, name: str) -> None:
    one = ProviderClient(client_id="certtrack")
    with pytest.raises(StartRefused, match=name):
        async with running(settings_for(database_url, provider_clients={name: one})):
            pass


@pytest.mark.parametrize(
    "changes",
    [
        {"client_secret": "not the secret"},
        {"client_id": "not-the-client"},
    ],
)
async def test_a_wrong_registration_signs_nobody_in(
    database_url: str, openid_server: Provider, changes: dict[str, Any]
) -> None:
    settings = settings_for(
        database_url,
        public_url="http://portal.test",
        provider_clients=clients(openid_server, **changes),
    )
    async with running(settings) as identity:
        federated = Federated(identity, openid_server)
        begun = await federated.begin()
        if "client_id" in changes:
            with pytest.raises(AssertionError, match="invalid_client"):
                openid_server.sign_in(begun["authorization_url"], "ann")
        else:
            refused = await federated.finish(federated.answer(begun, "ann"))
            assert said(refused) == (403, "provider-refused", "code_refused")


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9", "http://login.example.com"])
async def test_a_provider_that_cannot_be_found_is_away(
    database_url: str, openid_server: Provider, issuer: str
) -> None:
    settings = settings_for(database_url, provider_clients=clients(openid_server, issuer=issuer))
    async with running(settings) as identity:
        body = {"programme": "cisco", "provider": "cisco-com"}
        assert said(await identity.post("/federation/flows", body))[:2] == (424, "provider-away")


async def test_a_discovery_document_of_another_issuer_is_not_believed(
    database_url: str, openid_server: Provider
) -> None:
    elsewhere = openid_server.issuer.replace("127.0.0.1", "localhost")
    settings = settings_for(database_url, provider_clients=clients(openid_server, issuer=elsewhere))
    async with running(settings) as identity:
        body = {"programme": "cisco", "provider": "cisco-com"}
        assert said(await identity.post("/federation/flows", body))[:2] == (424, "provider-away")


async def test_what_is_over_is_forgotten(federated: Federated) -> None:
    identity = federated.identity
    await federated.waiting("ann")
    identity.clock.advance(timedelta(days=3))
    identity.here.wake("forget-what-is-over")
    for _ in range(200):
        await asyncio.sleep(0.01)
        left = await identity.scalar(
            "SELECT (SELECT count(*) FROM federated_flows)"
            " + (SELECT count(*) FROM pending_identities)"
        )
        if not left:
            return
    pytest.fail("something is still there")
