"""Recent authentication: who changes how they sign in has just shown who they are."""

from datetime import timedelta
from typing import Any

from shared.auth import Principal
from tests.services.identity.authenticator import Authenticator
from tests.services.identity.conftest import PASSWORD, Identity, running, settings_for
from tests.services.identity.factoring import Owner, finish, jane, sam, sign_staff_in

CHANGES = (
    ("PUT", "/security/password", {"password": "eleven dry socks"}),
    ("POST", "/security/passkeys/options", None),
    ("POST", "/security/passkeys", {"challenge": "x", "credential": {}, "name": "Key"}),
    ("DELETE", "/security/passkeys/01930000-0000-7000-8000-000000000002", None),
    ("POST", "/security/code-app", None),
    ("POST", "/security/code-app/confirm", {"code": "123456"}),
    ("DELETE", "/security/code-app", None),
    ("POST", "/security/recovery-codes", None),
)


async def confirm(owner: Owner, **shown: Any) -> int:
    """Confirm that it is still the same person; keep the new token."""
    answer = await owner.ask("POST", "/sessions/confirm", shown)
    if answer.status_code == 200:
        owner.access = answer.json()["access_token"]
    return int(answer.status_code)


async def says(owner: Owner) -> Principal:
    found: Principal = await owner.identity.app.state.keys.verify(owner.access)
    return found


async def may_change(owner: Owner) -> bool:
    answer = await owner.ask("POST", "/security/code-app")
    if answer.status_code == 403:
        assert answer.json()["type"].endswith("/reauthentication-required")
    return bool(answer.status_code == 200)


async def test_every_change_needs_a_recent_proof(identity: Identity) -> None:
    owner = await jane(identity)
    identity.clock.advance(timedelta(minutes=16))
    for method, path, body in CHANGES:
        answer = await owner.ask(method, path, body)
        assert answer.status_code == 403, path
        assert answer.json()["type"].endswith("/reauthentication-required"), path
    # Looking, and closing what is open, needs none.
    assert (await owner.ask("GET", "/security")).status_code == 200
    assert (await owner.ask("POST", "/sessions/end-others")).status_code == 200


async def test_the_password_confirms(identity: Identity) -> None:
    owner = await jane(identity)
    identity.clock.advance(timedelta(minutes=14))
    assert await may_change(owner)
    identity.clock.advance(timedelta(minutes=2))
    assert not await may_change(owner)
    assert await confirm(owner, password="not this one") == 403
    assert not await may_change(owner)
    assert await confirm(owner, password=PASSWORD) == 200
    assert await may_change(owner)
    # Refreshing does not renew the proof.
    identity.clock.advance(timedelta(minutes=16))
    body = {"refresh_token": owner.refresh}
    owner.access = (await identity.post("/sessions/refresh", body)).json()["access_token"]
    assert not await may_change(owner)


async def test_a_code_and_a_passkey_confirm(identity: Identity) -> None:
    owner = await jane(identity)
    app, _ = await owner.add_code_app()
    device = Authenticator()
    await owner.add_passkey(device)
    assert (await says(owner)).methods == {"pwd", "otp", "hwk"}
    identity.clock.advance(timedelta(minutes=16))
    assert await confirm(owner, code=app.at(identity.clock.now())) == 200
    assert await may_change(owner)
    identity.clock.advance(timedelta(minutes=16))
    ways = (await owner.ask("POST", "/sessions/confirm/options")).json()
    assert (ways["password"], ways["code"]) == (True, True)
    asked = ways["passkey"]
    shown = {"challenge": asked["challenge"], "credential": device.get(asked["options"])}
    assert await confirm(owner, **shown) == 200
    assert await may_change(owner)
    assert await confirm(owner, **shown) == 410
    bads: list[dict[str, Any]] = [{}, {"password": "x", "code": "1"}, {"credential": {}}]
    for bad in bads:
        assert await confirm(owner, **bad) == 422


async def test_guessing_at_an_open_screen_is_slowed_down(identity: Identity) -> None:
    owner = await jane(identity)
    statuses = [await confirm(owner, password=f"guess {number}") for number in range(7)]
    assert statuses == [403] * 6 + [429]


async def test_an_ended_session_changes_nothing_more(identity: Identity) -> None:
    owner = await jane(identity)
    await identity.post("/sessions/end", {"refresh_token": owner.refresh})
    assert not await may_change(owner)
    assert await confirm(owner, password=PASSWORD) == 401


async def test_tokens_tell_when_and_with_what(identity: Identity) -> None:
    owner = await jane(identity)
    first = await says(owner)
    assert first.methods == {"pwd"}
    assert first.authenticated_at == identity.clock.now().replace(microsecond=0)
    assert first.session_id
    identity.clock.advance(timedelta(minutes=5))
    body = {"refresh_token": owner.refresh}
    owner.access = (await identity.post("/sessions/refresh", body)).json()["access_token"]
    assert (await says(owner)).authenticated_at == first.authenticated_at
    assert (await says(owner)).methods == first.methods


async def test_staff_without_a_second_factor_may_only_set_one_up(database_url: str) -> None:
    strict = settings_for(database_url, staff_second_factor="required")
    async with running(strict) as identity:
        owner = await sam(identity)
        for path in ("/candidates?programme=cisco", "/candidates/cisco/CSCO10000000"):
            answer = await owner.ask("GET", path)
            assert answer.status_code == 403
            assert answer.json()["type"].endswith("/second-factor-setup-required")
        assert (await says(owner)).limited
        assert (await says(owner)).scopes == frozenset()
        body = {"refresh_token": owner.refresh}
        again = (await identity.post("/sessions/refresh", body)).json()
        owner.access = again["access_token"]
        assert (await says(owner)).limited
        assert (await owner.get("/security"))["second_factor_required"]
        _, added = await owner.add_code_app()
        # From here on, in this session too.
        assert not (await says(owner)).limited
        assert (await owner.ask("GET", "/candidates?programme=cisco")).status_code == 200
        # The last one cannot be taken away.
        assert (await owner.ask("DELETE", "/security/code-app")).status_code == 409
        assert (await owner.get("/security"))["code_app"]
        assert (await owner.get("/security"))["recovery_codes_left"] == 10
        asked = (await sign_staff_in(identity)).json()
        assert asked["methods"] == ["code", "recovery_code"]
        code = added.json()["recovery_codes"][0]
        done = await finish(identity, asked["challenge"], recovery_code=code)
        owner.access = done.json()["access_token"]
        assert not (await says(owner)).limited
        assert (await owner.add_passkey(Authenticator())).status_code == 201
        assert (await owner.ask("DELETE", "/security/code-app")).status_code == 204
