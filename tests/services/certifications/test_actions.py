"""What staff do by hand: every action has its effect, its event, its trail, and its way back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
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
from tests.services.certifications.acting import (
    ACTIONS,
    BOTH,
    CCNA,
    WHY,
    act,
    ccna,
    kinds,
    undo,
)
from tests.services.certifications.desk import JANE, Desk, failed, passed, registered
from tests.services.certifications.guild import ANN, BEN, NAME, open_guild, took


@pytest.fixture
async def guild(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_guild(database_url, tmp_path / "programmes") as desk:
        yield desk


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
    again = await ccna(desk)
    # The certificate is a later revision of the same one.
    assert again.pop("certificate_url") != before.pop("certificate_url")
    assert again == before
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


async def test_the_trail_is_in_the_order_of_recording_whatever_the_ids(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    first = {"action": "suspend", **CCNA, "id": "ffffffff-ffff-4fff-bfff-ffffffffffff"}
    await act(desk, first)
    desk.clock.advance(timedelta(minutes=1))
    await act(desk, {"action": "reinstate", **CCNA, "id": "00000000-0000-4000-8000-000000000000"})
    listed = (await desk.get(ACTIONS, desk.staff()))["items"]
    assert [one["action"] for one in listed] == ["reinstate", "suspend"]


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


async def test_actions_at_once_leave_one_outcome(guild: Desk) -> None:
    await guild.hear(took("WOOD", "2026-06-01"), took("WOOD", "2026-06-01", BEN))
    order = {"action": "suspend", "certification": "JOINER", "reason": WHY}
    path = f"/candidates/guild/{ANN}/actions"
    answers = await asyncio.gather(
        *(guild.post(path, order, guild.staff(BOTH, [NAME])) for _ in range(5))
    )
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409, 409]
