"""What people are told of copies and erasures, and what is forgotten afterwards."""

from datetime import timedelta
from uuid import uuid4

from services.notifications.jobs import forget_last_words
from services.notifications.models import Email
from shared.events import CandidateErased, Contact, DataErased, DataExportReady
from tests.services.erasing import swept
from tests.services.reacting import JANE, NOW, Reacting, person

CONTACT = Contact(given_name="Jane", family_name="Roe", email="jane@example.com")


async def mails(service: Reacting) -> list[str]:
    rows = (await service.client.get("/mailbox")).json()
    return [row["subject"] for row in rows]


async def test_a_copy_that_is_ready_is_told_once(keeping: Reacting) -> None:
    ready = DataExportReady(
        programme="cisco",
        candidate_id=JANE,
        request_id=uuid4(),
        contact=CONTACT,
        expires_at=NOW + timedelta(days=7),
    )
    await keeping.hear(ready, ready)
    await keeping.until(lambda: mails(keeping))
    assert await mails(keeping) == ["The copy of your data from Cisco is ready"]


async def test_the_last_word_outlives_the_erasure_by_a_day_and_no_more(keeping: Reacting) -> None:
    await keeping.hear(person(email="jane@example.com"))
    good_bye = DataErased(
        programme="cisco",
        request_id=uuid4(),
        login_id=JANE,
        contact=CONTACT,
        kept=("That a certification was earned.",),
        at=NOW,
    )
    # Whichever comes first.
    erased = CandidateErased(programme="cisco", candidate_id=JANE, request_id=uuid4(), at=NOW)
    await keeping.hear(good_bye)
    await keeping.hear(erased)
    await keeping.until(lambda: mails(keeping))
    assert await mails(keeping) == ["Your data at Cisco has been erased"]
    await forget_last_words(keeping.here)
    assert len(await mails(keeping)) == 1
    keeping.clock.advance(timedelta(days=1, minutes=1))
    await forget_last_words(keeping.here)
    assert await mails(keeping) == []
    assert await keeping.rows(Email) == []
    await swept(keeping.here)
