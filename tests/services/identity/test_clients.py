"""API clients: made, changed, given new secrets and revoked by those who administer them."""

from datetime import timedelta
from typing import Any

import httpx2

from tests.services.identity.conftest import Identity
from tests.services.identity.staff import Desk, staffed

NEW: dict[str, Any] = {
    "client_id": "vue-results",
    "name": "Pearson VUE, results",
    "vendor": "vue",
    "programmes": ["cisco"],
    "scopes": ["results:write"],
}


async def token(identity: Identity, secret: str, **form: str) -> httpx2.Response:
    grant = {"grant_type": "client_credentials", "client_id": "vue-results", **form}
    return await identity.http.post("/oauth/token", data={**grant, "client_secret": secret})


async def made(desk: Desk, **changes: Any) -> str:
    answer = await desk.post("/clients", **{**NEW, **changes})
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    secret: str = answer.json()["secret"]
    return secret


async def test_a_client_is_made_and_its_secret_shown_once(identity: Identity) -> None:
    ada = await staffed(identity)
    secret = await made(ada)
    given = await token(identity, secret)
    assert (given.status_code, given.json()["scope"]) == (200, "results:write")
    shown = await ada.get("/clients/vue-results")
    assert secret not in shown.text
    client = shown.json()
    assert client["last_used_at"] == client["secrets"][0]["last_used_at"] is not None
    assert (client["active"], client["yours"], client["vendor"]) == (True, True, "vue")
    assert [one["client_id"] for one in (await ada.get("/clients")).json()] == ["vue-results"]
    again = await ada.post("/clients", **NEW)
    assert again.status_code == 409
    (said,) = await ada.audit(subject="vue-results")
    assert (said["action"], said["by_id"]) == ("client.made", ada.staff_id)
    assert secret not in str(said)


async def test_a_use_is_noted_to_the_minute(identity: Identity) -> None:
    ada = await staffed(identity)
    secret = await made(ada)
    first = identity.clock.now()
    await token(identity, secret)
    identity.clock.advance(timedelta(seconds=30))
    await token(identity, secret)
    client = (await ada.get("/clients/vue-results")).json()
    assert client["last_used_at"][:19] == f"{first:%Y-%m-%dT%H:%M:%S}"
    identity.clock.advance(timedelta(seconds=31))
    await token(identity, secret)
    client = (await ada.get("/clients/vue-results")).json()
    assert client["last_used_at"][:19] > f"{first:%Y-%m-%dT%H:%M:%S}"


async def test_secrets_overlap_while_a_vendor_changes_over(identity: Identity) -> None:
    ada = await staffed(identity)
    old = await made(ada)
    renewed = await ada.post("/clients/vue-results/secrets", overlap_hours=2)
    new = renewed.json()["secret"]
    assert new != old
    assert len(renewed.json()["client"]["secrets"]) == 2
    assert [(await token(identity, one)).status_code for one in (old, new)] == [200, 200]
    identity.clock.advance(timedelta(hours=2, seconds=1))
    assert [(await token(identity, one)).status_code for one in (old, new)] == [401, 200]
    # At once, when the old one has got about.
    ada = await staffed(identity, "bob@example.com")
    newest = (await ada.post("/clients/vue-results/secrets", overlap_hours=720)).json()["secret"]
    secrets = (await ada.get("/clients/vue-results")).json()["secrets"]
    ended = await ada.ask("DELETE", f"/clients/vue-results/secrets/{secrets[0]['secret_id']}")
    assert [one["secret_id"] for one in ended.json()["secrets"]] == [secrets[1]["secret_id"]]
    assert [(await token(identity, one)).status_code for one in (new, newest)] == [401, 200]
    twice = await ada.ask("DELETE", f"/clients/vue-results/secrets/{secrets[0]['secret_id']}")
    assert twice.status_code == 404
    too_long = await ada.post("/clients/vue-results/secrets", overlap_hours=721)
    assert too_long.json()["errors"][0]["field"] == "overlap_hours"


async def test_a_changed_client_may_do_what_is_said_then(identity: Identity) -> None:
    ada = await staffed(identity)
    secret = await made(ada)
    change = {**NEW, "scopes": ["credits:write"], "addresses": ["192.0.2.0/24"]}
    change.pop("client_id"), change.pop("vendor")
    changed = await ada.put("/clients/vue-results", **change)
    assert changed.status_code == 200, changed.text
    assert (await token(identity, secret)).status_code == 401
    form = {"grant_type": "client_credentials", "client_id": "vue-results"}
    given = await identity.http.post(
        "/oauth/token",
        data={**form, "client_secret": secret},
        headers={"X-Forwarded-For": "192.0.2.7"},
    )
    assert given.json()["scope"] == "credits:write"
    said = (await ada.audit(action="client.changed"))[0]["details"]
    assert said["before"]["scopes"] == ["results:write"]
    assert said["after"]["addresses"] == ["192.0.2.0/24"]
    for field, wrong in (
        ("scopes", ["staff:write"]),
        ("scopes", []),
        ("programmes", ["nowhere"]),
        ("addresses", ["192.0.2.1/24"]),
        ("name", "two\nlines"),
    ):
        refused = await ada.put("/clients/vue-results", **{**change, field: wrong})
        assert refused.status_code in (403, 422), field
        assert refused.json()["errors"][0]["field"].startswith(field), field


async def test_a_revoked_client_gets_no_token(identity: Identity) -> None:
    ada = await staffed(identity)
    secret = await made(ada)
    revoked = await ada.post("/clients/vue-results/revoke", reason="The contract has ended.")
    assert (revoked.json()["active"], bool(revoked.json()["revoked_at"])) == (False, True)
    assert (await token(identity, secret)).status_code == 401
    assert (await ada.post("/clients/vue-results/revoke", reason="again")).status_code == 200
    assert (await ada.post("/clients/vue-results/secrets", overlap_hours=1)).status_code == 409
    (said,) = await ada.audit(action="client.revoked")
    assert said["details"]["reason"] == "The contract has ended."


async def test_clients_of_other_programmes_are_not_ones_own(identity: Identity) -> None:
    both = await staffed(identity, "both@example.com", programmes=("cisco", "juniper"))
    await made(both, programmes=["cisco", "juniper"])
    await made(both, programmes=["juniper"], client_id="juniper-only")
    ada = await staffed(identity)
    seen = (await ada.get("/clients")).json()
    assert [(one["client_id"], one["yours"]) for one in seen] == [("vue-results", False)]
    assert (await ada.get("/clients", programme="juniper")).status_code == 403
    for path in ("/clients/juniper-only", "/clients/nobody"):
        assert (await ada.get(path)).status_code == 404, path
    revoked = await ada.post("/clients/juniper-only/revoke", reason="mischief")
    assert revoked.status_code == 404
    # What is shared is changed by those who administer it in all of its programmes.
    shared = await ada.post("/clients/vue-results/revoke", reason="mischief")
    assert shared.status_code == 403
    grab = await ada.post("/clients", **{**NEW, "client_id": "grab", "programmes": ["juniper"]})
    assert grab.status_code == 403
    assert grab.json()["errors"][0]["field"] == "programmes"


async def test_a_secret_is_made_only_soon_after_signing_in(identity: Identity) -> None:
    ada = await staffed(identity)
    identity.clock.advance(timedelta(minutes=20))
    refused = await ada.post("/clients", **NEW)
    assert refused.json()["type"].endswith("/reauthentication-required")
