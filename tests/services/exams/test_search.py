"""Staff find what an id names, whatever kind of id it is."""

from typing import Any

import pytest

from tests.services.exams.conftest import Desk, known, registration, result
from tests.services.exams.crediting import credit, post


async def hits(desk: Desk, text: str) -> list[tuple[str, str, Any]]:
    found = await desk.get(f"/search?q={text}")
    return [(hit["kind"], hit["what"], hit["candidate_id"]) for hit in found["items"]]


async def test_any_id_is_found(desk: Desk) -> None:
    await desk.hear(known("CSCO10000001", "T1"))
    await desk.accepted("/registrations", registration("R1"))
    await desk.accepted("/results", result("R1"))
    await desk.accepted("/results", result("R2", candidate_id="CSCO99999999"))
    held = {"programme": "cisco", "registration_number": "R3", "kind": "hold"}
    await desk.accepted("/changes", held)
    done = await desk.imported(
        "vendor,candidate_id,registration_number,exam_code,grade,exam_date\n"
        "vue,CSCO10000001,R4,200-301,pass,2026-11-20\n",
        name="november.csv",
    )
    mine = "CSCO10000001"
    assert await hits(desk, "csco10000001") == [("candidate", "candidate id", mine)]
    assert await hits(desk, "T1") == [("candidate", "testing id", mine)]
    assert await hits(desk, "R1") == [
        ("result", "registration number", mine),
        ("registration", "registration number", mine),
    ]
    assert await hits(desk, "CSCO99999999") == [("result", "id it waits for", None)]
    assert await hits(desk, "R3") == [("change", "registration number", None)]
    assert await hits(desk, "november.csv") == [("import", "file", None)]
    assert await hits(desk, done["id"]) == [("import", "file", None)]
    assert await hits(desk, "R") == []


async def test_an_activity_that_waits_is_found_by_whom_it_waits_for(desk: Desk) -> None:
    await post(desk, credit("E1", candidate_id="CSCO99999999"))
    assert await hits(desk, "CSCO99999999") == [("activity", "id it waits for", None)]
    assert await hits(desk, "E1") == [("activity", "external id", None)]


async def test_of_their_programmes_only(desk: Desk) -> None:
    await desk.hear(known())
    await desk.accepted("/results", result("R1"))
    others = desk.staff(programmes=["juniper"])
    assert (await desk.get("/search?q=R1", others))["items"] == []
    refused = await desk.client.get("/search?q=R1&programme=cisco", headers=others)
    assert refused.status_code == 403


@pytest.mark.parametrize("text", ["", "x" * 201, "%00"])
async def test_what_can_be_no_id_is_refused(desk: Desk, text: str) -> None:
    refused = await desk.client.get(f"/search?q={text}", headers=desk.staff())
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "q"
