"""Agreements: texts of the programme, accepted by candidates once a version."""

import asyncio
import hashlib
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import pytest

from shared.events import AgreementAccepted, CandidateRegistered
from shared.programmes import Agreement, AgreementVersion
from tests.altered import altered
from tests.services.exams.conftest import NOW, Desk, known

ANNA = "JPR10000001"
ID = "candidate-agreement"


def person(desk: Desk, candidate_id: str = ANNA, programme: str = "juniper") -> dict[str, str]:
    return desk.token("candidate", candidate_id, programme=programme)


async def post(desk: Desk, version: Any, agreement: str = ID, **who: Any) -> httpx2.Response:
    path = f"/agreements/{agreement}/acceptances"
    return await desk.client.post(path, json={"version": version}, headers=person(desk, **who))


async def own(desk: Desk, **who: Any) -> dict[str, Any]:
    said = await desk.get("/agreements", person(desk, **who))
    assert said["timezone"] == "America/Los_Angeles"
    (agreement,) = said["items"]
    return dict(agreement)


async def test_an_agreement_is_read_and_accepted(desk: Desk) -> None:
    before = await own(desk)
    assert (before["id"], before["required"], before["state"]) == (ID, True, "open")
    assert (before["version"], before["effective_from"]) == ("2025", "2025-07-01")
    assert before["text"].startswith("EXAMPLE TEXT.")
    assert "\n\n2. Courses" in before["text"]
    assert (before["acceptable"], before["accepted_version"], before["acceptances"]) == (
        True,
        None,
        [],
    )
    answer = await post(desk, "2025")
    assert answer.status_code == 201, answer.text
    said = answer.json()
    digest = hashlib.sha256(before["text"].encode()).hexdigest()
    assert (said["version"], said["text_digest"]) == ("2025", digest)
    after = await own(desk)
    assert (after["state"], after["acceptable"]) == ("accepted", False)
    assert (after["accepted_version"], after["acceptances"]) == ("2025", [said])
    await desk.settled()
    (event,) = desk.told(AgreementAccepted)
    assert (event.candidate_id, event.agreement, event.agreement_version) == (ANNA, ID, "2025")
    assert str(event.acceptance_id) == said["id"]
    assert event.accepted_at == NOW
    # Another person, and the same id in another programme, have accepted nothing.
    assert (await own(desk, candidate_id="JPR10000002"))["state"] == "open"
    assert (await own(desk, programme="cisco"))["state"] == "open"


async def test_the_same_again_changes_nothing(desk: Desk) -> None:
    answers = await asyncio.gather(*(post(desk, "2025") for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    desk.clock.move_to(NOW.replace(year=2027))
    later = await post(desk, " 2025 ")
    assert (later.status_code, later.json()) == (200, answers[0].json())
    await desk.settled()
    assert len(desk.told(AgreementAccepted)) == 1


async def test_the_day_is_the_programmes(desk: Desk) -> None:
    desk.clock.move_to(datetime(2026, 1, 1, 3, tzinfo=UTC))
    assert (await post(desk, "2025")).json()["accepted_on"] == "2025-12-31"
    await desk.settled()
    (event,) = desk.told(AgreementAccepted)
    assert event.accepted_on == date(2025, 12, 31)


async def test_only_the_newest_version_in_force_can_be_accepted(desk: Desk) -> None:
    old = await post(desk, "2020")
    assert old.status_code == 409
    assert old.json()["type"].endswith("/agreement-not-in-force")
    assert old.json()["version"] == "2025"
    assert old.json()["errors"][0]["message"] == "the version in force is 2025"
    # A minute before midnight in California the newer one does not apply yet.
    desk.clock.move_to(datetime(2025, 7, 1, 6, 59, tzinfo=UTC))
    assert (await own(desk))["version"] == "2020"
    early = await post(desk, "2025")
    assert early.json()["errors"][0]["message"] == "the version in force is 2020"
    assert (await post(desk, "2020")).status_code == 201
    desk.clock.move_to(datetime(2025, 7, 1, 7, tzinfo=UTC))
    outdated = await own(desk)
    assert (outdated["state"], outdated["version"]) == ("outdated", "2025")
    assert (outdated["accepted_version"], outdated["acceptable"]) == ("2020", True)
    # What was accepted stays so, and can be said again.
    assert (await post(desk, "2020")).status_code == 200
    assert (await post(desk, "2025")).status_code == 201
    both = await own(desk)
    assert [one["version"] for one in both["acceptances"]] == ["2025", "2020"]
    assert both["accepted_version"] == "2025"
    desk.clock.move_to(datetime(2019, 1, 1, tzinfo=UTC))
    nothing = await own(desk)
    assert (nothing["state"], nothing["version"], nothing["text"]) == ("not_in_force", None, None)


@pytest.mark.parametrize(
    ("agreement", "version", "status", "words"),
    [
        ("nothing", "2025", 404, "no agreement 'nothing'"),
        (ID, "V1", 422, "unknown version 'V1'; known are 2020, 2025"),
        (ID, "", 422, "at least 1 character"),
        (ID, "x" * 41, 422, "at most 40"),
        (ID, 2025, 422, "string"),
        (ID, None, 422, "string"),
    ],
)
async def test_what_cannot_be_accepted_is_told(
    desk: Desk, agreement: str, version: Any, status: int, words: str
) -> None:
    answer = await post(desk, version, agreement)
    assert answer.status_code == status, answer.text
    assert words in answer.text
    assert (await own(desk))["acceptances"] == []


async def test_a_version_without_a_text_is_accepted_elsewhere(desk: Desk) -> None:
    programme = desk.here.programmes["juniper"]
    textless = Agreement(
        id=ID,
        name="Old",
        versions=(AgreementVersion(version="V1", effective_from=date(2020, 1, 1)),),
    )
    with altered(programme, agreements={ID: textless}):
        shown = await own(desk)
        assert (shown["state"], shown["acceptable"], shown["text"]) == ("open", False, None)
        answer = await post(desk, "V1")
        assert answer.status_code == 409
        assert "has no text here" in answer.text
    with altered(programme, agreements={}):
        assert (await desk.get("/agreements", person(desk)))["items"] == []


async def test_staff_see_what_a_candidate_has_accepted(desk: Desk) -> None:
    event = known(ANNA)
    assert isinstance(event, CandidateRegistered)
    await desk.hear(event.model_copy(update={"programme": "juniper"}))
    await post(desk, "2025")
    path = f"/candidates/juniper/{ANNA}/agreements"
    assert (await desk.get(path))["items"] == [await own(desk)]
    for wrong, headers, status in (
        ("/candidates/juniper/JPR10000009/agreements", desk.staff(), 404),
        (path, desk.staff(programmes=["cisco"]), 403),
        (path, desk.staff(scope="imports:read"), 403),
        (path, person(desk), 403),
        ("/agreements", desk.staff(), 403),
        ("/agreements", desk.vendor(), 403),
        ("/agreements", person(desk, programme="nowhere"), 403),
    ):
        answer = await desk.client.get(wrong, headers=headers)
        assert answer.status_code == status, wrong
    refused = await desk.client.post(
        f"/agreements/{ID}/acceptances", json={"version": "2025"}, headers=desk.staff()
    )
    assert refused.status_code == 403
