"""Pearson VUE's notifications as statements of ours: the contract of the adapter, without HTTP."""

from typing import Any

import pytest
from hypothesis import given, strategies
from pydantic_core import to_json

from services.exams.domain.adapter import Refusal, Statement
from services.exams.domain.items import ChangeItem, ResultItem
from services.exams.domain.pearson_notifications import EXAM, KINDS, NOTIFICATION, translate
from tests.services.exams.feeds.samples import notification, notifications

ZONE = "America/Los_Angeles"
JSON = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers()
    | strategies.floats(allow_nan=False, allow_infinity=False)
    | strategies.text(),
    lambda inner: (
        strategies.lists(inner, max_size=4)
        | strategies.dictionaries(strategies.text(max_size=12), inner, max_size=4)
    ),
)


def said(given: Any) -> Statement:
    (one,) = translate(given, "cisco", ZONE)
    assert isinstance(one, Statement), one
    return one


def refused(given: Any) -> dict[str, str]:
    (one,) = translate(given, "cisco", ZONE)
    assert isinstance(one, Refusal), one
    return {fault.field: fault.message for fault in one.faults}


def test_a_result_as_the_sample_has_it() -> None:
    assert said(notifications()[0]).value == {
        "programme": "cisco",
        "registration_number": "412345678",
        "exam_code": "200-301",
        "candidate_id": "CSCO10000001",
        "last_name": "Roe",
        "grade": "pass",
        "score": "865",
        "passing_score": "825",
        "exam_date": "2026-10-12",
        "taken_at": "2026-10-12T14:30:00+00:00",
    }


def test_the_day_of_an_exam_is_counted_where_the_programme_is() -> None:
    # One in the morning of the 13th in Greenwich is the 12th in Los Angeles.
    assert said(notifications()[1]).value["exam_date"] == "2026-10-12"


@pytest.mark.parametrize(("event", "what"), KINDS.items())
def test_every_kind_says_what_the_table_says(event: str, what: tuple[str, str]) -> None:
    exam = {"appointment": {"startDateTime": "2026-12-01T09:00:00+01:00", "testCenterID": "76001"}}
    result = {"score": "900"} if what[1] == "change" else {}
    statement = said(notification(event, exam=exam, result=result))
    if what[1] == "result":
        assert statement.kind == "results"
        assert ResultItem.model_validate_json(to_json(statement.value)).grade == "pass"
        return
    assert statement.kind == "changes"
    assert (statement.value["subject"], statement.value["kind"]) == what
    item = ChangeItem.model_validate_json(to_json(statement.value))
    assert item.about == what[0]


def test_the_samples_hold_release_revoke_and_unrevoke() -> None:
    kinds = [said(one).value.get("kind", "result") for one in notifications()]
    assert kinds == ["result", "result", "hold", "release", "revoke", "reinstate"]


def test_time_id_sequence_and_reason_are_taken_along() -> None:
    given = notification(
        "placeHold",
        eventID="N-1",
        eventDateTime="2026/11/21 08:00:00 GMT",
        eventSequence=7,
        reason="data forensics",
    )
    assert said(given).value | {"candidate_id": None} == {
        "programme": "cisco",
        "registration_number": "1",
        "exam_code": "200-301",
        "candidate_id": None,
        "subject": "result",
        "kind": "hold",
        "notice_id": "N-1",
        "stated_at": "2026-11-21T08:00:00+00:00",
        "sequence": 7,
        "reason": "data forensics",
    }


def test_one_exam_may_stand_without_a_list_around_it() -> None:
    given = notification()
    given["exams"]["exam"] = given["exams"]["exam"][0]
    assert said(given).number == "1"


def test_each_exam_of_a_notification_is_a_statement_of_its_own() -> None:
    given = notification()
    given["exams"]["exam"] += [{"examSeriesCode": "350-401"}, "nonsense"]
    first, second, third = translate(given, "cisco", ZONE)
    assert isinstance(first, Statement)
    assert isinstance(second, Refusal)
    assert {fault.field for fault in second.faults} == {
        "exams.exam[1].examResult.registrationID",
        "exams.exam[1].examResult.grade",
        "exams.exam[1].examResult.examDate",
    }
    assert isinstance(third, Refusal)
    assert third.faults[0].field == "exams.exam[2]"


@pytest.mark.parametrize(
    ("score", "passing", "grade"),
    [("865", "825", "pass"), ("825", "825", "pass"), (824.5, 825, "fail"), ("9", "10", "fail")],
)
def test_without_a_grade_score_and_passing_score_decide(
    score: Any, passing: Any, grade: str
) -> None:
    given = notification(result={"grade": ..., "score": score, "passingScore": passing})
    assert said(given).value["grade"] == grade


def test_a_grade_that_is_told_is_not_worked_out() -> None:
    given = notification(result={"grade": "FAIL", "score": "900", "passingScore": "825"})
    assert said(given).value["grade"] == "fail"


OUTCOME = "exams.exam[0].examResult"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"eventType": ...}, "eventType", "is required"),
        ({"eventType": 7}, "eventType", "unknown kind '7'"),
        ({"eventType": ["RESULT_AVAILABLE"]}, "eventType", "must be a text"),
        ({"eventType": "SOMETHING_ELSE"}, "eventType", "unknown kind 'SOMETHING_ELSE'"),
        ({"exams": ...}, "exams.exam", "must be a list of exams"),
        ({"exams": {"exam": []}}, "exams.exam", "must be a list of exams"),
        ({"clientCandidateID": ""}, "clientCandidateID", "is required"),
        ({"clientCandidateID": {"id": 1}}, "clientCandidateID", "must be a text"),
        ({"eventDateTime": "yesterday"}, "eventDateTime", "must be a time"),
        ({"eventDateTime": "2026-11-21T08:00:00"}, "eventDateTime", "must be a time"),
        ({"eventSequence": -1}, "eventSequence", "must be a whole number"),
        ({"exam": {"examSeriesCode": ...}}, "exams.exam[0].examSeriesCode", "is required"),
        ({"result": {"registrationID": ...}}, f"{OUTCOME}.registrationID", "is required"),
        ({"result": {"registrationID": True}}, f"{OUTCOME}.registrationID", "must be a text"),
        ({"result": {"grade": "maybe"}}, f"{OUTCOME}.grade", "must be pass or fail"),
        ({"result": {"grade": ..., "score": "x"}}, f"{OUTCOME}.grade", "is required, unless"),
        ({"result": {"examDate": ...}}, f"{OUTCOME}.examDate", "is required"),
        ({"result": {"examDate": "2026-02-30"}}, f"{OUTCOME}.examDate", "must be a day"),
        ({"result": {"examDate": "2026/13/01"}}, f"{OUTCOME}.examDate", "must be a day"),
        ({"result": {"examDate": "0001-01-01T00:00:00+14:00"}}, f"{OUTCOME}.examDate", "must be"),
    ],
)
def test_what_is_wrong_is_named_as_the_vendor_names_it(
    changes: dict[str, Any], field: str, message: str
) -> None:
    assert refused(notification(**changes))[field].startswith(message)


def test_a_change_that_changes_nothing_is_refused() -> None:
    assert refused(notification("modifyResultStatus")) == {
        f"{OUTCOME}.grade": "grade, score, passingScore or examDate is required"
    }


def test_a_moved_appointment_needs_its_time() -> None:
    assert refused(notification("modifyAppointment")) == {
        "exams.exam[0].appointment.startDateTime": "is required"
    }


@given(JSON)
def test_any_json_is_answered(given: Any) -> None:
    for one in translate(given, "cisco", ZONE):
        assert isinstance(one, Statement | Refusal)


NAMES = sorted(
    {part for one in (*NOTIFICATION, *EXAM) for part in one.theirs.split(".")} | {"exams", "exam"}
)
LOOKS_RIGHT = strategies.recursive(
    JSON | strategies.sampled_from([*KINDS, "2026-11-20", "2026/11/20 10:00:00", "pass", "1"]),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(strategies.sampled_from(NAMES), inner, max_size=8)
    ),
)


@given(strategies.sampled_from(list(KINDS)), LOOKS_RIGHT, LOOKS_RIGHT)
def test_anything_under_the_right_names_is_answered(event: str, exams: Any, rest: Any) -> None:
    given = notification(event, exams={"exam": exams}, candidate=rest, eventDateTime=rest)
    for one in translate(given, "cisco", ZONE):
        if isinstance(one, Statement):
            assert to_json(one.value)
