"""What becomes an e-mail, what does not, and who may see it."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic_core import to_json

from services.notifications.consumers import SUBSCRIPTIONS
from services.notifications.handlers import tell
from services.notifications.handlers.telling import TELLING
from services.notifications.handlers.tidings import said
from services.notifications.models import Contact, Email, MailboxItem
from shared.events import (
    AchievementReached,
    CertificationExpiring,
    CertificationReplaced,
    EmailSuppressed,
    Event,
)
from tests.services.notifications.causes import failed, link, passed
from tests.services.notifications.test_delivery import emails, settled
from tests.services.reacting import (
    JANE,
    JOHN,
    NOW,
    TODAY,
    Reacting,
    award,
    earned,
    expired,
    grace_started,
    person,
    reinstated,
    renewed,
    revoked,
    suspended,
)


async def test_old_news_is_suppressed_and_staff_see_why(keeping: Reacting) -> None:
    day = TODAY - timedelta(days=30)
    await keeping.hear(
        person(),
        earned("CCNA", active_on=day),
        earned("CCNP-Enterprise", active_on=day - timedelta(days=1)),
        earned("Specialist-ENCOR", active_on=TODAY, expires_on=TODAY - timedelta(days=1)),
        renewed("CCNA", active_on=date(2007, 2, 21), expires_on=date(2010, 2, 21)),
        passed(exam_date=date(1995, 10, 4)),
    )
    (sent,) = await settled(keeping, 1)
    assert sent["subject"] == "Congratulations: you have earned CCNA"
    suppressed = {
        email["template"] + email["error"] for email in await emails(keeping, "suppressed")
    }
    assert len(suppressed) == 4
    assert sum("more than 30 days" in one for one in suppressed) == 2
    assert sum("had expired on" in one for one in suppressed) == 2
    events = await keeping.until(
        lambda: told if len(told := keeping.told(EmailSuppressed)) >= 4 else None
    )
    assert {event.candidate_id for event in events} == {JANE}


async def test_what_follows_from_a_decision_is_as_old_as_that(keeping: Reacting) -> None:
    """A course approved, or a result released, long after its day."""
    day = TODAY - timedelta(days=100)
    decided: dict[str, Any] = {"active_on": day, "decided_at": NOW}
    await keeping.hear(
        person(),
        earned("CCNA", **decided),
        renewed("CCNP-Enterprise", **decided),
        earned("Specialist-ENCOR", **decided | {"decided_at": NOW - timedelta(days=40)}),
        renewed("Specialist-ENSLD", **decided | {"expires_on": TODAY - timedelta(days=1)}),
    )
    assert sorted(email["template"] for email in await settled(keeping, 2)) == [
        "certification_earned",
        "certification_renewed",
    ]
    assert len(await emails(keeping, "suppressed")) == 2


async def test_every_change_of_a_certification_is_told_once(keeping: Reacting) -> None:
    soon = award("CCNA", JANE, 2) | {"reminder": "90 days", "days_left": 90}
    events: list[Event] = [
        person(),
        CertificationExpiring(**soon),
        CertificationExpiring(**soon | {"reminder": "60 days", "days_left": 60}),
        grace_started("CCNP-Enterprise"),
        suspended("CCNA"),
        revoked("Specialist-ENCOR"),
        revoked("Specialist-ENARSI", by="facts"),
        reinstated("CCNA"),
        expired("Specialist-ENSLD", TODAY - timedelta(days=1)),
        AchievementReached(
            programme="cisco",
            candidate_id=JANE,
            achievement="ten",
            name="Ten years",
            reached_on=TODAY,
        ),
        CertificationReplaced(
            **award("Specialist-ENWLSI", JANE, 3)
            | {"status": "replaced", "successor": "CCNP-Enterprise"}
        ),
    ]
    await keeping.hear(*events, *events)
    sent = await settled(keeping, 10)
    assert sorted(email["subject"] for email in sent) == sorted(
        [
            "CCNA expires in 90 days, on 20 November 2029",
            "CCNA expires in 60 days, on 20 November 2029",
            "CCNP-Enterprise has run out, but can still be renewed through 18 February 2027",
            "CCNA is suspended",
            "Specialist-ENCOR is no longer yours",
            "Specialist-ENARSI is no longer yours",
            "CCNA is yours again",
            "Specialist-ENSLD has expired",
            "Ten years: congratulations",
            "Specialist-ENWLSI is now CCNP Enterprise",
        ]
    )


def test_every_event_that_is_told_has_its_telling() -> None:
    assert {event for event, handler in SUBSCRIPTIONS if handler is tell} == set(TELLING)


async def test_causes_keep_their_names(keeping: Reacting) -> None:
    """Another name for a cause that was told already would be a second e-mail about it."""
    result = passed()
    soon = award("CCNA", JANE, 2) | {"reminder": "90 days", "days_left": 90}
    ever = {"certification": "Life", "expires_on": None}
    await keeping.hear(
        link(),
        result,
        earned("CCNA", cycle=2),
        renewed("CCNA"),
        renewed("Life", expires_on=None),
        CertificationExpiring(**soon),
        CertificationExpiring(**soon | ever),
        grace_started("CCNA"),
        expired("CCNA", TODAY),
        suspended("CCNA", version=3),
        revoked("CCNA", version=4),
        reinstated("CCNA", version=5),
        CertificationReplaced(**award("CCNA", JANE, 6), successor="CCNP-Enterprise"),
        AchievementReached(
            programme="cisco", candidate_id=JANE, achievement="ten", name="Ten", reached_on=TODAY
        ),
    )
    assert {row["natural_key"] for row in await keeping.rows(Email)} == {
        "sign_in_link:01930000-0000-7000-8000-000000000001",
        f"exam_result:{result.result_id}",
        "certification_earned:cisco:CSCO10000000:CCNA:2",
        "certification_renewed:cisco:CSCO10000000:CCNA:2029-11-20",
        "certification_renewed:cisco:CSCO10000000:Life:ever",
        "certification_expiring:cisco:CSCO10000000:CCNA:2029-11-20:90 days",
        "certification_expiring:cisco:CSCO10000000:Life:ever:90 days",
        "certification_grace_started:cisco:CSCO10000000:CCNA:2027-02-18",
        "certification_expired:cisco:CSCO10000000:CCNA:2026-11-22",
        "certification_suspended:cisco:CSCO10000000:CCNA:3",
        "certification_revoked:cisco:CSCO10000000:CCNA:4",
        "certification_reinstated:cisco:CSCO10000000:CCNA:5",
        "certification_replaced:cisco:CSCO10000000:CCNA:6",
        "achievement_reached:cisco:CSCO10000000:ten",
    }


async def test_what_ran_out_long_ago_is_not_told(keeping: Reacting) -> None:
    past = TODAY - timedelta(days=40)
    await keeping.hear(
        person(),
        expired("CCNA", past),
        revoked("CCNP-Enterprise", expires_on=past),
        grace_started("Specialist-ENCOR", grace_until=past),
        CertificationExpiring(
            **award("Specialist-ENSLD", JANE, 2)
            | {"expires_on": past, "reminder": "30 days", "days_left": 30}
        ),
    )
    await keeping.until(lambda: len(keeping.told(EmailSuppressed)) >= 4)
    assert await emails(keeping, "queued") == []
    assert await emails(keeping, "sent") == []


async def test_any_order_and_any_repetition_give_the_same_mails(keeping: Reacting) -> None:
    again = link("forgotten")
    events: list[Event] = [
        person(),
        person(version=2, email="jane@new.example"),
        earned("CCNA"),
        earned("CCNA", version=3, cycle=2),
        earned("CCNA", JOHN),
        renewed("CCNA"),
        earned("CCNP-Enterprise", active_on=date(2020, 1, 1)),
        passed(),
        again,
    ]
    own = ("id", "message_id", "created_at", "next_attempt_at", "leased_until", "sent_at", "secret")
    fate = ("state", "attempts", "subject", "to_address", "data")
    await keeping.hear(*events)
    await settled(keeping, 5)
    expected = [await keeping.rows(Email, own + fate), await keeping.rows(Contact)]
    for seed in range(8):
        chance = random.Random(seed)
        await keeping.empty(Email, Contact, MailboxItem)
        shuffled = events + chance.choices(events, k=8)
        chance.shuffle(shuffled)
        await keeping.hear(*shuffled)
        await settled(keeping, 5)
        found = [await keeping.rows(Email, own + fate), await keeping.rows(Contact)]
        assert found == expected, f"seed {seed}"
        (waiting,) = await emails(keeping, "waiting")
        assert waiting["candidate_id"] == JOHN
    assert await keeping.parked() == []


async def test_staff_see_the_mails_of_their_programmes_only(keeping: Reacting) -> None:
    await keeping.hear(person(), earned("CCNA"))
    await settled(keeping, 1)
    cisco, juniper = keeping.staff(programmes=["cisco"]), keeping.staff(programmes=["juniper"])
    (mine,) = (await keeping.ask("GET", "/emails?programme=cisco", by=cisco))["items"]
    assert mine["to"] == "jane.doe@example.com"
    assert mine["state"] == "sent"
    assert (await keeping.ask("GET", "/emails?state=failed", by=cisco))["items"] == []
    assert (await keeping.ask("GET", "/emails", by=juniper))["items"] == []
    await keeping.ask("GET", "/emails?programme=cisco", by=juniper, status=403)
    await keeping.ask("GET", "/emails", by=keeping.staff(scope="imports:read"), status=403)
    await keeping.ask("GET", "/emails", by=keeping.candidate(), status=403)
    await keeping.ask("GET", "/emails", status=401)
    await keeping.ask("GET", "/emails?state=lost", by=cisco, status=422)
    await keeping.ask("GET", "/emails?cursor=WyJ4Il0", by=cisco, status=422)


async def test_mails_are_listed_newest_first_page_by_page(keeping: Reacting) -> None:
    await keeping.hear(*(earned("CCNA", f"CSCO{20_000_000 + number}") for number in range(5)))
    seen: list[str] = []
    path = "/emails?limit=2"
    while path:
        part = await keeping.ask("GET", path, by=keeping.staff())
        seen += [item["candidate_id"] for item in part["items"]]
        path = f"/emails?limit=2&cursor={part['next']}" if part["next"] else ""
    assert len(seen) == len(set(seen)) == 5


async def test_the_mailbox_shows_what_would_have_been_mailed(keeping: Reacting) -> None:
    await keeping.hear(person(), link())
    await settled(keeping, 1)
    (entry,) = await keeping.ask("GET", "/mailbox")
    assert entry["to"] == "jane.doe@example.com"
    mail = await keeping.ask("GET", f"/mailbox/{entry['id']}")
    assert mail["subject"] == entry["subject"] == "Welcome to Cisco: set your password"
    assert "/cisco/link/" in mail["text"]
    assert mail["html"].startswith("<!")
    await keeping.ask("GET", "/mailbox/01930000-0000-7000-8000-000000000000", status=404)


async def test_the_mailbox_keeps_the_newest_only(keeping: Reacting) -> None:
    people = [f"CSCO{20_000_000 + number}" for number in range(6)]
    await keeping.hear(*(person(one) for one in people), *(earned("CCNA", one) for one in people))
    await settled(keeping, 6)
    assert len(await keeping.ask("GET", "/mailbox")) == 3


@pytest.mark.parametrize("event", [passed(), failed(), earned(), renewed(), suspended(), revoked()])
def test_a_letter_is_told_what_the_event_says(event: Event) -> None:
    fields = frozenset(type(event).model_fields) - {"programme", "version"}
    assert to_json(said(event, fields)) == to_json(
        event.model_dump(mode="json", include=set(fields))
    )
