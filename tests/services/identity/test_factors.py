"""Second factors: passkeys, code apps and recovery codes, set up, shown, refused, taken away."""

import asyncio
from datetime import timedelta

import pyotp

from shared.events import AccountNoticed
from tests.services.identity.authenticator import Authenticator
from tests.services.identity.conftest import PASSWORD, Identity, running, settings_for
from tests.services.identity.factoring import Owner, finish, jane

ID = "CSCO10000000"


async def half_in(identity: Identity) -> dict[str, object]:
    """Sign in with the password and return what is asked for next."""
    answer = await identity.sign_in(ID)
    assert answer.status_code == 403, answer.text
    problem: dict[str, object] = answer.json()
    assert str(problem["type"]).endswith("/second-factor-required")
    return problem


async def told(identity: Identity) -> list[str]:
    await identity.settle()
    return [event.notice for event in identity.of_type(AccountNoticed)]


async def test_a_code_app_is_set_up_and_then_asked_for(identity: Identity) -> None:
    owner = await jane(identity)
    begun = (await owner.ask("POST", "/security/code-app")).json()
    assert begun["uri"].startswith("otpauth://totp/")
    assert f"secret={begun['secret']}" in begun["uri"]
    # Nothing counts before a code has been shown.
    assert (await identity.sign_in(ID)).status_code == 200
    wrong = await owner.ask("POST", "/security/code-app/confirm", {"code": "000000"})
    assert wrong.status_code == 403
    assert (await identity.sign_in(ID)).status_code == 200
    app, added = await owner.add_code_app()
    codes = added.json()["recovery_codes"]
    assert len(codes) == len(set(codes)) == 10
    asked = await half_in(identity)
    assert asked["methods"] == ["code", "recovery_code"]
    assert asked["passkey"] is None
    identity.clock.advance(timedelta(seconds=30))
    challenge = str(asked["challenge"])
    done = await finish(identity, challenge, code=app.at(identity.clock.now()))
    assert done.status_code == 200
    security = await owner.get("/security")
    assert security["code_app"]["last_used_at"]
    assert security["recovery_codes_left"] == 10
    assert await told(identity) == ["code_app_added"]
    notice = identity.of_type(AccountNoticed)[0]
    assert notice.details["device"] == "Chrome on Linux"


async def test_secrets_and_codes_are_not_kept_in_the_clear(identity: Identity) -> None:
    owner = await jane(identity)
    app, added = await owner.add_code_app()
    kept = repr(await identity.rows("SELECT * FROM code_apps"))
    kept += repr(await identity.rows("SELECT * FROM recovery_codes"))
    kept += repr(await identity.rows("SELECT * FROM challenges"))
    asked = await half_in(identity)
    kept += repr(await identity.rows("SELECT * FROM challenges"))
    for secret in (app.secret, *added.json()["recovery_codes"], str(asked["challenge"])):
        assert secret not in kept
        assert secret.replace("-", "") not in kept


async def test_a_code_is_taken_once_and_not_from_long_ago(identity: Identity) -> None:
    owner = await jane(identity)
    app, _ = await owner.add_code_app()
    now = identity.clock.now
    challenge = str((await half_in(identity))["challenge"])
    # The code that confirmed the app is used up.
    assert (await finish(identity, challenge, code=app.at(now()))).status_code == 403
    identity.clock.advance(timedelta(seconds=90))
    stale = app.at(now() - timedelta(seconds=60))
    assert (await finish(identity, challenge, code=stale)).status_code == 403
    # A phone may be a step behind, and people type blanks.
    late = app.at(now() - timedelta(seconds=30))
    assert (await finish(identity, challenge, code=f"{late[:3]} {late[3:]}")).status_code == 200
    again = str((await half_in(identity))["challenge"])
    assert (await finish(identity, again, code=late)).status_code == 403
    answers = await asyncio.gather(*(finish(identity, again, code=app.at(now())) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers).count(200) == 1


async def test_a_step_is_taken_once_and_within_ten_minutes(identity: Identity) -> None:
    owner = await jane(identity)
    app, _ = await owner.add_code_app()
    identity.clock.advance(timedelta(minutes=1))
    challenge = str((await half_in(identity))["challenge"])
    code = app.at(identity.clock.now())
    assert (await finish(identity, challenge, code=code)).status_code == 200
    replayed = await finish(identity, challenge, code=code)
    assert replayed.status_code == 410
    challenge = str((await half_in(identity))["challenge"])
    identity.clock.advance(timedelta(minutes=11))
    late = await finish(identity, challenge, code=app.at(identity.clock.now()))
    assert late.status_code == 410
    assert (await finish(identity, "never-begun", code="123456")).status_code == 410


async def test_a_step_shows_one_thing(identity: Identity) -> None:
    for shown in ({}, {"code": "1", "recovery_code": "2"}, {"code": ""}, {"credential": [1]}):
        answer = await finish(identity, "x", **shown)
        assert answer.status_code == 422, shown
    endless = {"credential": {"id": "x" * 20_000}}
    assert (await finish(identity, "x", **endless)).status_code == 422


async def test_guessing_codes_is_slowed_down(identity: Identity) -> None:
    owner = await jane(identity)
    await owner.add_code_app()
    challenge = str((await half_in(identity))["challenge"])
    answers = [await finish(identity, challenge, code=f"{number:06}") for number in range(7)]
    assert [answer.status_code for answer in answers] == [403] * 6 + [429]
    # A fresh step does not give fresh tries.
    challenge = str((await half_in(identity))["challenge"])
    slowed = await finish(identity, challenge, code="123456")
    assert slowed.status_code == 429
    assert "another of your ways" in slowed.json()["detail"]


async def test_a_recovery_code_lets_in_once(identity: Identity) -> None:
    owner = await jane(identity)
    _, added = await owner.add_code_app()
    code = added.json()["recovery_codes"][3]
    challenge = str((await half_in(identity))["challenge"])
    typed = f" {code.lower().replace('-', ' ')} "
    done = await finish(identity, challenge, recovery_code=typed)
    assert done.status_code == 200
    assert (await owner.get("/security"))["recovery_codes_left"] == 9
    challenge = str((await half_in(identity))["challenge"])
    assert (await finish(identity, challenge, recovery_code=code)).status_code == 403
    assert "recovery_code_used" in await told(identity)
    assert identity.of_type(AccountNoticed)[-1].details["left"] == "9"
    # New ones void the others.
    fresh = (await owner.ask("POST", "/security/recovery-codes")).json()["recovery_codes"]
    old = added.json()["recovery_codes"][5]
    assert (await finish(identity, challenge, recovery_code=old)).status_code == 403
    assert (await finish(identity, challenge, recovery_code=fresh[0])).status_code == 200


async def test_another_persons_recovery_code_is_worth_nothing(identity: Identity) -> None:
    owner = await jane(identity)
    await owner.add_code_app()
    other_id = await identity.candidate_with_password("T2")
    signed_in = (await identity.sign_in(other_id)).json()
    other = Owner(identity, other_id, signed_in["access_token"], signed_in["refresh_token"])
    _, added = await other.add_code_app()
    challenge = str((await half_in(identity))["challenge"])
    code = added.json()["recovery_codes"][0]
    assert (await finish(identity, challenge, recovery_code=code)).status_code == 403


async def test_removing_the_last_factor_voids_the_recovery_codes(identity: Identity) -> None:
    owner = await jane(identity)
    assert (await owner.ask("DELETE", "/security/code-app")).status_code == 404
    assert (await owner.ask("POST", "/security/recovery-codes")).status_code == 404
    await owner.add_code_app()
    device = Authenticator()
    # Recovery codes come with the first factor only.
    assert (await owner.add_passkey(device)).json()["recovery_codes"] == []
    assert (await owner.ask("DELETE", "/security/code-app")).status_code == 204
    asked = await half_in(identity)
    assert asked["methods"] == ["passkey", "recovery_code"]
    (passkey,) = (await owner.get("/security"))["passkeys"]
    path = f"/security/passkeys/{passkey['id']}"
    assert (await owner.ask("DELETE", path)).status_code == 204
    assert (await owner.ask("DELETE", path)).status_code == 404
    assert (await identity.sign_in(ID)).status_code == 200
    assert await identity.scalar("SELECT count(*) FROM recovery_codes") == 0
    assert await told(identity) == [
        "code_app_added",
        "passkey_added",
        "code_app_removed",
        "passkey_removed",
    ]


async def test_an_app_that_counts_stays_until_the_next_is_confirmed(identity: Identity) -> None:
    owner = await jane(identity)
    app, _ = await owner.add_code_app()
    begun = (await owner.ask("POST", "/security/code-app")).json()
    identity.clock.advance(timedelta(minutes=1))
    challenge = str((await half_in(identity))["challenge"])
    code = pyotp.TOTP(begun["secret"]).at(identity.clock.now())
    assert (await finish(identity, challenge, code=code)).status_code == 403
    right = app.at(identity.clock.now())
    assert (await finish(identity, challenge, code=right)).status_code == 200
    assert (
        await owner.ask("POST", "/security/code-app/confirm", {"code": code})
    ).status_code == 201
    identity.clock.advance(timedelta(minutes=1))
    challenge = str((await half_in(identity))["challenge"])
    old = app.at(identity.clock.now())
    assert (await finish(identity, challenge, code=old)).status_code == 403


async def test_a_password_by_link_does_not_go_round_the_second_step(identity: Identity) -> None:
    owner = await jane(identity)
    await owner.add_code_app()
    await identity.post("/sign-in-links", {"programme": "cisco", "email": "T1@example.com"})
    await identity.settle()
    body = {"token": identity.link().token, "password": PASSWORD + " more"}
    assert (await identity.post("/sign-in-links/redeem", body)).status_code == 200
    assert (await identity.sign_in(ID, PASSWORD + " more")).status_code == 403


async def test_another_secret_closes_codes_unless_the_one_before_is_said(
    database_url: str,
) -> None:
    first, second = "first secret of this house 0123456789", "the next one, 0123456789 0123456789"
    async with running(settings_for(database_url, key_encryption_secret=first)) as identity:
        owner = await jane(identity)
        app, added = await owner.add_code_app()
        codes = added.json()["recovery_codes"]
    both = {"key_encryption_secret": second, "key_encryption_secret_before": first}
    for secrets, status in (({"key_encryption_secret": second}, 403), (both, 200)):
        async with running(settings_for(database_url, **secrets)) as identity:
            identity.clock.advance(timedelta(minutes=5))
            challenge = str((await half_in(identity))["challenge"])
            code = app.at(identity.clock.now())
            assert (await finish(identity, challenge, code=code)).status_code == status
            challenge = str((await half_in(identity))["challenge"])
            answer = await finish(identity, challenge, recovery_code=codes[0])
            assert answer.status_code == status
