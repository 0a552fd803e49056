"""Several channels of one vendor say the same things at the same time, each in its own order."""

import asyncio
import random
from typing import Any

from tests.services.exams.conftest import Desk, known, result
from tests.services.exams.test_changes import at, change

PEOPLE = [f"CSCO{number:08d}" for number in range(5)]
NUMBERS = [str(number) for number in range(40)]


def words() -> list[tuple[str, dict[str, Any]]]:
    """What is said: of every third result that it is held, of every fifth that it is revoked."""
    said = []
    for place, number in enumerate(NUMBERS):
        whom = {"candidate_id": PEOPLE[place % len(PEOPLE)], "centre": f"C{place % 7}"}
        said.append(("results", result(number, stated_at=at(0), score="800", **whom)))
        said.append(("changes", change("change", 1, number, score="801")))
        if place % 3 == 0:
            said.append(("changes", change("hold", 2, number)))
        if place % 5 == 0:
            said.append(("changes", change("revoke", 3, number)))
    return said


async def channel(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    said = words()
    chance.shuffle(said)
    while said:
        batch, said = said[:15], said[15:]
        for kind in ("results", "changes"):
            items = [item for one, item in batch if one == kind]
            if items:
                answer = await desk.accepted(f"/{kind}", {kind: items})
                assert answer["rejected"] == 0


async def test_they_do_not_stand_in_each_others_way(desk: Desk) -> None:
    await desk.hear(*(known(person) for person in PEOPLE[1:]))

    async def appears() -> None:
        await desk.hear(known(PEOPLE[0]))

    await asyncio.gather(*(channel(desk, seed) for seed in range(6)), appears())
    found = {}
    for person in PEOPLE:
        for exam in (await desk.get("/history", desk.candidate(person)))["exams"]:
            found[exam["registration_number"]] = exam
    assert sorted(found) == sorted(NUMBERS)
    for place, number in enumerate(NUMBERS):
        story = await desk.get(f"/results/{found[number]['id']}")
        assert story["score"] == "801"
        assert (story["vendor_held"], story["revoked"]) == (place % 3 == 0, place % 5 == 0)
        # The programme holds what was sat at two centres on one day, as all of these were.
        assert story["state"] == ("revoked" if story["revoked"] else "held")
