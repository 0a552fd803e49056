"""Passkeys: made, shown alone and as a second step, and everything that is refused."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from shared.auth import Principal
from shared.events import AccountNoticed
from tests.services.identity.authenticator import Authenticator
from tests.services.identity.conftest import Identity
from tests.services.identity.factoring import finish, jane, sam, sign_staff_in

ID = "CSCO10000000"


async def alone(
    identity: Identity, device: Authenticator, programme: str = "cisco", **how: Any
) -> httpx2.Response:
    """Sign in with a passkey and nothing else."""
    asked = await begin(identity, programme)
    credential = device.get(asked["options"], **how)
    return await show(identity, asked["challenge"], credential, programme)


async def begin(identity: Identity, programme: str = "cisco") -> Any:
    return (await identity.post("/sessions/passkey/options", {"programme": programme})).json()


async def show(
    identity: Identity, challenge: str, credential: Any, programme: str = "cisco"
) -> httpx2.Response:
    body = {"programme": programme, "challenge": challenge, "credential": credential}
    return await identity.post("/sessions/passkey", body)


async def principal(identity: Identity, answer: httpx2.Response) -> Principal:
    found: Principal = await identity.app.state.keys.verify(answer.json()["access_token"])
    return found


@pytest.mark.parametrize(("synced", "method"), [(False, "hwk"), (True, "swk")])
async def test_a_passkey_alone_signs_in(identity: Identity, synced: bool, method: str) -> None:
    owner = await jane(identity)
    device = Authenticator(synced=synced, counting=not synced)
    added = await owner.add_passkey(device, "  Jane's \t phone ")
    assert added.status_code == 201
    assert len(added.json()["recovery_codes"]) == 10
    asked = await begin(identity)
    assert asked["options"]["rpId"] == "localhost"
    assert asked["options"]["userVerification"] == "required"
    assert asked["options"]["allowCredentials"] == []
    for _ in range(2):
        answer = await alone(identity, device)
        assert answer.status_code == 200, answer.text
        assert answer.json()["principal"]["subject"] == ID
        assert (await principal(identity, answer)).methods == {method}
    (kept,) = (await owner.get("/security"))["passkeys"]
    assert kept["name"] == "Jane's phone"
    assert kept["synced"] is synced
    assert kept["last_used_at"]


async def test_a_passkey_is_the_second_step(identity: Identity) -> None:
    owner = await jane(identity)
    device = Authenticator()
    await owner.add_passkey(device)
    asked = (await identity.sign_in(ID)).json()
    assert asked["methods"] == ["passkey", "recovery_code"]
    answer = await finish(identity, asked["challenge"], credential=device.get(asked["passkey"]))
    assert answer.status_code == 200
    assert (await principal(identity, answer)).methods == {"pwd", "hwk"}


async def test_another_device_makes_another_passkey_of_the_same_person(identity: Identity) -> None:
    owner = await jane(identity)
    one, two = Authenticator(), Authenticator()
    await owner.add_passkey(one)
    asked = (await owner.ask("POST", "/security/passkeys/options")).json()["options"]
    assert len(asked["excludeCredentials"]) == 1
    await owner.add_passkey(two)
    assert one.handle == two.handle
    for device in (one, two):
        assert (await alone(identity, device)).status_code == 200
    kept = (await owner.get("/security"))["passkeys"]
    body = {"name": "Office"}
    path = f"/security/passkeys/{kept[0]['id']}"
    assert (await owner.ask("PUT", path, body)).status_code == 204
    for bad in ("", "   ", "x" * 61, "a\x00b"):
        assert (await owner.ask("PUT", path, {"name": bad})).status_code == 422, bad
    assert (await owner.get("/security"))["passkeys"][0]["name"] == "Office"
    assert (await owner.ask("DELETE", path)).status_code == 204
    assert (await alone(identity, one)).status_code == 403
    assert (await alone(identity, two)).status_code == 200


async def test_a_copy_is_noticed(identity: Identity) -> None:
    owner = await jane(identity)
    device = Authenticator()
    await owner.add_passkey(device)
    copy = Authenticator(id=device.id, handle=device.handle, key=device.key)
    for _ in range(3):
        assert (await alone(identity, device)).status_code == 200
    answer = await alone(identity, copy)
    assert answer.status_code == 403
    assert answer.json()["reason"] == "copied"
    asked = (await identity.sign_in(ID)).json()
    second = await finish(identity, asked["challenge"], credential=copy.get(asked["passkey"]))
    assert second.status_code == 403
    await identity.settle()
    notices = [event.notice for event in identity.of_type(AccountNoticed)]
    assert notices.count("passkey_copied") == 2
    assert (await alone(identity, device)).status_code == 200


async def test_what_is_refused(identity: Identity) -> None:
    owner = await jane(identity)
    device = Authenticator()
    await owner.add_passkey(device)

    # Of another site, though with the right key.
    phished = await alone(identity, device, origin="http://localhost:9999")
    assert phished.status_code == 403
    # For another site's name.
    asked = await begin(identity)
    elsewhere = device.get({**asked["options"], "rpId": "evil.example"})
    assert (await show(identity, asked["challenge"], elsewhere)).status_code == 403
    # Without a fingerprint or a PIN.
    device.verified = False
    assert (await alone(identity, device)).status_code == 403
    device.verified = True
    # Signed with another key.
    forged = Authenticator(id=device.id, handle=device.handle, count=50)
    assert (await alone(identity, forged)).status_code == 403
    # Of another account, says the handle.
    other = Authenticator(id=device.id, handle=b"somebody else", key=device.key, count=60)
    assert (await alone(identity, other)).status_code == 403
    # Unknown.
    assert (await alone(identity, Authenticator())).status_code == 403
    # At another programme's door.
    assert (await alone(identity, device, "juniper")).status_code == 403
    # No passkey's answer at all.
    for nonsense in ({}, {"id": 1}, {"id": "x", "rawId": "x", "response": {}, "type": "a"}):
        asked = await begin(identity)
        assert (await show(identity, asked["challenge"], nonsense)).status_code == 403
    assert (await alone(identity, device)).status_code == 200


async def test_a_challenge_is_answered_once_in_time_and_by_its_own(identity: Identity) -> None:
    owner = await jane(identity)
    device = Authenticator(counting=False)
    await owner.add_passkey(device)
    asked = await begin(identity)
    credential = device.get(asked["options"])
    assert (await show(identity, asked["challenge"], credential)).status_code == 200
    assert (await show(identity, asked["challenge"], credential)).status_code == 410
    # The answer to one challenge is none to another.
    fresh = await begin(identity)
    assert (await show(identity, fresh["challenge"], credential)).status_code == 403
    late = await begin(identity)
    identity.clock.advance(timedelta(minutes=11))
    expired = await show(identity, late["challenge"], device.get(late["options"]))
    assert expired.status_code == 410
    # What was begun for one purpose serves no other.
    asked = (await identity.sign_in(ID)).json()
    mixed = await show(identity, asked["challenge"], device.get(asked["passkey"]))
    assert mixed.status_code == 410


async def test_another_persons_passkey_is_no_second_step(identity: Identity) -> None:
    owner = await jane(identity)
    await owner.add_passkey(Authenticator())
    bert_id = await identity.candidate_with_password("T2")
    bert = owner.__class__(identity, bert_id, "", "")
    signed_in = (await identity.sign_in(bert_id)).json()
    bert.access = signed_in["access_token"]
    device = Authenticator()
    assert (await bert.add_passkey(device)).status_code == 201
    asked = (await identity.sign_in(ID)).json()
    answer = await finish(identity, asked["challenge"], credential=device.get(asked["passkey"]))
    assert answer.status_code == 403
    # Nor can it be taken over, named or removed by another.
    again = await owner.add_passkey(Authenticator(id=device.id, key=device.key))
    assert again.status_code == 403
    (kept,) = (await bert.get("/security"))["passkeys"]
    path = f"/security/passkeys/{kept['id']}"
    assert (await owner.ask("PUT", path, {"name": "mine"})).status_code == 404
    assert (await owner.ask("DELETE", path)).status_code == 404
    assert (await alone(identity, device)).json()["principal"]["subject"] == bert_id


async def test_making_one_is_bound_to_session_challenge_and_site(identity: Identity) -> None:
    owner = await jane(identity)
    device = Authenticator()

    async def ask() -> Any:
        return (await owner.ask("POST", "/security/passkeys/options")).json()

    async def keep(challenge: str, credential: Any) -> int:
        body = {"challenge": challenge, "credential": credential, "name": "Key"}
        return (await owner.ask("POST", "/security/passkeys", body)).status_code

    asked = await ask()
    phished = device.create(asked["options"], origin="https://evil.example")
    assert await keep(asked["challenge"], phished) == 403
    one, two = await ask(), await ask()
    assert await keep(one["challenge"], device.create(two["options"])) == 403
    asked = await ask()
    device.verified = False
    assert await keep(asked["challenge"], device.create(asked["options"])) == 403
    device.verified = True
    asked = await ask()
    identity.clock.advance(timedelta(minutes=11))
    assert await keep(asked["challenge"], device.create(asked["options"])) == 410
    assert (await owner.get("/security"))["passkeys"] == []


async def test_an_account_has_ten_passkeys_at_most(identity: Identity) -> None:
    owner = await jane(identity)
    for _ in range(10):
        assert (await owner.add_passkey(Authenticator())).status_code == 201
    answer = await owner.ask("POST", "/security/passkeys/options")
    assert answer.status_code == 409


async def test_staff_have_passkeys_and_a_door_of_their_own(identity: Identity) -> None:
    owner = await sam(identity)
    device = Authenticator()
    assert (await owner.add_passkey(device)).status_code == 201
    assert (await alone(identity, device)).status_code == 403
    asked = (await identity.post("/staff/sessions/passkey/options", None)).json()
    body = {"challenge": asked["challenge"], "credential": device.get(asked["options"])}
    answer = await identity.post("/staff/sessions/passkey", body)
    assert answer.status_code == 200
    assert answer.json()["principal"]["kind"] == "staff"
    assert (await sign_staff_in(identity)).status_code == 403
