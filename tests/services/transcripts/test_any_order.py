"""Whatever order events come in, and however often: the same copies."""

import random
from datetime import date

from services.transcripts.models import Holder, Holding
from shared.events import CertificationExpired, Event
from tests.services.reacting import (
    JANE,
    JOHN,
    Reacting,
    earned,
    grace_started,
    person,
    reinstated,
    renewed,
    revoked,
    suspended,
)


def history() -> list[Event]:
    lapse = CertificationExpired(
        programme="cisco",
        candidate_id=JANE,
        version=3,
        certification="CCNA",
        expired_on=date(2029, 11, 21),
    )
    return [
        person(),
        person(version=2, family_name="Roe"),
        person(version=3, disclosure=False),
        person(JOHN, given_name="John"),
        earned("CCNA"),
        renewed("CCNA", version=2, expires_on=date(2030, 1, 31)),
        lapse,
        earned("CCNA", version=4, cycle=2, expires_on=date(2033, 5, 5)),
        earned("CCNA", JOHN),
        lapse.model_copy(update={"candidate_id": JOHN, "version": 2}),
        grace_started("CCNA", JOHN, version=3),
        suspended("CCNP-Enterprise", JOHN, version=4),
        revoked("CCNP-Enterprise", JOHN, version=5),
        reinstated("CCNP-Enterprise", JOHN, version=6),
        revoked("Specialist-ENCOR", JOHN, version=2, by="facts"),
    ]


async def test_any_order_and_any_repetition_give_the_same_copies(transcripts: Reacting) -> None:
    events = history()
    await transcripts.hear(*events)
    expected = [await transcripts.rows(model) for model in (Holder, Holding)]
    assert [len(rows) for rows in expected] == [2, 4]
    for seed in range(12):
        chance = random.Random(seed)
        await transcripts.empty(Holder, Holding)
        shuffled = events + chance.choices(events, k=8)
        chance.shuffle(shuffled)
        await transcripts.hear(*shuffled)
        found = [await transcripts.rows(model) for model in (Holder, Holding)]
        assert found == expected, f"seed {seed}"
    assert await transcripts.parked() == []


async def test_500_events_in_one_batch(transcripts: Reacting) -> None:
    await transcripts.hear(*(earned("CCNA", f"CSCO{20_000_000 + n}") for n in range(500)))
    assert len(await transcripts.rows(Holding)) == 500
