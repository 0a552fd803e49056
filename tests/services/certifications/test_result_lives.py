"""Results are held, released, changed, revoked and reinstated: what is earned follows."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.transcripts.app import create_app as create_transcripts
from services.transcripts.settings import Settings as TranscriptsSettings
from shared.events import (
    CertificationEarned,
    CertificationReinstated,
    CertificationRenewed,
    CertificationRevoked,
    Event,
    ResultChanged,
    ResultHeld,
    ResultReinstated,
    ResultReleased,
    ResultRevoked,
)
from shared.migrations import upgrade
from tests.services.certifications.acting import WHOSE, WHY, act, ccna, kinds
from tests.services.certifications.desk import JANE, Desk, failed, passed, registered
from tests.services.certifications.orchard import ANN, NAME, became, open_orchard, took
from tests.services.reacting import Reacting, running
from tests.services.transcripts.test_transcripts import FORM

CORE, LAB, CCIE = "350-401", "CCIE-EI-LAB", "CCIE-EnterpriseInfrastructure"
CHECKED = "The identity of the candidate is being checked."
COPIED = "Answers were copied."


@pytest.fixture
async def orchard(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_orchard(database_url, tmp_path / "programmes") as running_desk:
        yield running_desk


def pruner(desk: Desk) -> dict[str, str]:
    return desk.candidate(ANN, NAME)


async def eligible(desk: Desk, exam: str) -> Any:
    shown = await desk.get("/eligibility", pruner(desk))
    (found,) = [one for one in shown["items"] if one["exam"] == exam]
    return found


async def test_what_is_earned_follows_the_life_of_a_result(desk: Desk) -> None:
    core, lab = passed(CORE, "2026-11-01"), passed(LAB, "2026-11-10")
    await desk.hear(registered(), core, lab)
    first = {one.certification: one for one in desk.told()}
    assert first[CCIE].number == "1024"

    lives: list[tuple[Event, type[Event]]] = [
        (became(ResultHeld, lab, 2, CHECKED), CertificationRevoked),
        (became(ResultReleased, lab, 3), CertificationReinstated),
        (became(ResultRevoked, lab, 4, COPIED), CertificationRevoked),
        (became(ResultReinstated, lab, 5), CertificationReinstated),
    ]
    for version, (life, news) in enumerate(lives, start=2):
        await desk.hear(life)
        told = [one for one in desk.told() if one.certification == CCIE]
        assert [(type(one), one.version) for one in told] == [(news, version)]
        (one,) = told
        shown = await desk.get(f"/certifications/{CCIE}")
        proof = await desk.get(f"/public/{one.verification_code}", {})
        if news is CertificationRevoked:
            assert (one.by, one.status) == ("facts", "revoked")
            assert shown["status"] == "not_earned"
            assert (proof["valid"], proof["status"]) == (False, "withdrawn")
        else:
            assert one.status == shown["status"] == "active"
            assert proof["valid"]
        kept = {"number", "verification_code", "started_on", "active_on", "expires_on", "cycle"}
        assert one.model_dump(include=kept) == first[CCIE].model_dump(include=kept)
        # Said again, and an older state said late: nothing is left to tell.
        await desk.hear(life, lab, lives[0][0])
        assert desk.told() == []
    # What the core exam earned was never touched.
    assert (await desk.get("/certifications/Specialist-ENCOR"))["status"] == "active"


async def test_transcripts_follow_the_life_of_a_result(desk: Desk, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'transcripts'}.sqlite3"
    await asyncio.to_thread(upgrade, "transcripts", url)
    settings = TranscriptsSettings(environment="test", database_url=url, log_level="ERROR")
    one = passed("200-301")
    lives = [
        one,
        became(ResultHeld, one, 2),
        became(ResultReleased, one, 3),
        became(ResultRevoked, one, 4),
        became(ResultReinstated, one, 5),
    ]
    async with running(create_transcripts, settings) as transcripts:
        await transcripts.hear(registered())
        seen = []
        for life in lives:
            await desk.hear(life)
            # The oldest of what was published arrives last.
            await transcripts.hear(*reversed(desk.published))
            seen.append(await _shown(transcripts))
    there = {"name": "CCNA", "status": "active", "expires_on": "2029-11-20"}
    assert seen == [[there], [], [there], [], [there]]


async def _shown(transcripts: Reacting) -> list[Any]:
    jane = transcripts.candidate(JANE)
    made = await transcripts.ask("POST", "/transcripts", FORM, by=jane, status=201)
    public = await transcripts.ask("GET", f"/public/{made['code']}")
    return [
        {name: one[name] for name in ("name", "status", "expires_on")}
        for one in public["certifications"]
    ]


@pytest.mark.parametrize("kind", [ResultHeld, ResultRevoked])
async def test_a_result_first_heard_of_as_held_or_revoked_earns_nothing(
    desk: Desk, kind: type[ResultHeld | ResultRevoked]
) -> None:
    taken = passed("200-301")
    await desk.hear(registered(), became(kind, taken, 1))
    assert desk.told() == []
    # The pass itself, older or as old, arrives late.
    await desk.hear(taken)
    assert desk.told() == []
    release = became(ResultReleased, taken, 2)
    await desk.hear(release)
    (earned,) = desk.told()
    assert isinstance(earned, CertificationEarned)
    assert earned.decided_at == release.changed_at


async def test_a_changed_result_counts_as_it_was_changed(desk: Desk) -> None:
    taken = passed("200-301", "2026-11-01")
    await desk.hear(registered(), taken)
    await desk.hear(became(ResultChanged, taken, 2, grade="fail", score="410"))
    assert kinds(desk.told()) == ["Earned", "Revoked"]
    assert (await ccna(desk))["status"] == "not_earned"
    await desk.hear(became(ResultChanged, taken, 3, exam_date=date(2026, 10, 5)))
    assert kinds(desk.told()) == ["Reinstated"]
    assert (await ccna(desk))["started_on"] == "2026-10-05"
    # From a fail to a pass: earned, and what it carries along is renewed.
    other = failed(CORE, "2026-11-01")
    await desk.hear(other)
    await desk.hear(became(ResultChanged, other, 2, grade="pass"))
    assert kinds(desk.told()) == ["Earned", "Renewed"]


async def test_a_last_day_that_is_set_back_is_no_renewal(desk: Desk) -> None:
    taken = passed("200-301", "2026-11-01")
    core = passed(CORE, "2026-11-10")
    await desk.hear(registered(), taken, core)
    await desk.hear(became(ResultRevoked, core, 2))
    await desk.hear(became(ResultReinstated, core, 3))
    renewed = [one for one in desk.told() if isinstance(one, CertificationRenewed)][-2:]
    assert [(one.expires_on, one.corrected) for one in renewed] == [
        (date(2029, 11, 1), True),
        (date(2029, 11, 10), False),
    ]


async def test_a_change_that_comes_with_a_hold_does_not_count(desk: Desk) -> None:
    taken = failed("200-301")
    await desk.hear(registered(), taken)
    await desk.hear(became(ResultChanged, taken, 2, grade="pass", state="held"))
    assert desk.told() == []
    assert (await ccna(desk))["status"] == "not_earned"


async def test_it_is_said_in_sentences_why_a_pass_does_not_count(desk: Desk) -> None:
    taken = passed("200-301", "2026-11-01")
    await desk.hear(registered(), became(ResultHeld, taken, 1, CHECKED))
    ccna_exam = "200-301 Cisco Certified Network Associate (CCNA)"
    held = "its result is held and does not count for now"
    because = "(The identity of the candidate is being checked)"
    shown = await ccna(desk)
    (why,) = shown["explanation"]
    assert why["sentence"] == (
        "On 22 November 2026 CCNA is not earned: its requirements are not met. "
        f"Passed {ccna_exam} on 1 November 2026, but {held} {because}."
    )
    assert [(one["kind"], one["id"]) for one in why["facts"]] == [
        ("set_aside", taken.registration_number)
    ]
    (root,) = shown["progress"]
    (line,) = root["evidence"]
    assert (line["text"], line["counts"]) == (f"Passed {ccna_exam}", False)
    assert line["why"] == f"{held} {because}"
    (fact,) = (await desk.get(f"{WHOSE}/timeline", desk.staff()))["items"]
    assert fact["text"] == f"Passed {ccna_exam}; {held} {because}"

    await desk.hear(became(ResultRevoked, taken, 2))
    (root,) = (await ccna(desk))["progress"]
    assert [one["why"] for one in root["evidence"]] == ["its result was revoked"]
    # A held fail would not help, so that it is no evidence.
    await desk.hear(became(ResultHeld, failed("200-301", "2026-11-05"), 1))
    assert len((await ccna(desk))["progress"][0]["evidence"]) == 1


async def test_an_attempt_counts_for_retakes_whatever_became_of_its_result(orchard: Desk) -> None:
    await orchard.hear(registered(ANN, programme=NAME))
    taken = took("PRUNE", "2026-11-20")
    await orchard.hear(taken)
    assert (await eligible(orchard, "PRUNE"))["eligible_on"] == "2027-05-20"
    await orchard.hear(became(ResultHeld, taken, 2))
    # Not passed, so that the wait is that after a fail; but taken.
    held = await eligible(orchard, "PRUNE")
    assert (held["eligible_on"], held["attempts"]) == ("2026-11-26", 1)
    assert held["reason"] == (
        "The 1st attempt was on 20 November 2026, and its result is held and does not count for "
        "now: the next attempt may be made from 26 November 2026 on, 5 days counted from the day "
        "after."
    )
    await orchard.hear(became(ResultRevoked, took("GRAFT", "2026-10-01"), 1, COPIED))
    once = await eligible(orchard, "GRAFT")
    assert once["reason"] == (
        "The last attempt was on 1 October 2026, and its result was revoked (Answers were copied); "
        "it can be taken again at once."
    )
    # So many in all: a revoked one was one of them.
    await orchard.hear(became(ResultHeld, took("GRAFT", "2026-11-02"), 1))
    twice = await eligible(orchard, "GRAFT")
    assert (twice["eligible_on"], twice["rule"]) == (None, "retakes[0].attempts_ever")


async def test_staff_can_void_an_attempt_so_that_it_was_none(desk: Desk) -> None:
    taken = passed("200-301", "2026-11-20")
    await desk.hear(registered(), became(ResultRevoked, taken, 1))
    headers = desk.staff()
    before = await desk.get(f"{WHOSE}/eligibility", headers)
    assert [one["attempts"] for one in before["items"] if one["exam"] == "200-301"] == [1]
    await act(desk, {"action": "void", "fact": taken.registration_number, "reason": WHY})
    after = await desk.get(f"{WHOSE}/eligibility", headers)
    assert [one["attempts"] for one in after["items"] if one["exam"] == "200-301"] in ([], [0])
    # It stays void when the vendor reinstates it.
    await desk.hear(became(ResultReinstated, taken, 2))
    assert (await ccna(desk))["status"] == "not_earned"


async def test_what_is_of_no_programme_or_of_nobody_is_parked(desk: Desk) -> None:
    good = became(ResultReleased, passed("200-301"), 2)
    elsewhere = passed("200-301", candidate_id="CSCO2", programme="nowhere")
    await desk.hear(
        good,
        became(ResultReleased, elsewhere, 2),
        became(ResultReleased, passed("200-301", candidate_id=None), 2),
    )
    assert [one.candidate_id for one in desk.told()] == [JANE]
    errors = sorted(row[0] for row in await desk.rows("SELECT error FROM parked"))
    assert len(errors) == 2
    assert "nowhere" in errors[1]


async def test_a_whole_batch_is_one_evaluation_of_each_candidate(desk: Desk) -> None:
    people = [f"CSCO{20_000_000 + number}" for number in range(120)]
    results = [passed("200-301", "2026-11-01", one) for one in people]
    await desk.hear(*results)
    assert kinds(desk.told()) == ["Earned"] * len(people)
    await desk.hear(*(became(ResultHeld, one, 2) for one in results))
    assert kinds(desk.told()) == ["Revoked"] * len(people)
    # All but the last state of each say nothing, wherever they stand in the batch.
    await desk.hear(
        *(became(ResultReleased, one, 5) for one in results),
        *(became(ResultReleased, one, 3) for one in results),
    )
    assert kinds(desk.told()) == ["Reinstated"] * len(people)
    assert {row[0] for row in await desk.rows("SELECT version FROM certifications")} == {3}
