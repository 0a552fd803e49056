"""Who is entitled to which kit, through the door."""

import asyncio
import random
from datetime import date

from services.fulfillment.consumers import SUBSCRIPTIONS
from services.fulfillment.models import Entitlement
from tests.services.reacting import JANE, JOHN, Reacting, earned, reinstated, renewed, revoked

MINE = "/entitlements"


async def test_an_award_entitles_to_the_kit_of_its_level_once(fulfillment: Reacting) -> None:
    await fulfillment.hear(
        earned("CCNA"), earned("CCIE-EnterpriseInfrastructure", level="expert", name="CCIE")
    )
    await fulfillment.hear(earned("CCNA"))
    answer = await fulfillment.ask("GET", MINE, by=fulfillment.candidate())
    assert [{key: one[key] for key in one if key != "id"} for one in answer["items"]] == [
        {
            "certification": "CCIE-EnterpriseInfrastructure",
            "name": "CCIE",
            "kit": "plaque",
            "kit_name": "Expert plaque",
            "state": "claimable",
            "earned_on": "2026-11-20",
        },
        {
            "certification": "CCNA",
            "name": "CCNA",
            "kit": "certificate",
            "kit_name": "Printed certificate",
            "state": "claimable",
            "earned_on": "2026-11-20",
        },
    ]
    same = await fulfillment.ask(
        "GET", f"/candidates/cisco/{JANE}/entitlements", by=fulfillment.staff()
    )
    assert same == answer


async def test_nobody_sees_what_is_not_theirs(fulfillment: Reacting) -> None:
    await fulfillment.hear(earned("CCNA"))
    for other in (fulfillment.candidate(JOHN), fulfillment.candidate(JANE, "juniper")):
        assert (await fulfillment.ask("GET", MINE, by=other))["items"] == []
    path = f"/candidates/cisco/{JANE}/entitlements"
    await fulfillment.ask("GET", path, by=fulfillment.staff(programmes=["juniper"]), status=403)
    await fulfillment.ask("GET", path, by=fulfillment.staff(scope="emails:read"), status=403)
    await fulfillment.ask("GET", path, by=fulfillment.candidate(), status=403)
    await fulfillment.ask("GET", MINE, by=fulfillment.staff(), status=403)
    await fulfillment.ask("GET", MINE, status=401)


async def test_any_order_and_any_repetition_give_one_entitlement(fulfillment: Reacting) -> None:
    events = [
        earned("CCNA"),
        earned("CCNA", version=5, cycle=2, active_on=date(2031, 2, 3)),
        earned("CCNP-Enterprise", level="professional"),
        earned("CCNA", JOHN, version=3),
        revoked("CCNP-Enterprise", version=2),
        revoked("CCNA", JOHN, version=4),
        reinstated("CCNA", JOHN, version=5),
    ]
    own = ("id", "created_at")
    await fulfillment.hear(*events)
    expected = await fulfillment.rows(Entitlement, leave=own)
    assert len(expected) == 3
    for seed in range(8):
        chance = random.Random(seed)
        await fulfillment.empty(Entitlement)
        shuffled = events + chance.choices(events, k=6)
        chance.shuffle(shuffled)
        for event in shuffled:
            await fulfillment.hear(event)
        assert await fulfillment.rows(Entitlement, leave=own) == expected, f"seed {seed}"
    assert await fulfillment.parked() == []


async def test_the_same_awards_at_the_same_moment_entitle_once(fulfillment: Reacting) -> None:
    events = [earned("CCNA", f"CSCO{20_000_000 + number}") for number in range(500)]
    backwards = events[::-1]
    await asyncio.gather(
        fulfillment.hear(*events), fulfillment.hear(*backwards), fulfillment.hear(*events)
    )
    assert len(await fulfillment.rows(Entitlement)) == 500


async def test_an_unknown_certification_is_parked_and_the_rest_entitled(
    fulfillment: Reacting,
) -> None:
    await fulfillment.hear(earned("CCNA"), earned("NO-SUCH"), earned("CCNP-Enterprise"))
    kept = await fulfillment.rows(Entitlement)
    assert {row["certification"] for row in kept} == {"CCNA", "CCNP-Enterprise"}
    (error,) = await fulfillment.parked()
    assert "NO-SUCH" in error


async def test_what_is_revoked_loses_its_kit_and_what_is_reinstated_has_it_again(
    fulfillment: Reacting,
) -> None:
    await fulfillment.hear(earned("CCNA"), earned("CCNP-Enterprise"), revoked("CCNA"))
    mine = await fulfillment.ask("GET", MINE, by=fulfillment.candidate())
    assert [one["certification"] for one in mine["items"]] == ["CCNP-Enterprise"]
    seen = await fulfillment.ask(
        "GET", f"/candidates/cisco/{JANE}/entitlements", by=fulfillment.staff()
    )
    assert {one["certification"]: one["state"] for one in seen["items"]} == {
        "CCNA": "withdrawn",
        "CCNP-Enterprise": "claimable",
    }
    await fulfillment.hear(reinstated("CCNA"), revoked("CCNA"))
    mine = await fulfillment.ask("GET", MINE, by=fulfillment.candidate())
    assert {one["certification"] for one in mine["items"]} == {"CCNA", "CCNP-Enterprise"}


def test_renewals_are_not_heard() -> None:
    assert type(renewed()) not in {kind for kind, _ in SUBSCRIPTIONS}
