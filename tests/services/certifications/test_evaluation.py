"""Exam results in, certifications out: once, in any order, however often."""

import asyncio
import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Delete, delete, event

from services.certifications.models import Base
from shared.envelope import Message, encode
from shared.events import CertificationEarned, CertificationRenewed, ExamPassed
from shared.ids import is_public_code, uuid7
from tests.services.certifications.desk import JANE, NOW, Desk, failed, passed, registered

CORE, CONCENTRATION, LAB = "350-401", "300-410", "CCIE-EI-LAB"


async def test_a_pass_earns_what_it_meets_and_says_so(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))

    (earned,) = desk.published
    assert isinstance(earned, CertificationEarned)
    assert (earned.programme, earned.candidate_id, earned.version) == ("cisco", JANE, 1)
    assert (earned.certification, earned.name, earned.level) == ("CCNA", "CCNA", "associate")
    assert (earned.cycle, earned.number) == (1, None)
    assert earned.started_on == earned.active_on == date(2026, 11, 20)
    assert earned.expires_on == date(2029, 11, 20)
    assert is_public_code(earned.verification_code, 8)
    assert "passed 200-301" in earned.reason


async def test_the_same_result_again_changes_nothing(desk: Desk) -> None:
    for _ in range(3):
        await desk.hear(passed(), passed())
    assert len(desk.published) == 1
    assert await desk.rows("SELECT version FROM certifications") == [(1,)]
    assert await desk.rows("SELECT count(*) FROM facts") == [(1,)]


async def test_two_passes_together_earn_the_professional_level(desk: Desk) -> None:
    await desk.hear(passed(CORE, "2026-03-01"))
    await desk.hear(passed(CONCENTRATION, "2026-05-01"))
    earned = {one.certification for one in desk.published if isinstance(one, CertificationEarned)}
    assert earned == {"Specialist-ENCOR", "Specialist-ENARSI", "CCNP-Enterprise"}
    # The professional level carries the specialist along to its own date.
    (renewed,) = [one for one in desk.published if isinstance(one, CertificationRenewed)]
    assert (renewed.certification, renewed.version) == ("Specialist-ENCOR", 2)
    assert (renewed.started_on, renewed.active_on) == (date(2026, 3, 1), date(2026, 5, 1))
    assert renewed.expires_on == date(2029, 5, 1)


async def test_a_late_older_result_publishes_the_new_dates_with_a_higher_version(
    desk: Desk,
) -> None:
    await desk.hear(passed("200-301", "2026-11-01"))
    await desk.hear(passed("200-301", "2024-05-01"))
    first, second = desk.published
    assert (first.version, second.version) == (1, 2)
    assert isinstance(second, CertificationRenewed)
    assert second.started_on == date(2024, 5, 1)
    assert (second.active_on, second.expires_on) == (date(2026, 11, 1), date(2029, 11, 1))
    assert first.verification_code == second.verification_code
    assert second.cycle == 1


async def test_earned_anew_after_expiry_is_earned_in_a_higher_cycle(desk: Desk) -> None:
    await desk.hear(passed("200-301", "2019-05-01"))
    await desk.hear(passed("200-301", "2026-05-01"))
    assert [type(one) for one in desk.published] == [CertificationEarned] * len(desk.published)
    last = desk.published[-1]
    assert last.started_on == date(2026, 5, 1)


async def test_what_has_expired_already_is_still_published_as_earned(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2021-04-01"))
    (earned,) = desk.published
    assert (earned.active_on, earned.expires_on) == (date(2021, 4, 1), date(2024, 4, 1))
    (level,) = (await desk.get("/certifications"))["levels"]
    assert level["certifications"][0]["status"] == "expired"


async def test_a_pass_dated_tomorrow_here_counts_at_once(desk: Desk) -> None:
    # In Auckland it is the day after what it still is in the programme's time zone.
    await desk.hear(passed("200-301", "2026-11-23"))
    assert [one.active_on for one in desk.published] == [date(2026, 11, 23)]


async def test_numbers_are_one_for_each_person_and_kept(desk: Desk) -> None:
    others = ["CSCO10000002", "CSCO10000003"]
    for who in (JANE, *others):
        await desk.hear(passed(CORE, "2026-01-10", who), passed(LAB, "2026-02-10", who))
    await desk.hear(passed(LAB, "2026-11-10"))
    numbers: dict[str, set[str]] = {}
    for one in desk.published:
        if one.certification.startswith("CCIE"):
            numbers.setdefault(one.candidate_id, set()).add(one.number)
    assert [len(numbers[who]) for who in (JANE, *others)] == [1, 1, 1]
    assert {int(one) for found in numbers.values() for one in found} == {1024, 1025, 1026}
    (why,) = [
        one
        for one in (await desk.get("/certifications/CCIE-EnterpriseInfrastructure"))["explanation"]
        if one["subject"] == "number"
    ]
    assert "1024" in why["sentence"]


async def test_a_corrected_result_takes_back_what_it_no_longer_supports(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-01", result="R1"))
    code = desk.published[0].verification_code
    await desk.hear(passed("350-401", "2026-11-01", result="R1", version=2))
    # The older version, delivered late, does not win.
    await desk.hear(passed("200-301", "2026-11-01", result="R1"))
    shown = await desk.get("/certifications")
    assert [one["certification"] for part in shown["levels"] for one in part["certifications"]] == [
        "Specialist-ENCOR"
    ]
    proof = await desk.get(f"/public/{code}", {})
    assert (proof["valid"], proof["status"]) == (False, "withdrawn")
    assert (await desk.answer("/certifications/CCNA/certificate.pdf")).status_code == 409


async def test_one_bad_event_is_parked_and_the_rest_of_the_batch_counts(desk: Desk) -> None:
    await desk.hear(
        passed("200-301", candidate_id="CSCO1"),
        passed("200-301", candidate_id="CSCO2", programme="nowhere"),
        passed("200-301", candidate_id=None),
        passed("200-301", candidate_id="CSCO3"),
        passed("350-401", "2026-11-21", candidate_id="CSCO3"),
    )
    state = await desk.state()
    assert [(row[0], row[1]) for row in state] == [
        ("CSCO1", "CCNA"),
        ("CSCO3", "CCNA"),
        ("CSCO3", "Specialist-ENCOR"),
    ]
    # Taken singly, the second pass of one person sees what the first one wrote.
    assert str(state[1][4]) == "2026-11-21"
    parked = sorted(row[0] for row in await desk.rows("SELECT error FROM parked"))
    assert len(parked) == 2
    assert "nowhere" in parked[1]


async def test_an_exam_that_the_programme_does_not_know_earns_nothing(desk: Desk) -> None:
    await desk.hear(passed("999-999"))
    assert desk.published == []
    assert await desk.rows("SELECT count(*) FROM facts") == [(1,)]


async def test_a_fail_earns_nothing_and_is_kept_for_retakes(desk: Desk) -> None:
    await desk.hear(failed("200-301", "2026-11-20"))
    assert desk.published == []
    assert await desk.rows("SELECT kind, version FROM facts") == [("exam", 1)]
    # Once more it changes nothing; the pass of another day counts beside it.
    await desk.hear(failed("200-301", "2026-11-20"), passed("200-301", "2026-11-21"))
    assert [one.certification for one in desk.published] == ["CCNA"]
    assert await desk.rows("SELECT count(*) FROM facts") == [(2,)]


async def test_a_fail_of_nobody_or_of_no_programme_is_parked(desk: Desk) -> None:
    await desk.hear(
        failed("200-301", candidate_id=None),
        failed("200-301").model_copy(update={"programme": "nowhere"}),
        failed("200-301", candidate_id="CSCO3"),
    )
    assert await desk.rows("SELECT count(*) FROM facts") == [(1,)]
    assert await desk.rows("SELECT count(*) FROM parked") == [(2,)]


def history(seed: int) -> list[ExamPassed]:
    chance = random.Random(seed)
    exams = ["200-301", CORE, CONCENTRATION, "300-415", "300-420", LAB]
    start = date(2017, 1, 1)
    return [
        passed(
            chance.choice(exams),
            str(start + timedelta(days=chance.randrange(3600))),
            chance.choice([JANE, "CSCO10000002", "CSCO10000003"]),
        )
        for _ in range(24)
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_any_order_and_any_repetition_give_the_same_state(desk: Desk, seed: int) -> None:
    events = history(seed)
    await desk.hear(*events)
    expected = await desk.state()
    published = len(desk.published)
    assert expected
    # The same once more, shuffled, under new ids: nothing is left to say.
    chance = random.Random(seed)
    again = [*events, *events]
    chance.shuffle(again)
    for start in range(0, len(again), 5):
        await desk.hear(*again[start : start + 5])
    assert await desk.state() == expected
    assert len(desk.published) == published
    # From nothing, one by one, in another order.
    async with desk.here.database.transaction() as session:
        for table in ("facts", "certifications", "candidates"):
            await session.execute(_delete(table))
    chance.shuffle(again)
    for one in again:
        await desk.hear(one)
    assert await desk.state() == expected


def _delete(table: str) -> Delete:
    return delete(Base.metadata.tables[table])


async def test_results_of_one_person_that_come_at_once_miss_nothing(desk: Desk) -> None:
    exams = [CORE, CONCENTRATION, "300-415", "300-420", "200-301", LAB]
    events = [passed(exam, f"2026-0{place + 1}-10") for place, exam in enumerate(exams)]
    messages = [Message(uuid7(), one.type, encode([one], NOW)) for one in events]
    await asyncio.gather(*(desk.bus.send("certifications", [one]) for one in messages * 2))
    await desk.settled()
    at_once = await desk.state()
    earned = [one.certification for one in desk.published if isinstance(one, CertificationEarned)]
    assert len(earned) == len(set(earned)) == len(at_once)
    assert "CCNP-Enterprise" in earned
    assert await desk.rows("SELECT count(*) FROM parked") == [(0,)]


async def test_the_number_of_statements_does_not_grow_with_the_batch(desk: Desk) -> None:
    counted: list[str] = []

    @event.listens_for(desk.here.database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split(maxsplit=1)[0] in ("SELECT", "INSERT", "UPDATE"):
            counted.append(statement)

    async def deliver(size: int, first: int) -> int:
        batch = [passed(CORE, candidate_id=f"CSCO{first + at}") for at in range(size)]
        counted.clear()
        message = Message(uuid7(), ExamPassed.type, encode(batch, NOW))
        await desk.bus.send("certifications", [message])
        return len([one for one in counted if "outbox" not in one])

    few, many = await deliver(2, 0), await deliver(500, 1000)
    assert many <= few
    await desk.settled()
    assert len(desk.published) == 502


async def test_a_status_is_that_of_the_day_on_which_one_asks(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))

    async def status(instant: str) -> str:
        desk.clock.move_to(datetime.fromisoformat(instant))
        (level,) = (await desk.get("/certifications"))["levels"]
        return str(level["certifications"][0]["status"])

    # 20 November 2029 ends in Los Angeles at 08:00 UTC of the next day.
    assert await status("2029-11-21T07:59:00+00:00") == "active"
    assert await status("2029-11-21T08:01:00+00:00") == "expired"
