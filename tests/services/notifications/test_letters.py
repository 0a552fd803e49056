"""Letters and settings that need no database."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from services.notifications.account_words import WORDS, words_of
from services.notifications.domain import RETRY_DELAYS, Template, retry_delay
from services.notifications.letters import Letters
from services.notifications.models import Contact, Email
from services.notifications.settings import Settings
from shared.errors import StartRefused
from shared.events import (
    CourseCompletionApproved,
    CourseCompletionRejected,
    CourseCompletionReturned,
    ResultChanged,
    ResultHeld,
    ResultReinstated,
    ResultRevoked,
    ResultStanding,
)
from shared.ids import uuid7
from shared.programmes import Programmes
from tests.services.notifications.causes import became, course, flagged, link, passed
from tests.services.reacting import JANE, PROGRAMMES, award


def _turn(kind: type[ResultStanding]) -> dict[str, Any]:
    reason = "The centre's seating plan is being compared."
    data = became(kind, passed(), 2, reason=reason).model_dump(mode="json")
    return data if data["state"] == "recorded" else data | {"grade": None, "score": None}


AWARD = {
    **award("CCNA", JANE, 1),
    "number": None,
    "active_on": "2026-11-20",
    "expires_on": "2029-11-20",
}
STAFF_LINK = {
    "login": "sam@example.com",
    "invited_by": "Ada",
    "given_name": "Jane",
    "family_name": "",
    "expires_at": "2026-11-29T10:00:00+00:00",
}
PROOF = {
    "login_id": JANE,
    "email": "jane@home.example",
    "path": "address",
    "given_name": "Jane",
    "family_name": "Doe",
    "expires_at": "2026-11-29T10:00:00+00:00",
}
CASE = {
    "number": "CASE-7K3M-2Q",
    "kind": "missing_result",
    "subject": "My CCNA pass",
    "message": "Please send us <b>your</b> score report.\n\nThank you",
    "given_name": "Jane",
    "family_name": "Doe",
}
DATA = {
    "account_notice": {
        "at": "2026-11-22T17:45:00+00:00",
        "staff": False,
        **words_of("passkey_added", {"name": "Jane's phone", "device": "Firefox on Linux"}),
    },
    "case_opened": CASE | {"by": "staff"},
    "case_answered": CASE,
    "case_resolved": CASE | {"outcome": "The result has arrived.\nEnjoy."},
    "case_waiting": CASE | {"candidate_id": JANE, "new": True},
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
    "result_held": _turn(ResultHeld),
    "result_changed": _turn(ResultChanged),
    "result_revoked": _turn(ResultRevoked),
    "result_reinstated": _turn(ResultReinstated),
    "completion_approved": course(CourseCompletionApproved).model_dump(mode="json"),
    "completion_rejected": course(CourseCompletionRejected).model_dump(mode="json"),
    "completion_returned": course(CourseCompletionReturned).model_dump(mode="json"),
    "result_flagged": flagged().model_dump(mode="json"),
    "prove_address": PROOF,
    "prove_score_report": PROOF,
    "prove_registration": PROOF | {"login_id": None, "path": "register"},
    "data_export_ready": {
        "given_name": "Jane",
        "family_name": "Doe",
        "expires_at": "2026-11-29T10:00:00+00:00",
    },
    "data_erased": {
        "given_name": "Jane",
        "family_name": "Doe",
        "login_id": JANE,
        "kept": ["That a certification was earned, with its dates."],
    },
    "staff_invitation": STAFF_LINK,
    "staff_forgotten": STAFF_LINK | {"invited_by": None},
}
# What goes to staff greets nobody by name.
TO_CANDIDATES = [one for one in get_args(Template) if one not in ("result_flagged", "case_waiting")]


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


@pytest.mark.parametrize("template", TO_CANDIDATES)
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


def test_dates_that_were_corrected_are_not_told_as_a_renewal(letters: Letters) -> None:
    letter = letters.write(email("certification_renewed", corrected=True), contact())
    assert letter.subject == f"{AWARD['name']} has other dates"
    for part in (letter.text, letter.html):
        assert "was corrected" in part
        assert "enewed" not in part
        assert "well done" not in part
    assert "\n\n\n" not in letter.text


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


@pytest.mark.parametrize("template", ["result_held", "result_revoked", "completion_returned"])
def test_a_reason_is_told_as_it_was_given_and_left_out_where_none_was(
    letters: Letters, template: str
) -> None:
    said = letters.write(email(template, reason="It was <b>odd</b>."), contact())
    assert ": It was <b>odd</b>." in said.text
    assert "It was &lt;b&gt;odd&lt;/b&gt;." in said.html
    silent = letters.write(email(template, reason=None), contact())
    for part in (silent.text, silent.html):
        assert "Reason" not in part
        assert "What is needed" not in part


def test_what_does_not_count_is_told_without_its_grade(letters: Letters) -> None:
    counts = letters.write(email("result_changed"), contact())
    assert "Grade" in counts.text
    assert "This is how it reads now" in counts.html
    data: dict[str, Any] = {"state": "held", "grade": None, "score": None}
    held = letters.write(email("result_changed", **data), contact())
    for part in (held.text, held.html):
        assert "Grade" not in part
        assert "Score" not in part
        assert "does not count for now" in part


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("hold", "held until somebody decides"),
        ("notify", "counts as it is"),
        ("flag", "counts as it is"),
    ],
)
def test_staff_are_told_what_a_check_found_and_where_to_look(
    letters: Letters, action: str, says: str
) -> None:
    to_staff = email("result_flagged", action=action)
    to_staff.candidate_id, to_staff.to_address = None, "exam-security@example.com"
    letter = letters.write(to_staff, None)
    assert (letter.to_address, letter.to_name) == ("exam-security@example.com", "")
    assert letter.subject == "200-301, registration 219142598: a check found something"
    for part in (letter.text, letter.html):
        assert "retake too early" in part
        assert "It was taken 2 days after a fail" in part
        assert f"/cisco/staff/candidates/{JANE}" in part
        assert says in part
        assert "None" not in part
    unknown = email("result_flagged", candidate_id=None)
    unknown.to_address = "exam-security@example.com"
    assert "not known yet" in letters.write(unknown, None).text


@pytest.mark.parametrize("by", ["candidate", "staff", "system"])
def test_a_case_is_told_with_its_number_and_the_way_to_it(letters: Letters, by: str) -> None:
    letter = letters.write(email("case_opened", by=by), contact())
    assert "CASE-7K3M-2Q" in letter.subject
    for part in (letter.text, letter.html):
        assert "/cisco/support/cases/CASE-7K3M-2Q" in part
        # One's own words need not be read again.
        assert ("score report" in part) == (by != "candidate")
    assert "<b>your" not in letter.html


def test_staff_read_where_to_answer_and_not_what_was_written(letters: Letters) -> None:
    to_staff = email("case_waiting", new=False)
    to_staff.candidate_id, to_staff.to_address = None, "desk@example.com"
    letter = letters.write(to_staff, None)
    assert letter.subject == "CASE-7K3M-2Q: a candidate has answered"
    for part in (letter.text, letter.html):
        assert "/cisco/staff/cases/CASE-7K3M-2Q" in part
        assert "score report" not in part
        assert JANE in part


@pytest.mark.parametrize("notice", [*WORDS, "a_notice_of_a_later_release"])
def test_every_notice_of_an_account_has_words(letters: Letters, notice: str) -> None:
    details = {"name": "<b>phone</b>", "device": "Firefox on Linux", "left": "9", "email": "a@b.c"}
    letter = letters.write(email("account_notice", **words_of(notice, details)), contact())
    for part in (letter.subject, letter.text, letter.html):
        assert "{" not in part.split("<style")[0]
    assert "<b>phone" not in letter.html
    assert "/cisco/personal-info/" in letter.text or "/cisco/" in letter.html
    for_staff = letters.write(
        email("account_notice", **words_of(notice, details), staff=True), contact()
    )
    assert "/cisco/staff/" in for_staff.text


@pytest.mark.parametrize(
    ("template", "says", "link"),
    [
        ("prove_address", "jane@home.example", "/cisco/address/token"),
        ("prove_score_report", JANE, "/cisco/address/token"),
        ("prove_registration", "no account is made", "/cisco/register/token"),
    ],
)
def test_a_link_that_proves_an_address_says_what_it_does(
    letters: Letters, template: str, says: str, link: str
) -> None:
    letter = letters.write(email(template), contact())
    for part in (letter.text, letter.html):
        assert says in part
        assert f"https://certtrack.example{link}" in part
        assert "works once and until 29 November 2026" in part
        assert "need not do anything" in part


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
