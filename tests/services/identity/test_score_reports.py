"""First login by score report: last name, registration number, and a new address to prove."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias

import pytest

from services.identity.domain.score_reports import same_name
from shared.envelope import Message, encode
from shared.events import (
    CandidateUpdated,
    Contact,
    ExamFailed,
    ExamPassed,
    ResultHeld,
    ResultRevoked,
)
from shared.ids import uuid7
from tests.services.identity.conftest import PASSWORD, Identity, registration
from tests.services.identity.factoring import jane
from tests.services.identity.proving import (
    ann,
    check,
    follow,
    named,
    person,
    proofs,
    show_report,
    signed_in,
    told,
)

NEW = "ann@new.example"


Heard: TypeAlias = ExamPassed | ExamFailed | ResultHeld | ResultRevoked


async def learn(identity: Identity, *events: Heard) -> None:
    """Deliver results as messages of one type each."""
    for kind in (ExamPassed, ExamFailed, ResultHeld, ResultRevoked):
        of_kind = [one for one in events if isinstance(one, kind)]
        if of_kind:
            body = encode(of_kind, identity.clock.now())
            await identity.bus.send("identity", [Message(uuid7(), kind.type, body)])
    await identity.settle()


def result(kind: type[Heard], candidate_id: str, number: str, **more: Any) -> Heard:
    return kind(
        programme="cisco",
        candidate_id=candidate_id,
        result_id=uuid7(),
        vendor="vue",
        registration_number=number,
        exam_code="200-301",
        exam_date=date(2026, 11, 1),
        received_at=datetime(2026, 11, 2, 10, tzinfo=UTC),
        **more,
    )


async def test_a_matching_report_lets_in_whoever_reads_the_new_address(
    identity: Identity,
) -> None:
    await identity.register(registration("T1"))
    identity.heard.clear()
    assert (await show_report(identity)).status_code == 202
    (proof,) = proofs(identity)
    assert (proof.purpose, proof.contact.email, proof.login_id) == (
        "score_report",
        NEW,
        "CSCO10000000",
    )
    # Until the link is followed nothing has changed and nobody is told.
    assert len(identity.heard) == 1
    opened = (await check(identity, proof.token)).json()
    assert (opened["needs_password"], opened["email"]) == (True, NEW)
    followed = await follow(identity, proof.token, PASSWORD)
    assert followed.json() == {
        "programme": "cisco",
        "login_id": "CSCO10000000",
        "email": NEW,
        "outcome": "updated",
        "case_number": None,
    }
    (update,) = identity.of_type(CandidateUpdated)
    assert update.contact.email == NEW
    assert told(identity) == [("primary_address_changed", "T1@example.com")]
    assert await (await signed_in(identity, NEW)).held() == {NEW: True}
    # The address that was given up opens nothing any more.
    assert (await identity.sign_in("T1@example.com")).status_code == 401


@pytest.mark.parametrize(
    ("registered", "typed"),
    [
        ("García Márquez", "GARCIA MARQUEZ"),
        ("García Márquez", "  garcía   márquez "),
        ("O'Neil", "O’NEIL"),
        ("Smith-Jones", "SMITH JONES"),
        ("Müller", "Mueller"),
        ("Müller", "MULLER"),
        ("Иванов", "Ivanov"),
        ("Ångström", "Aangstroem"),
        ("İnan", "inan"),
        ("Nguyễn", "NGUYEN"),
        ("山田", "山田"),
        ("Weiß", "WEISS"),
    ],
)
def test_a_last_name_is_the_same_in_every_writing(registered: str, typed: str) -> None:
    assert same_name(registered, typed)


@pytest.mark.parametrize(
    ("registered", "typed"), [("Smith", "Smyth"), ("", ""), ("Ng", "N"), ("--", "''"), ("Li", "")]
)
def test_another_last_name_is_another(registered: str, typed: str) -> None:
    assert not same_name(registered, typed)


# The last one is full width, as Japanese keyboards write it.
@pytest.mark.parametrize("number", ["RT1", " rt1 ", "R T1", "\uff32\uff34\uff11"])
async def test_a_number_is_the_same_in_every_writing(identity: Identity, number: str) -> None:
    await identity.register(registration("T1"))
    await show_report(identity, "ng", number)
    assert len(proofs(identity)) == 1


async def test_who_has_one_name_is_found_by_it(identity: Identity) -> None:
    await identity.register(registration("T1", contact=person("Suharto", "", "s@example.com")))
    await show_report(identity, "Suharto")
    assert len(proofs(identity)) == 1


@pytest.mark.parametrize(
    ("family_name", "number", "programme"),
    [("Ngo", "RT1", "cisco"), ("Ng", "RT2", "cisco"), ("Ng", "RT1", "juniper")],
)
async def test_what_does_not_match_is_told_to_the_new_address_only(
    identity: Identity, family_name: str, number: str, programme: str
) -> None:
    await identity.register(registration("T1"))
    identity.heard.clear()
    await show_report(identity, family_name, number, programme=programme)
    assert proofs(identity) == []
    assert told(identity) == [("score_report_unmatched", NEW)]


async def test_numbers_come_with_results_too_in_any_order(identity: Identity) -> None:
    await identity.register(registration("T1"), registration("T2"))
    await learn(
        identity,
        result(ExamPassed, "CSCO10000000", "P1"),
        result(ExamFailed, "CSCO10000000", "F1"),
        # Twice in one batch, and of somebody who is not ours.
        result(ExamPassed, "CSCO10000000", "P1"),
        result(ExamPassed, "CSCO99999999", "P9"),
    )
    await learn(identity, result(ExamPassed, "CSCO10000000", "P1"))
    await identity.register(named("CSCO10000000", "N1"))
    for number in ("P1", "F1", "N1"):
        identity.heard.clear()
        await show_report(identity, "Ng", number, f"{number}@new.example")
        assert [one.login_id for one in proofs(identity)] == ["CSCO10000000"]
    identity.heard.clear()
    await show_report(identity, "Ng", "P9", "p9@new.example")
    assert proofs(identity) == []
    assert await identity.scalar("SELECT count(*) FROM parked") == 0
    assert await identity.scalar("SELECT count(*) FROM registration_numbers") == 5


@pytest.mark.parametrize(("kind", "state"), [(ResultHeld, "held"), (ResultRevoked, "revoked")])
async def test_a_number_is_learned_from_a_result_that_was_held_or_revoked_from_the_start(
    identity: Identity, kind: type[Heard], state: str
) -> None:
    await identity.register(registration("T1"))
    more = {"grade": "pass", "state": state, "changed_at": identity.clock.now(), "version": 2}
    await learn(identity, result(kind, "CSCO10000000", "H1", **more))
    identity.heard.clear()
    await show_report(identity, "Ng", "H1", "h1@new.example")
    assert [one.login_id for one in proofs(identity)] == ["CSCO10000000"]


async def test_two_people_of_one_number_and_one_name_are_not_guessed_at(
    identity: Identity,
) -> None:
    await identity.register(
        registration("T1", registration_number="7"), registration("T2", registration_number="7")
    )
    await show_report(identity, "Ng", "7")
    assert proofs(identity) == []
    # A name that differs decides.
    await identity.register(
        registration("T3", registration_number="7", contact=person("Bo", "Li", "bo@example.com"))
    )
    await show_report(identity, "Li", "7")
    assert [one.login_id for one in proofs(identity)] == ["CSCO10000002"]


async def test_a_refused_password_leaves_the_link_usable(identity: Identity) -> None:
    await identity.register(registration("T1"))
    await show_report(identity)
    token = proofs(identity)[-1].token
    for password in ("short", "ann@new.example", None):
        answer = await follow(identity, token, password)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "password"
    assert (await identity.scalar("SELECT email FROM candidates")) == "T1@example.com"
    assert (await follow(identity, token, PASSWORD)).status_code == 200


async def test_a_link_works_once_and_explains_itself(identity: Identity) -> None:
    await identity.register(registration("T1"))
    await show_report(identity)
    token = proofs(identity)[-1].token
    await follow(identity, token, PASSWORD)
    again = await follow(identity, token, "other seven boots")
    assert (again.status_code, again.json()["reason"]) == (410, "used")
    assert again.json()["programme"] == "cisco"
    assert "Never logged in before" in again.json()["detail"]


async def test_who_owns_the_account_can_stop_it(identity: Identity) -> None:
    me = await ann(identity)
    for _ in range(2):
        await show_report(identity)
    # Whoever uses the account is warned, once a day.
    assert told(identity) == [("score_report_shown", "T1@example.com")]
    (pending,) = (await me.emails())["pending"]
    assert (pending["email"], pending["purpose"]) == (NEW, "score_report")
    await me.post("/me/emails/call-off", email=NEW)
    gone = await follow(identity, proofs(identity)[-1].token, PASSWORD)
    assert gone.json()["reason"] == "replaced"


async def test_setting_a_password_stops_it_too(identity: Identity) -> None:
    await identity.register(registration("T1"))
    await show_report(identity)
    await identity.post(
        "/sign-in-links/redeem", {"token": identity.link().token, "password": PASSWORD}
    )
    gone = await follow(identity, proofs(identity)[-1].token, PASSWORD)
    assert gone.json()["reason"] == "replaced"


async def test_sessions_end_when_the_address_is_replaced(identity: Identity) -> None:
    await ann(identity)
    refresh = (await identity.sign_in("CSCO10000000")).json()["refresh_token"]
    await show_report(identity)
    await follow(identity, proofs(identity)[-1].token, "three green hills")
    answer = await identity.post("/sessions/refresh", {"refresh_token": refresh})
    assert answer.status_code == 401
    assert (await identity.sign_in("CSCO10000000")).status_code == 401


async def test_a_second_factor_is_still_asked_for(identity: Identity) -> None:
    owner = await jane(identity)
    await owner.add_code_app()
    await show_report(identity)
    followed = await follow(identity, proofs(identity)[-1].token, "three green hills")
    assert followed.json()["outcome"] == "updated"
    answer = await identity.sign_in(NEW, "three green hills")
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/second-factor-required")


async def test_of_many_who_follow_a_link_at_once_one_succeeds(identity: Identity) -> None:
    await identity.register(registration("T1"))
    await show_report(identity)
    token = proofs(identity)[-1].token
    answers = await asyncio.gather(
        *(follow(identity, token, f"three green hills {n}") for n in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 4
    assert told(identity).count(("primary_address_changed", "T1@example.com")) == 1


async def test_a_new_address_of_another_account_prepares_a_merge(identity: Identity) -> None:
    await identity.candidate_with_password("T2")
    await identity.register(registration("T1", contact=person("Ann", "Ng", "old@example.com")))
    identity.heard.clear()
    await show_report(identity, email="T2@example.com")
    token = proofs(identity)[-1].token
    assert (await check(identity, token)).json()["needs_password"] is False
    followed = (await follow(identity, token)).json()
    assert followed["outcome"] == "elsewhere"
    assert followed["case_number"]
    assert ("address_belongs_elsewhere", "T2@example.com") in told(identity)
    assert "score_report" in str(await identity.scalar("SELECT reasons FROM merges"))
    # Nobody's address or password has changed.
    assert not identity.of_type(CandidateUpdated)
    assert (await identity.sign_in("T2@example.com")).status_code == 200


async def test_numbers_and_mailboxes_are_not_tried_without_end(identity: Identity) -> None:
    answers = [
        (await show_report(identity, f"N{n}", "RT1", f"n{n}@new.example")).status_code
        for n in range(7)
    ]
    assert answers == [202] * 6 + [429]
    refused = await show_report(identity, "Ng", "RT1", "other@new.example")
    assert refused.headers["retry-after"] == "10"
    # Another number with another mailbox is not held up, and the delay ends.
    assert (await show_report(identity, "Ng", "RT2", "a@new.example")).status_code == 202
    identity.clock.advance(timedelta(seconds=10))
    assert (await show_report(identity, "Ng", "RT1", "b@new.example")).status_code == 202
    answers = [
        (await show_report(identity, "Ng", f"X{n}", "full@new.example")).status_code
        for n in range(7)
    ]
    assert answers == [202] * 6 + [429]


async def test_one_network_address_cannot_ask_without_end(identity: Identity) -> None:
    answers = [
        (
            await show_report(identity, "Ng", f"R{n}", f"n{n}@new.example", address="198.51.100.7")
        ).status_code
        for n in range(53)
    ]
    assert answers[:51] == [202] * 51
    assert 429 in answers[51:]


async def test_what_was_typed_is_forgotten_once_it_is_answered(identity: Identity) -> None:
    answer = await show_report(identity)
    rows = await identity.rows("SELECT family_name, number_key, email FROM score_report_requests")
    assert rows == [(None, None, None)]
    status = await identity.http.get(f"/link-requests/{answer.json()['request_id']}")
    assert status.json()["state"] == "answered"
    assert status.json()["asked_at"] == answer.json()["asked_at"]
    assert (await identity.http.get(f"/link-requests/{uuid7()}")).status_code == 404


@pytest.mark.parametrize("field", ["family_name", "registration_number", "email", "programme"])
async def test_bad_requests_name_the_field(identity: Identity, field: str) -> None:
    answer = await show_report(identity, **{field: ""})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert (await show_report(identity, programme="nowhere")).status_code == 404
    assert (await show_report(identity, family_name="a\0b")).status_code == 422


async def test_a_registration_without_an_address_is_mapped_too(identity: Identity) -> None:
    nobody = Contact(given_name="Ann", family_name="Ng", email=None)
    await identity.register(registration("T1", contact=nobody))
    await show_report(identity)
    followed = await follow(identity, proofs(identity)[-1].token, PASSWORD)
    assert followed.json()["outcome"] == "updated"
    assert told(identity) == []
    assert await (await signed_in(identity, NEW)).held() == {NEW: True}
