"""One's own data where one person has had several ids."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from shared.events import (
    CandidateErased,
    DataExportRequested,
)
from shared.merges import write_merges
from tests.services.identity.conftest import registration
from tests.services.identity.keeping import WHY, Keeping, opened


@pytest.fixture
async def keeping(database_url: str, tmp_path: Path) -> AsyncIterator[Keeping]:
    async with opened(database_url, tmp_path) as made:
        yield made


async def test_a_merged_person_is_copied_and_erased_under_every_id(keeping: Keeping) -> None:
    identity, survivor = keeping.identity, keeping.candidate_id
    await identity.register(registration("T2"))
    other = identity.link().login_id
    async with identity.here.database.transaction() as session:
        await write_merges(session, [(("cisco", other), survivor, 1)])
    asked = await keeping.ask("POST", "/me/data/copies")
    assert asked.status_code == 202
    (wanted,) = keeping.identity.of_type(DataExportRequested)
    assert wanted.candidate_ids == (survivor, other)

    # Staff may name either id; it is the person's.
    path = f"/candidates/cisco/{other}/data"
    body = {**WHY, "candidate_id": other}
    made = await keeping.ask("POST", f"{path}/erasure", body, staff=True)
    assert (made.status_code, made.json()["candidate_id"]) == (202, survivor)
    identity.clock.advance(timedelta(days=14))
    await keeping.run("data-requests")
    assert {one.candidate_id for one in keeping.identity.of_type(CandidateErased)} == {
        survivor,
        other,
    }
    assert await identity.scalar("SELECT count(*) FROM candidates") == 0
    # A copy that was under way is nobody's any more.
    assert await identity.scalar("SELECT state FROM data_requests WHERE kind = 'copy'") == "expired"

    await keeping.run("my-data")
    await keeping.finish(made.json()["id"], [survivor])
    state = "SELECT state FROM data_requests WHERE kind = 'erasure'"
    assert await identity.scalar(state) == "erasing"
    await keeping.finish(made.json()["id"], [other])
    assert await identity.scalar(state) == "done"


async def merged_with(keeping: Keeping, testing_id: str, version: int = 1) -> str:
    """Somebody else, who is merged into the candidate."""
    await keeping.identity.register(registration(testing_id))
    other = keeping.identity.link().login_id
    assert other is not None
    await stands_for(keeping, other, keeping.candidate_id, version)
    return other


async def stands_for(keeping: Keeping, one: str, survivor: str | None, version: int) -> None:
    async with keeping.identity.here.database.transaction() as session:
        await write_merges(session, [(("cisco", one), survivor, version)])


async def test_an_erasure_from_before_a_merge_is_taken_back_by_the_person(keeping: Keeping) -> None:
    other = await merged_with(keeping, "T2")
    await stands_for(keeping, other, None, 2)
    path = f"/candidates/cisco/{other}/data/erasure"
    made = await keeping.ask("POST", path, {**WHY, "candidate_id": other}, staff=True)
    assert (made.status_code, made.json()["candidate_id"]) == (202, other)
    await stands_for(keeping, other, keeping.candidate_id, 3)
    # It would erase the whole person, who sees it, and so may say no.
    assert (await keeping.overview())["erasure"]["state"] == "waiting"
    back = await keeping.ask("DELETE", "/me/data/erasure")
    assert (back.status_code, back.json()["state"]) == (200, "taken_back")
    keeping.identity.clock.advance(timedelta(days=30))
    await keeping.run("data-requests")
    assert keeping.identity.of_type(CandidateErased) == []


async def test_who_was_told_apart_since_does_not_get_the_others_data(keeping: Keeping) -> None:
    other = await merged_with(keeping, "T2")
    made = (await keeping.ask("POST", "/me/data/copies")).json()
    await keeping.write_parts(made["id"])
    await keeping.run("my-data")
    await keeping.run("data-requests")
    path = f"/me/data/copies/{made['id']}/file"
    assert (await keeping.ask("GET", path)).status_code == 200
    await stands_for(keeping, other, None, 2)
    assert (await keeping.ask("GET", path)).status_code == 404
