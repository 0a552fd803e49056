"""Credits, next eligible days, any day past or future, and what would be if."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.certifications.desk import JANE, Desk, failed, passed, registered
from tests.services.certifications.guild import ANN, NAME, open_guild, took

WHOSE = f"/candidates/cisco/{JANE}"
BOTH = "candidates:read certifications:write"


@pytest.fixture
async def guild(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_guild(database_url, tmp_path / "programmes") as desk:
        yield desk


async def credit(guild: Desk, points: str, day: str, **more: Any) -> str:
    order = {
        "action": "credits",
        "points": points,
        "title": f"Talk of {day}",
        "day": day,
        "reason": "They showed us the slip",
        **more,
    }
    path = f"/candidates/guild/{ANN}/actions"
    answer = await guild.post(path, order, guild.staff(BOTH, [NAME]))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_credits_are_listed_with_their_status_and_totals(guild: Desk) -> None:
    await guild.hear(registered(ANN, programme=NAME), took("WOOD", "2026-06-01"))
    five = await credit(guild, "2.5", "2026-07-01", category="core", activity="talk")
    seven = await credit(guild, "4", "2026-08-01", pending=True)
    mine = await guild.get("/credits", guild.candidate(ANN, NAME))
    assert mine["as_of"] == "2026-11-22"
    assert [line["id"] for line in mine["lines"]] == [seven, five]
    pending, active = mine["lines"]
    assert (pending["status"], active["status"]) == ("pending", "active")
    assert (active["category_name"], active["activity_name"]) == ("Core subjects", "Talk")
    assert (active["points"], active["active_on"]) == ("2.5", "2026-07-01")
    assert active["inactive_on"] == "2029-07-01"
    assert active["why"]
    assert (mine["totals"]["active"], mine["totals"]["pending"]) == ("2.5", "4")
    path = f"/candidates/guild/{ANN}/credits"
    assert await guild.get(path, guild.staff(programmes=[NAME])) == mine
    # Before anything was earned there was nothing.
    before = await guild.get(f"{path}?as_of=2026-06-30", guild.staff(programmes=[NAME]))
    assert before["lines"] == []
    # What renewed something is used.
    await credit(guild, "7.5", "2026-09-01")
    used = await guild.get("/credits", guild.candidate(ANN, NAME))
    assert used["totals"]["used"] == "10.0"


async def test_the_next_eligible_day_follows_the_last_attempt(guild: Desk) -> None:
    await guild.hear(
        registered(ANN, programme=NAME),
        took("IRON", "2026-10-01"),
        failed("WOOD", "2026-11-20", ANN).model_copy(update={"programme": NAME}),
    )
    mine = await guild.get("/eligibility", guild.candidate(ANN, NAME))
    assert [one["exam"] for one in mine["items"][:2]] == ["WOOD", "IRON"]
    wood, iron = mine["items"][:2]
    # Failed on the 20th: fifteen whole days, then again.
    assert (wood["name"], wood["eligible_on"], wood["attempts"]) == ("Wood", "2026-12-06", 1)
    assert (wood["attempt_number"], wood["last_attempt_on"]) == (2, "2026-11-20")
    assert iron["eligible_on"] == "2027-03-31"
    # Nothing was attempted, but it renews what is held.
    renews = {one["exam"]: one["renews"] for one in mine["items"]}
    assert "SMITH" in renews["OPUS"]
    path = f"/candidates/guild/{ANN}/eligibility"
    assert await guild.get(path, guild.staff(programmes=[NAME])) == mine
    later = await guild.get(f"{path}?as_of=2026-12-24", guild.staff(programmes=[NAME]))
    assert later["items"][0]["eligible_on"] == "2026-12-24"


async def test_who_would_come_too_late_is_warned(guild: Desk) -> None:
    await guild.hear(took("IRON", "2024-12-01"))
    await guild.hear(failed("OPUS", "2026-11-21", ANN).model_copy(update={"programme": NAME}))
    mine = await guild.get("/eligibility", guild.candidate(ANN, NAME))
    opus = next(one for one in mine["items"] if one["exam"] == "OPUS")
    (warned,) = opus["warns"]
    assert (warned["certification"], warned["name"]) == ("SMITH", "Smith")
    assert "1 December 2026" in warned["text"]


async def test_a_candidate_is_seen_as_of_any_day(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2020-05-01"), passed("200-301", "2026-11-01"))

    async def status(day: str) -> str:
        mine = await desk.get(f"/certifications/CCNA?as_of={day}")
        theirs = await desk.get(f"{WHOSE}/certifications/CCNA?as_of={day}", desk.staff())
        assert mine == theirs
        listed = await desk.get(f"{WHOSE}/certifications?as_of={day}", desk.staff())
        found = [one for level in listed["levels"] for one in level["certifications"]]
        assert (listed["as_of"], mine["as_of"]) == (day, day)
        assert [one["status"] for one in found] in ([mine["status"]], [])
        # A certificate is of today only.
        assert mine["certificate_url"] is None
        return str(mine["status"])

    assert await status("2020-04-30") == "not_earned"
    assert await status("2023-05-01") == "active"
    assert await status("2023-05-02") == "expired"
    assert await status("2029-11-01") == "active"
    assert await status("2029-11-02") == "expired"
    assert (await desk.get("/certifications/CCNA"))["certificate_url"]
    assert (await desk.get("/certifications/CCNA?as_of=2026-11-22"))["certificate_url"]


@pytest.mark.parametrize("day", ["1900-01-01", "2199-01-01", "soon"])
async def test_a_day_out_of_reach_is_refused(desk: Desk, day: str) -> None:
    await desk.hear(registered())
    for path in ("/certifications", "/certifications/CCNA", "/credits", "/eligibility"):
        answer = await desk.answer(f"{path}?as_of={day}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "as_of"


async def test_what_if_shows_the_difference_and_the_months_lost(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-01"))
    before = await desk.state()
    desk.told()
    body = {"exams": [{"exam": "350-401", "day": "2027-05-01"}]}
    answer = await desk.post("/what-if", body)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["as_of"], found["on"]) == ("2026-11-22", "2027-05-01")
    changes = {one["certification"]: one for one in found["changes"]}
    assert set(changes) == {"CCNA", "Specialist-ENCOR"}
    ccna = changes["CCNA"]
    assert (ccna["before"]["expires_on"], ccna["after"]["expires_on"]) == (
        "2029-11-01",
        "2030-05-01",
    )
    assert (ccna["before"]["status_text"], ccna["after"]["status"]) == ("Active", "active")
    assert (ccna["months_lost"], ccna["best_day"]) == (30, "2029-11-01")
    assert ccna["sentences"]
    assert found["sentences"]
    # Nothing of it is kept.
    assert await desk.state() == before
    assert desk.told() == []
    assert await desk.rows("SELECT count(*) FROM facts") == [(1,)]
    staff = await desk.post(f"{WHOSE}/what-if", body, desk.staff())
    assert staff.json() == found
    # Long afterwards all has expired either way.
    late = await desk.post("/what-if", {**body, "on": "2035-01-01"})
    assert late.json()["on"] == "2035-01-01"


async def test_what_if_takes_credits(guild: Desk) -> None:
    await guild.hear(registered(ANN, programme=NAME), took("WOOD", "2026-06-01"))
    ten = {"points": "10", "day": "2027-06-01", "category": "core", "activity": "talk"}
    mine = guild.candidate(ANN, NAME)
    found = (await guild.post("/what-if", {"credits": [ten]}, mine)).json()
    (change,) = found["changes"]
    assert (change["name"], change["after"]["expires_on"]) == ("Joiner", "2028-06-01")
    assert (change["months_lost"], change["days_lost"]) == (0, 0)
    # Two half portions are two activities, not one taken twice.
    halves = [{"points": "5", "day": "2027-06-01"}, {"points": "5", "day": "2027-05-01"}]
    found = (await guild.post("/what-if", {"credits": halves}, mine)).json()
    assert found["changes"][0]["after"]["expires_on"] == "2028-06-01"


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "exams", "imagine"),
    ({"exams": [{"exam": "999-999", "day": "2027-01-01"}]}, "exams.0.exam", "'999-999'"),
    ({"exams": [{"exam": "200-301", "day": "2127-01-01"}]}, "exams.0.day", "50 years"),
    ({"exams": [{"exam": "200-301"}]}, "exams.0.day", "required"),
    ({"exams": [{"exam": "200-301", "day": "2027-01-01"}] * 21}, "exams", "20"),
    ({"credits": [{"points": 0, "day": "2027-01-01"}]}, "credits.0.points", "greater"),
    (
        {"credits": [{"points": 1, "day": "2027-01-01", "category": "zen"}]},
        "credits.0.category",
        "'zen'",
    ),
    ({"credits": [{"points": 1, "day": "1927-01-01"}]}, "credits.0.day", "50 years"),
    (
        {"exams": [{"exam": "200-301", "day": "2027-01-01"}], "on": "2199-01-01"},
        "on",
        "50 years",
    ),
    ({"wishes": []}, "wishes", "permitted"),
]


@pytest.mark.parametrize(("body", "field", "said"), REFUSED, ids=lambda one: str(one)[:40])
async def test_what_cannot_be_imagined_is_refused_by_field(
    desk: Desk, body: dict[str, Any], field: str, said: str
) -> None:
    await desk.hear(registered())
    answer = await desk.post("/what-if", body)
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["errors"]
    assert (fault["field"], said in fault["message"]) == (field, True)


async def test_each_operation_lets_in_its_own_audience_only(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-01"))
    body = {"exams": [{"exam": "350-401", "day": "2027-05-01"}]}
    for path in ("/credits", "/eligibility"):
        assert (await desk.client.get(path)).status_code == 401
        assert (await desk.answer(path, desk.staff())).status_code == 403
        assert (await desk.answer(f"{WHOSE}{path}", desk.candidate())).status_code == 403
        elsewhere = desk.staff(programmes=["juniper"])
        assert (await desk.answer(f"{WHOSE}{path}", elsewhere)).status_code == 403
        nobody = f"/candidates/cisco/CSCO9{path}"
        assert (await desk.answer(nobody, desk.staff())).status_code == 404
    assert (await desk.post("/what-if", body, {})).status_code == 401
    assert (await desk.post("/what-if", body, desk.staff())).status_code == 403
    assert (await desk.post(f"{WHOSE}/what-if", body, desk.candidate())).status_code == 403
    elsewhere = desk.staff(programmes=["juniper"])
    assert (await desk.post(f"{WHOSE}/what-if", body, elsewhere)).status_code == 403
    # Another candidate imagines with what is the other's, which is nothing.
    other = (await desk.post("/what-if", body, desk.candidate("CSCO2"))).json()
    assert [one["certification"] for one in other["changes"]] == ["Specialist-ENCOR"]
