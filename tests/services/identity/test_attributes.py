"""What stands on record beside names and ids: who may write it, and what is refused."""

from typing import Any

import pytest

from tests.services.identity.conftest import Identity
from tests.services.identity.test_candidates import staff_token
from tests.services.identity.test_settings import Ann, arrive, wrongs

Json = Any


@pytest.fixture
async def ann(identity: Identity) -> Ann:
    return await arrive(identity)


def values(answer: Json) -> dict[str, Json]:
    return {one["id"]: one["value"] for one in answer["items"]}


async def test_nothing_is_set_at_first(ann: Ann) -> None:
    answer = await ann.get("/me/attributes")
    assert values(answer) == {"ccde": None, "ccie": None, "job-title": None, "netacad": None}
    by_id = {one["id"]: one for one in answer["items"]}
    assert [name for name, one in by_id.items() if one["editable"]] == ["job-title"]
    assert by_id["ccie"]["number_series"] == "ccie"
    assert all(one["used_for"] for one in answer["items"])


async def test_a_job_title_is_written_and_taken_away(ann: Ann) -> None:
    written = await ann.put("/me/attributes", {"values": {"job-title": "  Tide   engineer "}})
    assert values(written.json())["job-title"] == "Tide engineer"
    again = await ann.put("/me/attributes", {"values": {"job-title": "海の技術者"}})
    assert values(again.json())["job-title"] == "海の技術者"
    await ann.put("/me/attributes", {"values": {"job-title": "海の技術者"}})
    written_down = "SELECT count(*) FROM audit_entries WHERE action = 'attributes.changed'"
    assert await ann.identity.scalar(written_down) == 2
    taken = await ann.put("/me/attributes", {"values": {"job-title": " "}})
    assert values(taken.json())["job-title"] is None


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("netacad", "123", "only staff can change this"),
        ("ccie", "1024", "this number is given by the programme's rules, nobody writes it"),
        ("shoe-size", "44", "the programme has no such attribute"),
        ("job-title", "x" * 101, "use at most 100 characters"),
        ("job-title", "engineer\u202e", "this has a character that cannot be shown"),
    ],
)
async def test_what_candidates_cannot_write(ann: Ann, name: str, text: str, message: str) -> None:
    body = {"values": {name: text, "job-title" if name != "job-title" else name: text}}
    answer = await ann.put("/me/attributes", body)
    assert wrongs(answer)[f"values.{name}"] == message
    assert await ann.identity.scalar("SELECT count(*) FROM attribute_values") == 0


async def test_staff_write_what_candidates_cannot(identity: Identity, ann: Ann) -> None:
    path = "/candidates/cisco/CSCO10000000/attributes"
    body = {"values": {"netacad": "8682608"}}
    reader = await staff_token(identity, scopes=["accounts:read"])
    refused = await identity.http.put(
        path, json=body, headers={"Authorization": f"Bearer {reader}"}
    )
    assert refused.status_code == 403

    writer = await staff_token(identity, email="ada@example.com", scopes=["accounts:write"])
    headers = {"Authorization": f"Bearer {writer}"}
    assert (await identity.http.put(path, json=body, headers=headers)).status_code == 200
    assert values(await ann.get("/me/attributes"))["netacad"] == "8682608"
    number = {"values": {"ccie": "1"}}
    assert (await identity.http.put(path, json=number, headers=headers)).status_code == 422
    nobody = path.replace("CSCO1", "CSCO9")
    assert (await identity.http.put(nobody, json=body, headers=headers)).status_code == 404
    other = path.replace("cisco", "juniper")
    assert (await identity.http.put(other, json=body, headers=headers)).status_code == 403
    entries = await identity.rows("SELECT action, by_kind, subject FROM audit_entries")
    assert ("attributes.changed", "staff", "CSCO10000000") in entries
