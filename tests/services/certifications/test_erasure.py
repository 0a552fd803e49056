"""What a certificate's code proves once its holder's data is erased."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.envelope import Message, encode
from shared.events import CandidateErased
from shared.ids import uuid7
from tests.services.certifications.desk import JANE, NOW, Desk, passed, registered
from tests.services.erasing import swept


def erased(*keep: str) -> CandidateErased:
    return CandidateErased(
        programme="cisco",
        candidate_id=JANE,
        request_id=uuid4(),
        keep=keep,
        at=datetime(2026, 11, 22, tzinfo=UTC),
    )


async def test_a_code_goes_on_proving_what_was_earned_and_not_by_whom(desk: Desk) -> None:
    await desk.hear(registered(), passed("200-301", "2026-11-20"))
    code = desk.published[0].verification_code
    before = await desk.get(f"/public/{code}", {})
    await desk.hear(erased("certifications"))
    await swept(desk.here)
    after = await desk.get(f"/public/{code}", {})
    assert (after["erased"], after["holder"], after["number"]) == (True, "", None)
    for field in ("valid", "certification", "status", "active_on", "expires_on"):
        assert after[field] == before[field], field
    # What comes late about the person changes nothing, and tells nothing.
    told = len(desk.published)
    await desk.hear(registered(), passed("350-401", "2026-11-21"))
    assert (await desk.get(f"/public/{code}", {})) == after
    assert len(desk.published) == told
    assert (await desk.client.get("/parked", headers=desk.staff("events:manage"))).json()[
        "items"
    ] == []


@pytest.mark.parametrize("why", ["the policy keeps nothing", "the holder let nobody see it"])
async def test_a_code_that_proves_nothing_looks_like_one_never_given(desk: Desk, why: str) -> None:
    disclosed = why == "the policy keeps nothing"
    await desk.hear(registered(disclosure=disclosed), passed("200-301", "2026-11-20"))
    code = desk.published[0].verification_code
    await desk.hear(erased() if disclosed else erased("certifications"))
    await swept(desk.here)
    answer = await desk.client.get(f"/public/{code}")
    never = await desk.client.get("/public/ABCDEFGH")
    assert answer.status_code == never.status_code == 404
    assert answer.json()["detail"] == never.json()["detail"]


@pytest.mark.parametrize("erased_first", [True, False])
async def test_in_one_delivery_the_tombstone_wins_in_either_order(
    desk: Desk, erased_first: bool
) -> None:
    await desk.hear(passed("200-301", "2026-11-20"))
    events = [erased(), registered()] if erased_first else [registered(), erased()]
    messages = [Message(uuid7(), one.type, encode([one], NOW)) for one in events]
    await desk.bus.send("certifications", messages)
    for table in ("candidates", "facts", "certifications"):
        assert await desk.rows(f"SELECT * FROM {table}") == [], table
    await swept(desk.here)
