"""Letters and settings that need no database."""

from datetime import timedelta
from typing import get_args

import pytest

from services.notifications.domain import RETRY_DELAYS, Template, retry_delay
from services.notifications.letters import Letters
from services.notifications.models import Contact, Email
from services.notifications.settings import Settings
from shared.errors import StartRefused
from shared.ids import uuid7
from shared.programmes import Programmes
from tests.services.notifications.causes import link, passed
from tests.services.reacting import JANE, PROGRAMMES, award

AWARD = {
    **award("CCNA", JANE, 1),
    "number": None,
    "active_on": "2026-11-20",
    "expires_on": "2029-11-20",
}
DATA = {
    "welcome": link().model_dump(mode="json"),
    "first_login": link().model_dump(mode="json"),
    "forgotten": link().model_dump(mode="json"),
    "certification_earned": AWARD,
    "certification_renewed": AWARD,
    "certification_expiring": AWARD | {"days_left": 90, "reminder": "90 days"},
    "certification_grace_started": AWARD
    | {"grace_until": "2030-02-18", "status_text": "In grace period"},
    "certification_expired": {
        "certification": "CCNA",
        "name": "CCNA",
        "expired_on": "2029-11-20",
    },
    "certification_suspended": AWARD,
    "certification_revoked": AWARD | {"by": "staff"},
    "certification_reinstated": AWARD,
    "certification_replaced": AWARD | {"successor": "CCNP-Enterprise"},
    "achievement_reached": {"achievement": "a-10", "name": "Ten years", "reached_on": "2026-11-20"},
    "exam_result": passed().model_dump(mode="json"),
}


@pytest.fixture(scope="module")
def letters() -> Letters:
    return Letters(Programmes.load(PROGRAMMES), "https://certtrack.example")


def email(template: str, programme: str = "cisco", **changes: object) -> Email:
    return Email(
        id=uuid7(),
        programme=programme,
        candidate_id=JANE,
        template=template,
        data=DATA[template] | changes,
        secret="token",
        message_id="<1@certtrack.example>",
    )


def contact(given_name: str = "Jane") -> Contact:
    return Contact(
        programme="cisco",
        candidate_id=JANE,
        email="jane.doe@example.com",
        given_name=given_name,
        family_name="Doe",
        locale="en",
        version=1,
    )


@pytest.mark.parametrize("template", get_args(Template))
@pytest.mark.parametrize("programme", ["cisco", "juniper"])
def test_every_letter_is_written_for_every_programme(
    letters: Letters, template: str, programme: str
) -> None:
    letter = letters.write(email(template, programme), contact())
    assert letter.subject
    assert letter.subject == letters.subject(email(template, programme))
    for part in (letter.text, letter.html):
        assert "Jane" in part
        assert "{{" not in part
        assert "None" not in part
    assert "\n\n\n" not in letter.text
    assert letter.text.startswith(letter.text.lstrip())
    assert "<script" not in letter.html


def test_what_people_wrote_is_text_in_html(letters: Letters) -> None:
    letter = letters.write(email("certification_earned"), contact("<b>Jane</b>"))
    assert "<b>Jane</b>" in letter.text
    assert "<b>Jane" not in letter.html
    assert "&lt;b&gt;Jane" in letter.html


def test_a_certification_that_never_expires_says_so(letters: Letters) -> None:
    letter = letters.write(email("certification_earned", expires_on=None), contact())
    assert "no expiry" in letter.text
    assert "whole of" not in letter.text


def test_a_reminder_counts_the_days_and_one_day_is_one(letters: Letters) -> None:
    many = letters.write(email("certification_expiring"), contact())
    assert many.subject == "CCNA expires in 90 days, on 20 November 2029"
    one = letters.write(email("certification_expiring", days_left=1), contact())
    assert one.subject == "CCNA expires in 1 day, on 20 November 2029"


def test_what_facts_took_back_is_told_otherwise_than_what_staff_did(letters: Letters) -> None:
    staff = letters.write(email("certification_revoked"), contact())
    assert "has revoked your certification" in staff.text
    facts = letters.write(email("certification_revoked", by="facts"), contact())
    assert "does not count any more" in facts.text
    assert "revoked" not in facts.text


def test_without_an_address_there_is_no_letter(letters: Letters) -> None:
    with pytest.raises(ValueError, match="no address"):
        letters.write(email("certification_earned"), None)


def test_pauses_grow_and_end_after_four_to_five_days() -> None:
    assert list(RETRY_DELAYS) == sorted(RETRY_DELAYS)
    assert timedelta(days=4) < sum(RETRY_DELAYS, timedelta()) < timedelta(days=5)
    assert retry_delay(len(RETRY_DELAYS)) is not None
    assert retry_delay(len(RETRY_DELAYS) + 1) is None


def test_the_mailbox_is_refused_in_production() -> None:
    with pytest.raises(StartRefused, match="CERTTRACK_MAILBOX"):
        Settings(environment="production", mailbox=True)
