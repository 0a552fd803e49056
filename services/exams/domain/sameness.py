"""When a second statement with the same registration number says the same thing.

What identifies the exam and its outcome is always compared. A score, an appointment and the like
are compared when the second statement gives one. Whom it is about is compared as far as both say:
one channel of a vendor names the testing id, another the candidate id and the last name, for the
same result.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from services.exams.domain.items import ChangeItem, Person, RegistrationItem, ResultItem
from services.exams.domain.life import CONTENT, Subject


def contact_digest(person: Person | None) -> str | None:
    """A fingerprint of the contact; the name and address themselves stay with identity."""
    if person is None:
        return None
    stated = f"{person.given_name}\x1f{person.family_name}\x1f{person.email.casefold()}"
    return hashlib.sha256(stated.encode()).hexdigest()


def _differ_where_both_say(first: str | None, second: str | None) -> bool:
    return first is not None and second is not None and first.casefold() != second.casefold()


def _person_differences(
    stored: Mapping[str, Any], testing_id: str | None, candidate_id: str | None
) -> list[str]:
    differing = []
    if _differ_where_both_say(stored["testing_id"], testing_id):
        differing.append("testing_id")
    if _differ_where_both_say(stored["named_candidate_id"] or stored["candidate_id"], candidate_id):
        differing.append("candidate_id")
    return differing


def result_differences(stored: Mapping[str, Any], item: ResultItem) -> list[str]:
    """The fields in which `item` says something else than the stored result."""
    differing = [] if stored["exam_code"] == item.exam_code else ["exam_code"]
    differing += _content_differences(stored, item, "result")
    differing += _person_differences(stored, item.testing_id, item.candidate_id)
    if _differ_where_both_say(stored["last_name"], item.last_name):
        differing.append("last_name")
    return differing


def registration_differences(stored: Mapping[str, Any], item: RegistrationItem) -> list[str]:
    """The fields in which `item` says something else than the stored registration."""
    differing = [] if stored["exam_code"] == item.exam_code else ["exam_code"]
    differing += _content_differences(stored, item, "registration")
    differing += _person_differences(stored, item.testing_id, item.candidate_id)
    if _differ_where_both_say(stored["contact_digest"], contact_digest(item.candidate)):
        differing.append("candidate")
    return differing


def change_differences(stored: Mapping[str, Any], item: ChangeItem) -> list[str]:
    """The fields in which a change is about another exam or person than the stored row."""
    differing = []
    if item.exam_code is not None and stored["exam_code"] != item.exam_code:
        differing.append("exam_code")
    return differing + _person_differences(stored, item.testing_id, item.candidate_id)


def _content_differences(
    stored: Mapping[str, Any], item: ResultItem | RegistrationItem, subject: Subject
) -> list[str]:
    """The fields of the content that `item` gives and that are stored otherwise."""
    given = {field: getattr(item, field) for field in CONTENT[subject]}
    if given.get("sections") is not None:
        given["sections"] = [one.model_dump() for one in given["sections"]]
    return [field for field, value in given.items() if value is not None and stored[field] != value]
