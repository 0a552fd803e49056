"""What waits: whom it may concern, and staff's word for whom it does."""

from typing import Any

import pytest

from services.exams.domain.names import name_key
from services.exams.domain.suggestions import close_ids
from shared.events import CandidateUpdated, Contact, CreditsGranted, Event, ExamPassed, ResultHeld
from tests.services.exams.conftest import NOW, Desk, known, registration, result

SCOPES = "imports:read imports:write candidates:read results:write"


def person(candidate_id: str, family_name: str = "Roe", *testing_ids: str, **more: Any) -> Event:
    contact = Contact(given_name="Jane", family_name=family_name, email="jane@example.com")
    return known(candidate_id, *testing_ids, **more).model_copy(update={"contact": contact})


async def waiting(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.get("/waiting"))["items"]
    return found


async def assign(desk: Desk, item: dict[str, Any], candidate_id: str, **body: Any) -> Any:
    return await desk.post(
        f"/waiting/{item['id']}/assign",
        {"candidate_id": candidate_id, "reason": "seen the passport", **body},
        headers=desk.staff(SCOPES),
    )


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Müller", "MULLER", True),
        ("O'Brien", "o brien", True),
        ("\uff39\uff41\uff4d\uff41\uff44\uff41", "yamada", True),
        ("Łukasz", "łukasz", True),
        ("Mueller", "Müller", False),
        ("Straße", "STRASSE", True),
    ],
)
def test_names_are_compared_without_case_and_accents(first: str, second: str, same: bool) -> None:
    assert (name_key(first) == name_key(second)) is same


@pytest.mark.parametrize(
    "named",
    [
        "csco10000001",  # other letters
        "CSC10000001",  # a slip in what comes before the digits
        "10000001",
        "CSCO10000011",  # another digit
        "CSCO1000001",  # a digit too few
        "CSCO100000001",  # a digit too many
        "CSCO10000010",  # two swapped
    ],
)
def test_an_id_with_one_slip_is_recognised(named: str) -> None:
    assert "CSCO10000001" in close_ids(named, "CSCO")
    assert named not in close_ids(named, "CSCO")
    assert "CSCO10000099" not in close_ids(named, "CSCO")


async def test_one_thing_that_waits_is_told_as_the_list_tells_it(desk: Desk) -> None:
    await desk.hear(person("CSCO10000001", "Roe"))
    await desk.accepted("/results", result("1", candidate_id="CSCO10000011", last_name="Roe"))
    (listed,) = await waiting(desk)
    assert listed["suggestions"]
    assert await desk.get(f"/waiting/{listed['id']}", desk.staff(SCOPES)) == listed
    others = desk.staff(SCOPES, programmes=["juniper"])
    refused = await desk.client.get(f"/waiting/{listed['id']}", headers=others)
    assert (refused.status_code, refused.json()["type"][-16:]) == (404, "/unknown-waiting")
    assert (await assign(desk, listed, "CSCO10000001")).is_success
    gone = await desk.client.get(f"/waiting/{listed['id']}", headers=desk.staff(SCOPES))
    assert gone.status_code == 404


async def test_suggestions_come_with_their_reasons_the_likeliest_first(desk: Desk) -> None:
    await desk.hear(
        person("CSCO10000001", "Müller"),
        person("CSCO10000002", "Roe"),
        person("CSCO10000003", "Roe", "T1"),
        person("CSCO10000004", "Poe", "T1"),
    )
    await desk.accepted(
        "/registrations", registration("3", testing_id="T9", candidate_id="CSCO10000004")
    )
    await desk.accepted(
        "/results",
        {
            "results": [
                result("1", candidate_id="CSCO10000011", last_name="MULLER"),
                result("2", candidate_id=..., testing_id="T1", last_name="Roe"),
                result("3", candidate_id=..., testing_id="T8", last_name="Nobody"),
                result("4", candidate_id="CSCO99999999"),
            ]
        },
    )
    found = {item["number"]: item["suggestions"] for item in await waiting(desk)}
    (first,) = found["1"]
    assert first["candidate_id"] == "CSCO10000001"
    assert (first["given_name"], first["family_name"]) == ("Jane", "Müller")
    assert first["reasons"] == ["has an id that differs by one digit", "has the same last name"]
    assert [one["candidate_id"] for one in found["2"]] == [
        "CSCO10000003",
        "CSCO10000004",
        "CSCO10000002",
    ]
    assert found["2"][0]["reasons"] == [
        "has testing id T1, which 2 candidates claim",
        "has the same last name",
    ]
    (third,) = found["3"]
    assert third["reasons"] == ["booked the exam under this registration number"]
    assert found["4"] == []


async def test_of_many_namesakes_some_are_suggested(desk: Desk) -> None:
    await desk.hear(*(person(f"CSCO1000{number:04d}") for number in range(30)))
    await desk.accepted("/results", result("1", candidate_id="CSCO55555555", last_name="roe"))
    (item,) = await waiting(desk)
    assert len(item["suggestions"]) == 5


async def test_assigning_links_a_result_for_good_and_publishes_it(desk: Desk) -> None:
    await desk.hear(person("CSCO10000001"))
    await desk.accepted("/results", result("1", candidate_id="CSCO10000011"))
    (item,) = await waiting(desk)
    answer = await assign(desk, item, "CSCO10000001")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "id": item["id"],
        "programme": "cisco",
        "candidate_id": "CSCO10000001",
        "state": "recorded",
    }
    await desk.settled()
    (passed,) = desk.told(ExamPassed)
    assert passed.candidate_id == "CSCO10000001"
    assert await waiting(desk) == []
    # The one whom the vendor named appears after all: the result stays where staff put it.
    await desk.hear(
        person("CSCO10000011"), person("CSCO10000001", version=2, kind=CandidateUpdated)
    )
    await desk.settled()
    assert len(desk.told(ExamPassed)) == 1
    again = await desk.accepted("/results", result("1", candidate_id="CSCO10000011"))
    assert again["duplicates"] == 1
    story = await desk.get(f"/results/{item['id']}", desk.staff(SCOPES))
    (told,) = [one for one in story["changes"] if one["kind"] == "assign"]
    assert told["said_by"] == "staff@example.com"
    assert "seen the passport" in str(told)
    assert (await assign(desk, item, "CSCO10000001")).status_code == 409


async def test_an_assigned_result_that_its_vendor_holds_is_held(desk: Desk) -> None:
    await desk.hear(person("CSCO10000001"))
    await desk.accepted("/results", result("1", candidate_id="CSCO10000011"))
    hold = {"programme": "cisco", "registration_number": "1", "subject": "result", "kind": "hold"}
    await desk.accepted("/changes", {"changes": [hold]})
    (item,) = await waiting(desk)
    assert (await assign(desk, item, "CSCO10000001")).json()["state"] == "held"
    await desk.settled()
    assert len(desk.told(ResultHeld)) == 1


async def test_credits_wait_and_are_assigned_too(desk: Desk) -> None:
    await desk.hear(person("CSCO10000001"))
    provider = desk.vendor("cdl", "credits:write")
    credit = {
        "programme": "cisco",
        "external_id": "1462600",
        "candidate_id": "csco10000001",
        "activity": "Cisco CE Credits",
        "provider": "CDL",
        "points": "5",
        "active_on": "2026-02-01",
    }
    await desk.accepted("/credits", {"credits": [credit]}, headers=provider)
    await desk.accepted("/results", result("1", candidate_id="CSCO10000011"))
    first, second = await waiting(desk)
    assert (first["kind"], first["number"], first["external_id"]) == (
        "credit",
        "1462600",
        "1462600",
    )
    assert first["suggestions"][0]["reasons"] == ["has the same id in other letters"]
    assert (second["kind"], second["registration_number"]) == ("result", "1")
    page = await desk.get("/waiting?limit=1")
    rest = await desk.get(f"/waiting?limit=1&cursor={page['next']}")
    assert [page["items"][0]["id"], rest["items"][0]["id"]] == [first["id"], second["id"]]
    assert (await assign(desk, first, "CSCO10000001")).status_code == 200
    await desk.settled()
    (granted,) = desk.told(CreditsGranted)
    assert granted.candidate_id == "CSCO10000001"


async def test_who_may_assign_what(desk: Desk) -> None:
    await desk.hear(person("CSCO10000001"))
    await desk.accepted("/results", result("1", candidate_id="CSCO10000011"))
    (item,) = await waiting(desk)
    path = f"/waiting/{item['id']}/assign"
    body = {"candidate_id": "CSCO10000001", "reason": "seen"}
    for headers, status in (
        (desk.staff("imports:write"), 403),
        (desk.candidate(), 403),
        (desk.vendor(scope="results:write"), 403),
        (desk.staff(SCOPES, programmes=["juniper"]), 404),
    ):
        assert (await desk.post(path, body, headers=headers)).status_code == status
    assert (await assign(desk, item, "CSCO77777777")).status_code == 404
    assert (await assign(desk, item, "CSCO10000001", reason=" ")).status_code == 422
    strange = {"id": "01a203b6-b49e-7405-9c2e-995f4c75bbe2"}
    assert (await assign(desk, strange, "CSCO10000001")).status_code == 404
    assert len(await waiting(desk)) == 1


async def test_who_was_known_before_names_were_kept_is_named_by_a_replay(desk: Desk) -> None:
    nameless = person("CSCO10000001", "")
    await desk.hear(nameless)
    await desk.hear(person("CSCO10000001", "Roe"))
    await desk.accepted("/results", result("1", candidate_id="CSCO55555555", last_name="Roe"))
    (item,) = await waiting(desk)
    assert [one["candidate_id"] for one in item["suggestions"]] == ["CSCO10000001"]
    assert item["received_at"] == NOW.isoformat().replace("+00:00", "Z")
