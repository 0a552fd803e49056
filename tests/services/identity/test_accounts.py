"""A candidate's account as those see it who help, and what they can do about it."""

from webauthn.helpers import bytes_to_base64url

from services.identity.models import CodeApp, Passkey, RecoveryCode
from services.identity.tokens import hash_of
from shared.events import AccountNoticed
from shared.ids import uuid7
from tests.services.identity.conftest import PASSWORD, Identity
from tests.services.identity.staff import staffed

ACCOUNT = "/candidates/cisco/CSCO10000000/account"


async def with_factors(identity: Identity, kind: str, subject: str) -> None:
    """Give somebody a passkey, a code app and two recovery codes, one of them used."""
    now = identity.clock.now()
    mine = {"kind": kind, "subject": subject, "created_at": now}
    async with identity.here.database.transaction() as session:
        session.add(
            Passkey(
                **mine,
                credential_id=bytes_to_base64url(uuid7().bytes),
                public_key="aw",
                user_handle="aA",
                sign_count=0,
                transports=[],
                synced=False,
                name="Ann's phone",
            )
        )
        session.add(CodeApp(**mine, secret_jwe="x", confirmed_at=now, last_step=0))
        session.add(RecoveryCode(**mine, code_hash=hash_of(subject, "1")))
        session.add(RecoveryCode(**mine, code_hash=hash_of(subject, "2"), used_at=now))


async def test_the_account_is_shown_without_a_secret(identity: Identity) -> None:
    await identity.candidate_with_password()
    await identity.sign_in("CSCO10000000", address="192.0.2.1")
    await with_factors(identity, "candidate", "CSCO10000000")
    sue = await staffed(identity, "sue@example.com", roles=("support",))
    account = (await sue.get(ACCOUNT)).json()
    assert account["has_password"]
    (email,) = account["emails"]
    assert (email["email"], email["primary"]) == ("T1@example.com", True)
    (session,) = account["sessions"]
    assert session["address"] == "192.0.2.1"
    assert [one["name"] for one in account["passkeys"]] == ["Ann's phone"]
    assert account["code_app_since"]
    assert account["recovery_codes_left"] == 1
    assert [one["state"] for one in account["links"]] == ["used"]
    # Others read nothing, and who only reads changes nothing.
    reviewer = await staffed(identity, "rae@example.com", roles=("reviewer",))
    assert (await reviewer.get(ACCOUNT)).status_code == 403
    manager = await staffed(identity, "max@example.com", roles=("programme_manager",))
    assert (await manager.get(ACCOUNT)).status_code == 200
    ended = await manager.post(f"{ACCOUNT}/sessions/end", reason="asked for it")
    assert ended.status_code == 403
    for path in ("/candidates/cisco/CSCO10000099/account", "/candidates/juniper/X/account"):
        assert (await sue.get(path)).status_code in (403, 404), path


async def test_sessions_are_ended_for_a_reason(identity: Identity) -> None:
    await identity.candidate_with_password()
    session = (await identity.sign_in("CSCO10000000")).json()
    sue = await staffed(identity, "sue@example.com", roles=("support",))
    without = await sue.post(f"{ACCOUNT}/sessions/end")
    assert without.json()["errors"][0]["field"] == "reason"
    ended = await sue.post(f"{ACCOUNT}/sessions/end", reason="A telephone was stolen.")
    assert (ended.status_code, ended.json()["sessions"]) == (200, [])
    refresh = {"refresh_token": session["refresh_token"]}
    assert (await identity.post("/sessions/refresh", refresh)).status_code == 401
    await identity.settle()
    assert identity.of_type(AccountNoticed)[-1].notice == "sessions_ended"
    ada = await staffed(identity)
    (said,) = await ada.audit(action="sessions.ended")
    assert said["details"] == {"sessions": 1, "reason": "A telephone was stolen."}
    unknown = await sue.post("/candidates/cisco/CSCO10000099/account/sessions/end", reason="who?")
    assert unknown.status_code == 404


async def test_lost_second_factors_are_taken_away(identity: Identity) -> None:
    await identity.candidate_with_password()
    await with_factors(identity, "candidate", "CSCO10000000")
    sue = await staffed(identity, "sue@example.com", roles=("support",))
    half = await identity.sign_in("CSCO10000000")
    assert half.json()["type"].endswith("/second-factor-required")
    reset = await sue.post(f"{ACCOUNT}/second-factors/reset", reason="Lost the telephone.")
    account = reset.json()
    assert (account["passkeys"], account["code_app_since"]) == ([], None)
    assert (account["recovery_codes_left"], account["has_password"]) == (0, True)
    assert (await identity.sign_in("CSCO10000000")).status_code == 200
    await identity.settle()
    told = identity.of_type(AccountNoticed)[-1]
    assert (told.notice, told.details) == ("second_factor_reset", {"reason": "Lost the telephone."})
    ada = await staffed(identity)
    (said,) = await ada.audit(action="second_factor.reset")
    assert said["details"]["passkeys"] == 1
    assert said["by_id"] == sue.staff_id


async def test_staff_who_have_lost_theirs_are_helped_by_an_administrator(
    identity: Identity,
) -> None:
    ada = await staffed(identity)
    sam = await staffed(identity, "sam@example.com", roles=("support",))
    await with_factors(identity, "staff", sam.staff_id)
    assert (await ada.member(sam.staff_id))["second_factors"] == 2
    path = f"/staff/members/cisco/{sam.staff_id}/second-factors/reset"
    reset = await ada.post(path, reason="Lost the telephone.")
    assert (reset.status_code, reset.json()["second_factors"]) == (200, 0)
    body = {"login": "sam@example.com", "password": PASSWORD}
    assert (await identity.post("/staff/sessions", body)).status_code == 200


async def test_a_link_is_sent_again(identity: Identity) -> None:
    await identity.candidate_with_password()
    sue = await staffed(identity, "sue@example.com", roles=("support",))
    sent = await sue.post(f"{ACCOUNT}/link")
    assert sent.status_code == 202
    assert [one["state"] for one in sent.json()["links"]] == ["open", "used"]
    await identity.settle()
    assert identity.link().purpose == "forgotten"
