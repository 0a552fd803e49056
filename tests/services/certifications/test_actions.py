"""What staff do by hand: every action has its effect, its event, its trail, and its way back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from shared.events import (
    CertificationEarned,
    CertificationReinstated,
    CertificationRenewed,
    CertificationRevoked,
    CertificationSuspended,
    StaffActionRecorded,
    StaffActionUndone,
)
from tests.services.certifications.desk import JANE, Desk, failed, passed, registered
from tests.services.certifications.guild import ANN, BEN, NAME, open_guild, took

WHOSE = f"/candidates/cisco/{JANE}"
ACTIONS = f"{WHOSE}/actions"
BOTH = "candidates:read certifications:write"
WHY = "A reason of ours"
CCNA = {"certification": "CCNA", "reason": WHY}


@pytest.fixture
async def guild(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_guild(database_url, tmp_path / "programmes") as desk:
        yield desk


async def act(desk: Desk, order: dict[str, Any], path: str = ACTIONS) -> Any:
    programme = path.split("/")[2]
    answer = await desk.post(path, order, desk.staff(BOTH, [programme]))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def undo(desk: Desk, action: dict[str, Any], path: str = ACTIONS) -> Any:
    programme = path.split("/")[2]
    body = {"reason": "It was a mistake"}
    answer = await desk.post(f"{path}/{action['id']}/undo", body, desk.staff(BOTH, [programme]))
    assert answer.status_code == 200, answer.text
    return answer.json()


def kinds(events: list[Any]) -> list[str]:
    return sorted(type(one).__name__.removeprefix("Certification") for one in events)


async def ccna(desk: Desk) -> Any:
    return await desk.get("/certifications/CCNA")


# What is done to somebody who passed 200-301 on 2026-11-20; the event; the status afterwards.
REVERSIBLE: list[tuple[dict[str, Any], str, str]] = [
    ({"action": "extend", **CCNA, "expires_on": "2031-01-31"}, "Renewed", "active"),
    ({"action": "suspend", **CCNA}, "Suspended", "suspended"),
    ({"action": "revoke", **CCNA}, "Revoked", "revoked"),
    ({"action": "revoke", "reason": WHY}, "Revoked", "revoked"),
    ({"action": "void", "fact": f"{JANE}/200-301/2026-11-20", "reason": WHY}, "Revoked", ""),
]
BACK = {"Renewed": "Renewed", "Suspended": "Reinstated", "Revoked": "Reinstated"}


@pytest.mark.parametrize(("order", "told", "status"), REVERSIBLE, ids=lambda one: str(one)[:40])
async def test_every_action_can_be_taken_back(
    desk: Desk, order: dict[str, Any], told: str, status: str
) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    desk.told()
    before, state = await ccna(desk), await desk.state()

    done = await act(desk, order)
    assert kinds(desk.told()) == sorted([told, "StaffActionRecorded"])
    after = await ccna(desk)
    assert after["status"] == (status or "not_earned")
    assert await desk.state() != state or status in ("suspended", "revoked")

    undone = await undo(desk, done)
    assert kinds(desk.told()) == sorted([BACK[told], "StaffActionUndone"])
    assert await ccna(desk) == before
    assert await desk.state() == state
    # The trail keeps both.
    (listed,) = (await desk.get(ACTIONS, desk.staff()))["items"]
    assert listed == undone
    assert (listed["reason"], listed["undo_reason"]) == (WHY, "It was a mistake")
    assert listed["author"] == listed["undone_by"] == "staff@example.com"


async def test_a_grant_is_earned_and_appears_in_the_history(desk: Desk) -> None:
    await desk.hear(registered())
    desk.told()
    done = await act(desk, {"action": "grant", **CCNA, "day": "2026-10-01"})
    assert (done["name"], done["text"], done["day"]) == ("CCNA", "Granted CCNA", "2026-10-01")
    events = desk.told()
    recorded = next(one for one in events if isinstance(one, StaffActionRecorded))
    earned = next(one for one in events if isinstance(one, CertificationEarned))
    assert len(events) == 2
    assert (recorded.action, recorded.certification, recorded.reason) == ("grant", "CCNA", WHY)
    assert (str(recorded.action_id), recorded.author) == (done["id"], "staff@example.com")
    assert (recorded.candidate_id, recorded.version) == (JANE, 1)
    assert (str(earned.active_on), str(earned.expires_on)) == ("2026-10-01", "2029-10-01")
    assert (earned.status, earned.cycle) == ("active", 1)
    shown = await ccna(desk)
    assert any(WHY in line["text"] for line in shown["history"])
    assert shown["certificate_url"]

    await undo(desk, done)
    events = desk.told()
    revoked = next(one for one in events if isinstance(one, CertificationRevoked))
    undone = next(one for one in events if isinstance(one, StaffActionUndone))
    assert (revoked.by, revoked.status, revoked.status_text) == ("facts", "revoked", "Withdrawn")
    assert revoked.verification_code == earned.verification_code
    assert (undone.action_id, undone.reason) == (recorded.action_id, "It was a mistake")
    assert undone.version == 2
    assert (await ccna(desk))["status"] == "not_earned"


async def test_a_grant_may_have_its_own_last_day(desk: Desk) -> None:
    await desk.hear(registered())
    await act(desk, {"action": "grant", **CCNA, "day": "2026-10-01", "expires_on": "2027-01-01"})
    assert (await ccna(desk))["expires_on"] == "2027-01-01"


async def test_an_extension_brings_back_what_had_run_out(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2023-10-01"))
    desk.told()
    assert (await ccna(desk))["status"] == "expired"
    done = await act(desk, {"action": "extend", **CCNA, "expires_on": "2027-01-01"})
    events = desk.told()
    renewed = next(one for one in events if isinstance(one, CertificationRenewed))
    assert (renewed.status, str(renewed.expires_on)) == ("active", "2027-01-01")
    assert (await ccna(desk))["status"] == "active"
    await undo(desk, done)
    renewed = next(one for one in desk.told() if isinstance(one, CertificationRenewed))
    assert (renewed.status, str(renewed.expires_on)) == ("expired", "2026-10-01")


async def test_reinstating_ends_a_suspension_and_can_be_taken_back(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-01"))
    code = desk.told()[0].verification_code
    await act(desk, {"action": "suspend", **CCNA, "day": "2026-11-10"})
    suspended = next(one for one in desk.told() if isinstance(one, CertificationSuspended))
    assert (suspended.reason, suspended.status_text) == (WHY, "Suspended")
    shown = await ccna(desk)
    assert (shown["since"], shown["because"]) == ("2026-11-10", WHY)
    assert shown["certificate_url"] is None
    assert (await desk.answer("/certifications/CCNA/certificate.pdf")).status_code == 409
    # What strangers see: that it is suspended and since when, not why.
    proof = await desk.get(f"/public/{code}", {})
    assert (proof["valid"], proof["status"]) == (False, "suspended")
    assert "10 November 2026" in proof["standing_text"]
    assert WHY not in str(proof)

    back = await act(desk, {"action": "reinstate", **CCNA})
    reinstated = next(one for one in desk.told() if isinstance(one, CertificationReinstated))
    assert reinstated.verification_code == code
    assert (await desk.get(f"/public/{code}", {}))["valid"]
    await undo(desk, back)
    assert "Suspended" in kinds(desk.told())
    assert (await ccna(desk))["status"] == "suspended"


async def test_a_voided_pass_takes_back_and_undoing_gives_again_with_the_same_number(
    desk: Desk,
) -> None:
    await desk.hear(
        registered(), passed("350-401", "2026-01-10"), passed("CCIE-EI-LAB", "2026-02-10")
    )
    ccie = "CCIE-EnterpriseInfrastructure"
    earned = next(one for one in desk.told() if one.certification == ccie)
    assert earned.number == "1024"
    done = await act(
        desk, {"action": "void", "fact": f"{JANE}/CCIE-EI-LAB/2026-02-10", "reason": WHY}
    )
    revoked = next(one for one in desk.told() if getattr(one, "certification", "") == ccie)
    assert isinstance(revoked, CertificationRevoked)
    assert (revoked.by, revoked.version) == ("facts", earned.version + 1)
    assert (await desk.get(f"/public/{earned.verification_code}", {}))["status"] == "withdrawn"
    # Somebody else is next in the series, in between.
    await desk.hear(
        passed("350-401", "2026-01-10", "CSCO2"), passed("CCIE-EI-LAB", "2026-02-10", "CSCO2")
    )
    other = next(one for one in desk.told() if one.certification == ccie)
    assert other.number == "1025"

    await undo(desk, done)
    again = next(one for one in desk.told() if getattr(one, "certification", "") == ccie)
    assert isinstance(again, CertificationReinstated)
    assert (again.number, again.verification_code) == ("1024", earned.verification_code)
    assert (again.active_on, again.expires_on) == (earned.active_on, earned.expires_on)
    assert (await desk.get(f"/public/{earned.verification_code}", {}))["valid"]


async def test_a_corrected_result_takes_back_and_gives_again(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-01", result="R1"))
    (earned,) = desk.told()
    await desk.hear(failed("200-301", "2026-11-01", result="R1", version=2))
    (revoked,) = desk.told()
    assert isinstance(revoked, CertificationRevoked)
    assert revoked.by == "facts"
    # The older version, delivered late, does not win.
    await desk.hear(passed("200-301", "2026-11-01", result="R1"))
    assert desk.told() == []
    await desk.hear(passed("200-301", "2026-11-01", result="R1", version=3))
    (again,) = desk.told()
    assert isinstance(again, CertificationReinstated)
    assert (again.verification_code, again.version) == (earned.verification_code, 3)


EVIDENCE: list[tuple[dict[str, Any], str]] = [
    ({"action": "course", "course": "SAFE"}, "Completed the course SAFE Safety"),
    ({"action": "agreement", "agreement": "conduct", "version": "V1"}, "Accepted Code of conduct"),
    ({"action": "fee", "fee": "yearly"}, "Paid Yearly fee"),
    ({"action": "approval", "approval": "board"}, "Board review recorded"),
]


async def test_evidence_by_hand_earns_and_each_piece_taken_back_unearns(guild: Desk) -> None:
    path = f"/candidates/guild/{ANN}/actions"
    await guild.hear(registered(ANN, programme=NAME))
    done = []
    for order, text in EVIDENCE:
        guild.told()
        done.append(await act(guild, {**order, "reason": WHY, "day": "2026-11-01"}, path))
        assert done[-1]["text"].startswith(text)
    assert kinds(guild.told()) == ["Earned", "StaffActionRecorded"]
    for action in done:
        await undo(guild, action, path)
        assert kinds(guild.told()) == ["Revoked", "StaffActionUndone"]
        again = {**action["data"], "action": action["action"], "reason": WHY, "day": "2026-11-01"}
        await act(guild, again, path)
        assert kinds(guild.told()) == ["Reinstated", "StaffActionRecorded"]


async def test_credits_by_hand_renew(guild: Desk) -> None:
    path = f"/candidates/guild/{ANN}/actions"
    await guild.hear(took("WOOD", "2026-06-01"))
    guild.told()
    order = {
        "action": "credits",
        "points": "10",
        "title": "Joints of Japan",
        "category": "core",
        "activity": "talk",
        "day": "2026-11-01",
        "reason": WHY,
    }
    pending = await act(guild, {**order, "pending": True, "item": "first"}, path)
    assert "in review" in pending["text"]
    assert kinds(guild.told()) == ["StaffActionRecorded"]
    done = await act(guild, order, path)
    assert done["text"] == "10 credits: Joints of Japan"
    renewed = next(one for one in guild.told() if isinstance(one, CertificationRenewed))
    assert str(renewed.expires_on) == "2027-11-01"
    await undo(guild, done, path)
    renewed = next(one for one in guild.told() if isinstance(one, CertificationRenewed))
    assert str(renewed.expires_on) == "2027-06-01"


async def test_an_action_dated_ahead_waits_for_its_day(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    desk.told()
    await act(desk, {"action": "suspend", **CCNA, "day": "2026-12-01"})
    assert kinds(desk.told()) == ["StaffActionRecorded"]
    assert (await ccna(desk))["status"] == "active"
    assert await desk.new_day("2026-11-30T12:00:00-08:00") == []
    assert kinds(await desk.new_day("2026-12-01T12:00:00-08:00")) == ["Suspended"]


async def test_the_same_id_sent_twice_is_recorded_once(desk: Desk) -> None:
    await desk.hear(registered(), registered("CSCO2"))
    order = {"action": "grant", **CCNA, "id": str(uuid4())}
    first = await act(desk, order)
    desk.told()
    assert await act(desk, order) == first
    assert desk.told() == []
    # Of somebody else it is another action, which needs its own id.
    answer = await desk.post("/candidates/cisco/CSCO2/actions", order, desk.staff(BOTH))
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "id-taken")


REFUSED: list[tuple[dict[str, Any], int, str, str]] = [
    ({"action": "grant", "certification": "NOPE", "reason": WHY}, 422, "certification", "'NOPE'"),
    ({"action": "grant", **CCNA, "day": "1926-01-01"}, 422, "day", "50 years"),
    ({"action": "grant", **CCNA, "day": "2126-01-01"}, 422, "day", "50 years"),
    (
        {"action": "grant", **CCNA, "day": "2026-01-02", "expires_on": "2026-01-02"},
        422,
        "expires_on",
        "not after",
    ),
    ({"action": "grant", "certification": "CCNA", "reason": " a "}, 422, "reason", "3 characters"),
    ({"action": "grant", **CCNA, "reason": "x" * 501}, 422, "reason", "500 characters"),
    ({"action": "grant", "reason": WHY}, 422, "certification", "required"),
    ({"action": "grant", **CCNA, "expires": "2026-01-02"}, 422, "expires", "not permitted"),
    ({"action": "grant", **CCNA, "day": "soon"}, 422, "day", "date"),
    ({"action": "bless", **CCNA}, 422, "action", "'bless'"),
    ({**CCNA}, 422, "action", "'action'"),
    ({"action": "void", "fact": "nothing", "reason": WHY}, 422, "fact", "'nothing'"),
    (
        {"action": "credits", "points": 0, "title": "A", "reason": WHY},
        422,
        "points",
        "greater than 0",
    ),
    (
        {"action": "credits", "points": 5, "title": "A", "category": "zen", "reason": WHY},
        422,
        "category",
        "'zen'",
    ),
    (
        {"action": "course", "course": "NOPE", "reason": WHY},
        422,
        "course",
        "'NOPE'",
    ),
    (
        {"action": "agreement", "agreement": "x", "version": "1", "reason": WHY},
        422,
        "agreement",
        "",
    ),
    ({"action": "fee", "fee": "none", "reason": WHY}, 422, "fee", "'none'"),
    ({"action": "approval", "approval": "none", "reason": WHY}, 422, "approval", "'none'"),
    (
        {"action": "extend", **CCNA, "expires_on": "2027-01-01"},
        409,
        "certification",
        "never earned",
    ),
    ({"action": "suspend", **CCNA}, 409, "certification", "never earned"),
    ({"action": "revoke", **CCNA}, 409, "certification", "never earned"),
    ({"action": "reinstate", **CCNA}, 409, "certification", "neither"),
    ({"action": "reinstate", "reason": WHY}, 409, "certification", "nothing"),
]


@pytest.mark.parametrize(
    ("order", "status", "field", "said"), REFUSED, ids=lambda one: str(one)[:50]
)
async def test_what_cannot_be_is_refused_by_field(
    desk: Desk, order: dict[str, Any], status: int, field: str, said: str
) -> None:
    await desk.hear(registered())
    answer = await desk.post(ACTIONS, order, desk.staff(BOTH))
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    (fault,) = answer.json()["errors"]
    assert fault["field"] == field
    assert said in fault["message"]
    assert (await desk.get(ACTIONS, desk.staff()))["items"] == []
    assert desk.told() == []


# What is done first to somebody who holds CCNA, and what cannot be done then.
CONTRADICTIONS: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({}, {"action": "grant", **CCNA}, "certification", "active already"),
    ({}, {"action": "extend", **CCNA, "expires_on": "2029-11-20"}, "expires_on", "valid through"),
    ({"action": "suspend"}, {"action": "suspend", **CCNA}, "certification", "suspended already"),
    ({"action": "revoke"}, {"action": "revoke", **CCNA}, "certification", "revoked already"),
    ({"action": "revoke"}, {"action": "suspend", **CCNA}, "certification", "revoked already"),
    ({"action": "revoke"}, {"action": "revoke", "reason": WHY}, "certification", "everything"),
    ({"action": "revoke"}, {"action": "grant", **CCNA}, "certification", "reinstate it first"),
    (
        {"action": "void", "fact": f"{JANE}/200-301/2026-11-20", "certification": None},
        {"action": "void", "fact": f"{JANE}/200-301/2026-11-20", "reason": WHY},
        "fact",
        "void already",
    ),
]


@pytest.mark.parametrize(
    ("first", "second", "field", "said"), CONTRADICTIONS, ids=lambda one: str(one)[:40]
)
async def test_what_contradicts_how_the_candidate_stands_is_refused(
    desk: Desk, first: dict[str, Any], second: dict[str, Any], field: str, said: str
) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    if first:
        order = {**CCNA, **first}
        await act(desk, {key: value for key, value in order.items() if value is not None})
    answer = await desk.post(ACTIONS, second, desk.staff(BOTH))
    assert answer.status_code in (409, 422), answer.text
    (fault,) = answer.json()["errors"]
    assert (fault["field"], said in fault["message"]) == (field, True)


async def test_a_lifetime_cannot_be_extended_and_days_have_an_order(guild: Desk) -> None:
    path = f"/candidates/guild/{ANN}/actions"
    await guild.hear(took("WOOD", "2026-06-01"))
    order = {
        "action": "credits",
        "points": 1,
        "title": "Talk",
        "day": "2026-11-10",
        "submitted_on": "2026-11-09",
        "reason": WHY,
    }
    answer = await guild.post(path, order, guild.staff(BOTH, [NAME]))
    (fault,) = answer.json()["errors"]
    assert (fault["field"], "before 2026-11-10" in fault["message"]) == ("submitted_on", True)
    wrong = {"action": "agreement", "agreement": "conduct", "version": "V9", "reason": WHY}
    answer = await guild.post(path, wrong, guild.staff(BOTH, [NAME]))
    (fault,) = answer.json()["errors"]
    assert (fault["field"], "it has V1" in fault["message"]) == ("version", True)


async def test_only_staff_with_the_scope_act_and_only_in_their_programmes(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    order = {"action": "suspend", **CCNA}
    refused = [
        ({}, 401),
        (desk.candidate(), 403),
        (desk.token("vendor", "vue", BOTH, programmes=["cisco"]), 403),
        (desk.staff("candidates:read"), 403),
        (desk.staff(BOTH, ["juniper"]), 403),
    ]
    for headers, status in refused:
        assert (await desk.post(ACTIONS, order, headers)).status_code == status
    for path in (ACTIONS, f"{WHOSE}/timeline"):
        assert (await desk.answer(path, desk.staff("certifications:write"))).status_code == 403
        assert (await desk.answer(path, desk.staff(programmes=["juniper"]))).status_code == 403
        assert (await desk.answer(path, desk.candidate())).status_code == 403
    done = await act(desk, order)
    for headers, status in refused:
        path = f"{ACTIONS}/{done['id']}/undo"
        assert (await desk.post(path, {"reason": WHY}, headers)).status_code == status
    assert (await ccna(desk))["status"] == "suspended"


async def test_an_action_is_found_only_below_its_own_candidate(desk: Desk) -> None:
    await desk.hear(registered(), registered("CSCO2"), passed("200-301", "2026-11-20"))
    done = await act(desk, {"action": "suspend", **CCNA})
    body, staff = {"reason": WHY}, desk.staff(BOTH)
    others = [
        f"/candidates/cisco/CSCO2/actions/{done['id']}/undo",
        f"{ACTIONS}/{uuid4()}/undo",
        f"/candidates/cisco/CSCO3/actions/{done['id']}/undo",
        f"/candidates/juniper/{JANE}/actions/{done['id']}/undo",
    ]
    for path in others:
        assert (await desk.post(path, body, staff)).status_code == 404
    unknown = "/candidates/cisco/CSCO3/actions"
    assert (await desk.post(unknown, {"action": "grant", **CCNA}, staff)).status_code == 404
    path = f"{ACTIONS}/{done['id']}/undo"
    assert (await desk.post(path, {"reason": "no"}, staff)).status_code == 422
    assert (await desk.post(path, body, staff)).status_code == 200
    twice = await desk.post(path, body, staff)
    assert (twice.status_code, twice.json()["type"].rpartition("/")[2]) == (
        409,
        "action-already-undone",
    )
    assert "staff@example.com" in twice.json()["detail"]


async def test_the_timeline_tells_facts_terms_and_actions_newest_first(desk: Desk) -> None:
    await desk.hear(
        registered(),
        failed("200-301", "2026-10-01"),
        passed("200-301", "2026-11-01"),
        passed("350-401", "2026-11-10"),
    )
    void = {"action": "void", "fact": f"{JANE}/350-401/2026-11-10", "reason": WHY}
    await act(desk, void)
    undone = await act(desk, {"action": "suspend", **CCNA, "day": "2026-11-15"})
    await undo(desk, undone)
    shown = await desk.get(f"{WHOSE}/timeline", desk.staff())
    items = shown["items"]
    assert [one["date"] for one in items] == sorted((one["date"] for one in items), reverse=True)
    facts = {one["fact_id"]: one for one in items if one["kind"] == "fact"}
    assert "Failed 200-301" in facts[f"{JANE}/200-301/2026-10-01"]["text"]
    assert facts[f"{JANE}/350-401/2026-11-10"]["voided"]
    assert not facts[f"{JANE}/200-301/2026-11-01"]["voided"]
    terms = [one for one in items if one["kind"] == "term"]
    assert {one["certification"] for one in terms} == {"CCNA"}
    actions = {one["action_id"]: one for one in items if one["kind"] == "action"}
    assert actions[undone["id"]]["undone"]
    assert {(one["reason"], one["author"]) for one in actions.values()} == {
        (WHY, "staff@example.com")
    }
    assert shown["next"] is None
    # By pages it is the same list.
    paged: list[Any] = []
    path: str | None = f"{WHOSE}/timeline?limit=2"
    while path is not None:
        page = await desk.get(path, desk.staff())
        paged += page["items"]
        path = page["next"] and f"{WHOSE}/timeline?limit=2&cursor={page['next']}"
    assert paged == items


@pytest.mark.parametrize("cursor", ["garbage", "WyJhIl0", "Wy0xXQ", "WzEsMl0"])
async def test_a_cursor_of_another_list_is_refused(desk: Desk, cursor: str) -> None:
    await desk.hear(registered())
    answer = await desk.answer(f"{WHOSE}/timeline?cursor={cursor}", desk.staff())
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


async def test_actions_at_once_leave_one_outcome(guild: Desk) -> None:
    await guild.hear(took("WOOD", "2026-06-01"), took("WOOD", "2026-06-01", BEN))
    order = {"action": "suspend", "certification": "JOINER", "reason": WHY}
    path = f"/candidates/guild/{ANN}/actions"
    answers = await asyncio.gather(
        *(guild.post(path, order, guild.staff(BOTH, [NAME])) for _ in range(5))
    )
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409, 409]
