"""Mistakes about vendors, the layouts of their files, and checks of results."""

from pathlib import Path

import pytest

from shared.programmes import Programme
from tests.shared.programmes.mistakes import LIGHTHOUSE, Mistake

FILE = "feeds.yaml"


def mistake(old: str, new: str, at: str, expected: str) -> Mistake:
    return Mistake(FILE, old, new, at, expected)


VENDORS = {
    "a vendor's id in capitals": mistake(
        "id: beacon\n",
        "id: Beacon\n",
        "id: Beacon",
        "vendors[0].id: expected the vendor's id: at most 32 small letters, digits and -",
    ),
    "a vendor used twice": mistake(
        "id: academy\n",
        "id: beacon\n",
        "id: beacon\n    name: Keepers",
        "vendors[1].id: vendor 'beacon' is already used on line {line of id: beacon}; "
        "expected a new one",
    ),
    "an order that is none": mistake(
        "order_by: sequence",
        "order_by: arrival",
        "order_by: arrival",
        "vendors[1].order_by: expected 'time' or 'sequence', not 'arrival'",
    ),
    "an address without https": mistake(
        "https://beacon",
        "http://beacon",
        "http://beacon",
        "vendors[0].scheduling_url: expected an https address where candidates book exams, "
        "not 'http://beacon.example.com/book'",
    ),
    "a misspelt field": mistake(
        "expected_days",
        "expected_day",
        "expected_day",
        "vendors[0].expected_day: is not known here; expected one of id, name, order_by",
    ),
}
MAPPINGS = {
    "a column of ours that is none": mistake(
        "Outcome: grade",
        "Outcome: mark",
        "Outcome: mark",
        "vendors[0].mappings[0].columns.Outcome: unknown column 'mark' of results; "
        "expected one of candidate_id, centre, exam_code",
    ),
    "a column filled twice": mistake(
        "Outcome: grade",
        "Outcome: exam_code",
        "Outcome: exam_code",
        "vendors[0].mappings[0].columns.Outcome: 'exam_code' is already filled by column 'Exam'",
    ),
    "a column that is read and ignored": mistake(
        "[Weather]",
        "[Exam]",
        "Exam: exam_code",
        "vendors[0].mappings[0].columns.Exam: is among the ignored columns too",
    ),
    "a constant of an unknown column": mistake(
        "centre: Harbour",
        "place: Harbour",
        "place: Harbour",
        "vendors[0].mappings[0].constants.place: unknown column 'place' of results",
    ),
    "a constant that a column fills": mistake(
        "centre: Harbour",
        "grade: pass",
        "grade: pass",
        "vendors[0].mappings[0].constants.grade: is already filled by column 'Outcome'",
    ),
    "values of a column that nothing fills": mistake(
        "grade: {P",
        "score: {P",
        "score: {P",
        "vendors[0].mappings[0].values.score: no column of the file fills 'score'; "
        "expected one of candidate_id, exam_code, exam_date",
    ),
    "a date of a column that nothing fills": mistake(
        'exam_date: "%d',
        'taken_at: "%d',
        "taken_at:",
        "vendors[0].mappings[0].dates.taken_at: no column of the file fills 'taken_at'",
    ),
    "an unknown encoding": mistake(
        "encoding: cp1252",
        "encoding: cp9999",
        "encoding: cp9999",
        "vendors[0].mappings[0].encoding: unknown encoding 'cp9999'; expected a name such as utf-8",
    ),
    "an unknown time zone": mistake(
        "timezone: Europe/London",
        "timezone: Europe/Londinium",
        "timezone: Europe/Londinium",
        "vendors[0].mappings[0].timezone: unknown time zone 'Europe/Londinium'",
    ),
    "an unknown kind of rows": mistake(
        "kind: results",
        "kind: outcomes",
        "kind: outcomes",
        "vendors[0].mappings[0].kind: expected 'results', 'registrations', 'credits'",
    ),
    "a mapping of another vendor's name": mistake(
        "id: academy-credits",
        "id: beacon-nightly",
        "{id: beacon-nightly",
        "vendors[1].mappings[0].id: mapping 'beacon-nightly' is already used on line ",
    ),
}
CHECKS = {
    "an unknown check": mistake(
        "check: impossible_date",
        "check: impossible_day",
        "check: impossible_day",
        "checks[5].check: expected 'retake_too_early', 'score_out_of_range', 'exam_retired'",
    ),
    "an unknown action": mistake(
        "impossible_date, action: flag",
        "impossible_date, action: ban",
        "action: ban",
        "checks[5].action: expected 'flag', 'hold' or 'notify', not 'ban'",
    ),
    "a check of an unknown exam": mistake(
        "exams: [LAMP]",
        "exams: [LAMB]",
        "exams: [LAMB]",
        "checks[0].exams[0]: unknown exam 'LAMB'",
    ),
    "a check of exams and of classes": mistake(
        "impossible_date, action: flag",
        "impossible_date, action: flag, exams: [LAMP], of_class: [lamp]",
        "check: impossible_date",
        "checks[5]: expected exams or of_class or neither, not both",
    ),
    "a check of scores without scores": mistake(
        ", least: 300, most: 1000",
        "",
        "check: score_out_of_range",
        "checks[1]: expected least or most or both: the scores that there are",
    ),
    "scores the wrong way round": mistake(
        "least: 300, most: 1000",
        "least: 1000, most: 300",
        "least: 1000",
        "checks[1]: expected most to be at least 1000, least, not 300",
    ),
    "a score that is no number": mistake(
        "least: 300",
        "least: low",
        "least: low",
        "checks[1].least: expected a score: a number such as 300, not 'low'",
    ),
    "attempts without a stretch": mistake(
        "attempts: 4, within: 12 months",
        "attempts: 4",
        "attempts: 4",
        "checks[2]: expected attempts and within: so many in any stretch of that length",
    ),
    "a field of another check": mistake(
        "impossible_date, action: flag",
        "impossible_date, action: flag, within: 1 day",
        "check: impossible_date",
        "checks[5]: within says nothing here; it belongs to too_many_attempts and two_centres",
    ),
    "an address that nobody writes to": mistake(
        "action: notify, within",
        "action: hold, within",
        "action: hold, within",
        "checks[3]: expected action: notify where an address is given",
    ),
    "an address that is none": mistake(
        "notify: master@example.com",
        "notify: master",
        "notify: master",
        "checks[3].notify: expected an e-mail address",
    ),
}
MISTAKES = {**VENDORS, **MAPPINGS, **CHECKS}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_expectation(name: str, tmp_path: Path) -> None:
    MISTAKES[name].check(LIGHTHOUSE, tmp_path)


def test_a_check_of_waits_that_nobody_wrote_down() -> None:
    texts = Programme.files(LIGHTHOUSE)
    head, _, _ = texts["exams.yaml"].partition("retakes:")
    texts["exams.yaml"] = head
    with pytest.raises(Exception, match=r"checks\[0\]\.check: finds nothing: exams\.yaml has no"):
        Programme.of_texts("lighthouse", texts)


def test_a_programme_without_feeds_has_none() -> None:
    texts = Programme.files(LIGHTHOUSE)
    del texts["feeds.yaml"]
    bare = Programme.of_texts("lighthouse", texts)
    assert (dict(bare.vendors), bare.checks) == ({}, ())


def test_what_a_programme_says_of_feeds() -> None:
    programme = Programme.load(LIGHTHOUSE)
    beacon, academy = programme.vendors["beacon"], programme.vendors["academy"]
    assert (beacon.expected_days, academy.expected_days) == (3, 5)
    assert (academy.order_by, academy.scheduling_url) == ("sequence", None)
    (mapping,) = beacon.mappings
    assert mapping.values["grade"] == {"P": "pass", "F": "fail"}
    early, scores, attempts, centres, retired, _ = programme.checks
    assert early.fits("LAMP", "")
    assert not early.fits("HORN", "")
    assert (str(scores.least), str(scores.most)) == ("300", "1000")
    assert str(attempts.stretch) == "12 months"
    assert str(centres.stretch) == str(retired.stretch) == "1 day"
