"""Mail to one person with several ids: at the survivor's address, and nothing twice."""

from tests.services.merging import merged, separated
from tests.services.notifications.causes import passed
from tests.services.notifications.test_delivery import emails, settled
from tests.services.reacting import JANE, JOHN, Reacting, earned, person, revoked


async def test_the_person_is_written_to_as_the_survivor(keeping: Reacting) -> None:
    await keeping.hear(person(), person(JOHN, email="other@example.com"), merged(JOHN, JANE))
    await keeping.hear(passed(JOHN))
    (sent,) = await settled(keeping, 1)
    assert sent["to"] == "jane.doe@example.com"
    await keeping.hear(separated(JOHN, JANE))
    await keeping.hear(passed(JOHN, registration_number="2"))
    assert {one["to"] for one in await settled(keeping, 2)} == {
        "jane.doe@example.com",
        "other@example.com",
    }


async def test_what_being_one_person_changes_is_no_news(keeping: Reacting) -> None:
    await keeping.hear(
        person(),
        earned("CCNA", regrouped=True),
        revoked("CCNA", version=2, by="facts", regrouped=True),
        earned("CCNP-Enterprise"),
    )
    (sent,) = await settled(keeping, 1)
    assert "CCNP" in sent["subject"]
    assert len(await emails(keeping)) == 1


async def test_mail_that_waited_for_an_address_goes_to_the_survivors(keeping: Reacting) -> None:
    await keeping.hear(passed(JOHN), person())
    assert [one["state"] for one in await emails(keeping)] == ["waiting"]
    await keeping.hear(merged(JOHN, JANE))
    (sent,) = await settled(keeping, 1)
    assert sent["to"] == "jane.doe@example.com"


async def test_mail_waits_for_its_own_person_whatever_others_were_merged(
    keeping: Reacting,
) -> None:
    await keeping.hear(person(), person(JOHN, email="other@example.com"), merged(JOHN, JANE))
    await keeping.hear(passed(JOHN), passed(JOHN, registration_number="2"))
    await settled(keeping, 2)
    await keeping.hear(passed("CSCO10000003", registration_number="3"))
    assert {one["state"] for one in await emails(keeping)} == {"sent", "waiting"}
    await keeping.hear(person("CSCO10000003", email="third@example.com"))
    assert [one["to"] for one in await settled(keeping, 3)].count("third@example.com") == 1
