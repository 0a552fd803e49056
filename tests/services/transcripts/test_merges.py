"""Transcripts of one person with several ids, and apart again."""

import random
from typing import Any

from shared.events import Event
from tests.services.merging import merged, separated
from tests.services.reacting import JANE, JOHN, Reacting, earned, person, renewed, revoked

FORM = {"description": "For work", "valid_through": "2027-01-01", "all_new": True}


async def shared_by(service: Reacting, candidate_id: str) -> Any:
    return await service.ask(
        "POST", "/transcripts", FORM, by=service.candidate(candidate_id), status=201
    )


async def shown(service: Reacting, code: str) -> tuple[str, set[str]]:
    document = await service.ask("GET", f"/public/{code}")
    return document["holder"], {one["name"] for one in document["certifications"]}


async def test_links_of_both_lead_to_the_person_and_back(transcripts: Reacting) -> None:
    await transcripts.hear(
        person(),
        person(JOHN, given_name="Janet"),
        earned("CCNA"),
        earned("CCNP-Enterprise", JOHN),
    )
    codes = [(await shared_by(transcripts, one))["code"] for one in (JANE, JOHN)]
    await transcripts.hear(merged(JOHN, JANE))
    # Before certifications has told of the survivor, what was told of the other stands in.
    for code in codes:
        assert await shown(transcripts, code) == ("Jane Doe", {"CCNA", "CCNP-Enterprise"})
    listed = await transcripts.ask("GET", "/transcripts", by=transcripts.candidate(JANE))
    assert {one["code"] for one in listed["items"]} == set(codes)
    theirs = listed["items"][0]
    path = f"/transcripts/{theirs['id']}"
    await transcripts.ask("PUT", path, FORM, by=transcripts.candidate(JANE))
    # What is told of the survivor holds for all.
    await transcripts.hear(revoked("CCNP-Enterprise", JANE, version=1, by="facts", regrouped=True))
    assert (await shown(transcripts, codes[1]))[1] == {"CCNA"}
    await transcripts.hear(separated(JOHN, JANE))
    assert await shown(transcripts, codes[0]) == ("Jane Doe", {"CCNA"})
    assert await shown(transcripts, codes[1]) == ("Janet Doe", {"CCNP-Enterprise"})
    await transcripts.ask("GET", path, by=transcripts.candidate(JANE), status=404)


async def test_the_survivors_consent_is_the_persons(transcripts: Reacting) -> None:
    await transcripts.hear(person(), person(JOHN), earned("CCNA", JOHN))
    code = (await shared_by(transcripts, JOHN))["code"]
    await transcripts.hear(merged(JOHN, JANE), person(version=2, disclosure=False))
    await transcripts.ask("GET", f"/public/{code}", status=410)
    await transcripts.hear(separated(JOHN, JANE))
    assert (await shown(transcripts, code))[1] == {"CCNA"}


async def test_any_order_and_any_repetition_end_alike(transcripts: Reacting) -> None:
    await transcripts.hear(person(), person(JOHN))
    code = (await shared_by(transcripts, JANE))["code"]
    events: list[Event] = [
        earned("CCNA", JOHN),
        merged(JOHN, JANE),
        separated(JOHN, JANE),
        merged(JOHN, JANE, version=3),
        renewed("CCNA", JANE, version=1),
    ]
    for seed in range(6):
        chance = random.Random(seed)
        shuffled = events + chance.choices(events, k=4)
        chance.shuffle(shuffled)
        await transcripts.hear(*shuffled)
        assert (await shown(transcripts, code))[1] == {"CCNA"}
        listed = await transcripts.ask("GET", "/transcripts", by=transcripts.candidate(JOHN))
        assert [one["code"] for one in listed["items"]] == [code]
