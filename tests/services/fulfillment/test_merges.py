"""Kits of one person with several ids: each once, and apart again exactly."""

from typing import Any

from tests.services.merging import merged, separated
from tests.services.reacting import JANE, JOHN, Reacting, earned, revoked


async def kits(service: Reacting, candidate_id: str = JANE) -> list[Any]:
    answer = await service.ask("GET", "/entitlements", by=service.candidate(candidate_id))
    return sorted(one["certification"] for one in answer["items"])


async def test_one_earning_gives_one_kit_whoever_it_is_told_of(fulfillment: Reacting) -> None:
    await fulfillment.hear(earned("CCNA", JOHN), earned("CCNP-Enterprise"))
    await fulfillment.hear(merged(JOHN, JANE))
    assert await kits(fulfillment) == ["CCNA", "CCNP-Enterprise"]
    # Certifications tells the same of the survivor: no second kit.
    await fulfillment.hear(earned("CCNA", JANE, regrouped=True))
    assert await kits(fulfillment) == await kits(fulfillment, JOHN) == ["CCNA", "CCNP-Enterprise"]
    # Taken away from the person, it is not to be had under the old id either.
    await fulfillment.hear(revoked("CCNA", JANE, version=2))
    assert await kits(fulfillment) == ["CCNP-Enterprise"]
    path = f"/candidates/cisco/{JOHN}/entitlements"
    seen = await fulfillment.ask("GET", path, by=fulfillment.staff())
    assert [(one["certification"], one["state"]) for one in seen["items"]] == [
        ("CCNA", "withdrawn"),
        ("CCNP-Enterprise", "claimable"),
    ]
    await fulfillment.hear(separated(JOHN, JANE))
    assert await kits(fulfillment) == ["CCNP-Enterprise"]
    assert await kits(fulfillment, JOHN) == ["CCNA"]
