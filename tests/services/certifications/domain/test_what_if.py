"""What imagined facts would change, and the months that renewing early would lose."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.certifications.domain.facts import CreditEntry, ExamPass, Fact
from services.certifications.domain.what_if import ImaginedChange, compare
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, passed, told
from tests.services.certifications.domain.small_programme import small_programme
from tests.services.certifications.domain.test_properties import DAYS, LOADED, candidates, facts_of

CERTIFICATIONS = """
policies:
  - version: v1
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    extends: [{levels: below, tracks: any}]
    levels:
      first: {validity: 3 years, renewal: {exams: {at_least: 1, of_class: [paper, field]}}}
      second: {validity: lifetime}
certifications:
  - {code: ONE, name: One, level: first, category: All, requires: {exam: A}}
  - {code: TWO, name: Two, level: second, category: All, requires: {all_of: [{exam: B}, {exam: D}]}}
"""
EXAMS = """
  - {code: E, name: Ebb, class: paper, retired: true, retired_on: 2024-02-01}
retakes: [{of_class: [paper], after_fail: [5 days], after_pass: 180 days}]
"""
RENEWED = (
    "One would be renewed on 27 November 2023 and be active through 27 November 2026 instead of "
    "through 1 April 2024."
)
LOSS = (
    "{} of the present term of One would be lost, because the new term counts from the day the "
    "requirement is met."
)


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    return small_programme(tmp_path, CERTIFICATIONS, exams=EXAMS)


def imagined(*rows: str) -> list[ExamPass]:
    """Passes from rows such as "B 2024-01-01"."""
    split = [row.split() for row in rows]
    return [ExamPass(f"imagined-{at}", e, day(on)) for at, (e, on) in enumerate(split, 1)]


def only(changes: tuple[ImaginedChange, ...]) -> ImaginedChange:
    (change,) = changes
    return change


def test_renewing_early_says_what_it_loses_and_when_it_would_not(programme: Programme) -> None:
    facts = passed("A 2021-04-01")
    found = compare(programme, facts, imagined("B 2023-11-27"), day("2023-11-22"))
    change = only(found.changes)
    assert found.on == day("2023-11-27")
    assert (change.before.expires_on, change.after.expires_on) == (
        day("2024-04-01"),
        day("2026-11-27"),
    )
    assert (change.months_lost, change.days_lost) == (4, 5)
    assert change.best_day == day("2024-04-01")
    assert found.sentences == (
        RENEWED,
        LOSS.format("4 months and 5 days"),
        "On 1 April 2024, its last day, nothing would be lost.",
    )
    assert found.warnings == ()


def test_on_the_last_day_nothing_is_lost(programme: Programme) -> None:
    found = compare(programme, passed("A 2021-04-01"), imagined("B 2024-04-01"), day("2023-11-22"))
    change = only(found.changes)
    assert (change.months_lost, change.days_lost, change.best_day) == (0, 0, day("2024-04-01"))
    assert found.sentences[1] == "Nothing of the present term of One would be lost."


def test_the_day_after_it_is_too_late(programme: Programme) -> None:
    found = compare(programme, passed("A 2021-04-01"), imagined("B 2024-04-02"), day("2023-11-22"))
    assert found.changes == ()
    assert found.sentences == ("On 2 April 2024 nothing would be different.",)


def test_an_exam_that_retires_before_the_last_day(programme: Programme) -> None:
    found = compare(programme, passed("A 2021-04-01"), imagined("E 2023-12-01"), day("2023-11-22"))
    change = only(found.changes)
    assert (change.months_lost, change.days_lost) == (4, 0)
    # The rules count a pass whenever it was taken, so only the offer sets this day.
    assert change.best_day == day("2024-02-01")
    assert change.sentences[2] == (
        "Least would be lost on 1 February 2024, the latest day on which it would do."
    )


def test_what_is_done_already_cannot_wait(programme: Programme) -> None:
    found = compare(programme, passed("A 2021-04-01"), imagined("B 2023-11-01"), day("2023-11-22"))
    change = only(found.changes)
    assert (change.months_lost, change.days_lost, change.best_day) == (5, 0, None)
    assert found.sentences[2] == "Waiting would not change that."


def test_something_new_and_what_it_carries_along(programme: Programme) -> None:
    facts = passed("A 2021-04-01", "D 2021-04-01")
    found = compare(programme, facts, imagined("B 2023-04-01"), day("2023-01-01"))
    one, two = found.changes
    assert (one.certification, two.certification) == ("ONE", "TWO")
    assert two.months_lost is None
    assert two.sentences == ("Two would be earned on 1 April 2023 and be active for a lifetime.",)
    assert one.after.holding


def test_carried_along(programme: Programme) -> None:
    facts = passed("A 2021-04-01", "B 2021-04-01")
    found = compare(programme, facts, imagined("D 2023-04-01"), day("2023-01-01"))
    assert found.changes[0].sentences[0].startswith("One would be")


def test_looked_at_on_another_day(programme: Programme) -> None:
    found = compare(
        programme, passed("A 2021-04-01"), imagined("B 2023-11-27"), day("2023-11-22"),
        on=day("2025-01-01"),
    )  # fmt: skip
    change = only(found.changes)
    assert (found.on, change.before.status, change.after.status) == (
        day("2025-01-01"),
        "expired",
        "active",
    )
    assert change.sentences[0] == (
        "One would be renewed on 27 November 2023 and be active through 27 November 2026."
    )


def test_an_attempt_before_it_is_allowed_is_warned_of(programme: Programme) -> None:
    facts = passed("A 2021-04-01")
    found = compare(programme, facts, imagined("A 2021-05-01", "X 2021-05-01"), day("2021-04-02"))
    (warning,) = found.warnings
    assert warning == (
        "A cannot be taken on 1 May 2021. It was passed on 1 April 2021: the next attempt may be "
        "made from 29 September 2021 on, 180 days counted from the day after."
    )


@settings(max_examples=200, deadline=None)
@given(candidates(), DAYS)
def test_nothing_imagined_changes_nothing(candidate: tuple[str, list[Fact]], as_of: date) -> None:
    found = compare(LOADED[candidate[0]], candidate[1], (), as_of)
    assert found.changes == ()
    assert found.on == as_of


@settings(max_examples=100, deadline=None)
@given(facts_of("cisco"), st.data())
def test_imagining_a_fact_that_is_there_changes_nothing(
    facts: list[Fact], data: st.DataObject
) -> None:
    passes = [fact for fact in facts if isinstance(fact, ExamPass)]
    again = data.draw(st.lists(st.sampled_from(passes), max_size=3)) if passes else []
    assert compare(LOADED["cisco"], facts, again, date(2023, 1, 1)).changes == ()


@settings(max_examples=150, deadline=None)
@given(candidates(), st.lists(st.tuples(st.sampled_from([*LOADED["cisco"].exams]), DAYS),
                              min_size=1, max_size=3), DAYS)  # fmt: skip
def test_the_best_day_keeps_it_active_and_loses_nothing(
    candidate: tuple[str, list[Fact]], rows: list[tuple[str, date]], as_of: date
) -> None:
    imagined_ = [ExamPass(f"imagined-{at}", exam, on) for at, (exam, on) in enumerate(rows, 1)]
    for change in compare(LOADED[candidate[0]], candidate[1], imagined_, as_of).changes:
        assert change.sentences
        if change.best_day is not None:
            assert change.before.expires_on is not None
            assert as_of <= change.best_day <= change.before.expires_on
        if change.months_lost or change.days_lost:
            assert change.after.expires_on is not None


CREDITS = """
policies:
  - version: v1
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    credits: {validity: 3 years, submit_within: 90 days}
    levels:
      first: {validity: 3 years, renewal: {credits: {at_least: 30}}}
      second: {validity: 3 years, renewal: {exam: B}}
    certifications:
      KEEP:
        renewal: {options: [{requires: {exam: B}, anchor: old_expiry}]}
certifications:
  - {code: ONE, name: One, level: first, category: All, requires: {exam: A}}
  - {code: KEEP, name: Keep, level: second, category: All, requires: {exam: C}}
"""


def credits_of(*sentences: str) -> list[CreditEntry]:
    return [fact for fact in told(*sentences) if isinstance(fact, CreditEntry)]


def test_the_last_credits_today_or_on_the_last_day(tmp_path: Path) -> None:
    # Who hands in the last credits early begins the new three years early.
    programme = small_programme(tmp_path, CREDITS)
    facts = told("pass A on 2021-04-01", "20 credits on 2023-10-01")
    today = credits_of("10 credits on 2023-11-22 submitted 2023-11-25 as imagined-1")
    change = only(compare(programme, facts, today, day("2023-11-22")).changes)
    assert (change.months_lost, change.days_lost, change.best_day) == (4, 10, day("2024-04-01"))
    assert change.sentences[2] == "On 1 April 2024, its last day, nothing would be lost."
    last = credits_of("10 credits on 2024-04-01 as imagined-1")
    change = only(compare(programme, facts, last, day("2023-11-22")).changes)
    assert (change.months_lost, change.days_lost) == (0, 0)
    assert change.after.expires_on == day("2027-04-01")


def test_credits_that_would_be_too_old_by_the_last_day_cannot_wait(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, CREDITS)
    # By 2024-04-01 the first twenty have run out: waiting that long renews nothing.
    facts = told("pass A on 2021-04-01", "20 credits on 2021-04-02 expires 2024-01-31")
    today = credits_of("10 credits on 2023-11-22 as imagined-1")
    change = only(compare(programme, facts, today, day("2023-11-22")).changes)
    assert change.after.expires_on == day("2026-11-22")
    assert (change.months_lost, change.days_lost) == (4, 10)
    assert change.best_day == day("2024-01-31")


def test_counting_from_the_old_expiry_loses_nothing_early(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, CREDITS)
    facts = told("pass C on 2021-04-01")
    change = only(compare(programme, facts, imagined("B 2023-11-27"), day("2023-11-22")).changes)
    assert (change.months_lost, change.days_lost) == (0, 0)
    assert change.after.expires_on == day("2027-04-01")
    assert change.sentences[1] == "Nothing of the present term of Keep would be lost."


def test_a_certification_in_its_grace_loses_nothing(tmp_path: Path) -> None:
    programme = small_programme(
        tmp_path,
        CREDITS.replace("{exam: B}}\n    cert", "{exam: B}, grace: {lasts: 90 days}}\n    cert"),
    )
    facts = told("pass C on 2021-04-01")
    change = only(compare(programme, facts, imagined("B 2024-05-01"), day("2024-04-20")).changes)
    assert change.before.status == "in_grace"
    assert (change.months_lost, change.days_lost) == (0, 0)


def test_what_is_suspended_stays_so_and_says_it(programme: Programme) -> None:
    facts = told("pass A on 2021-04-01", "suspend ONE on 2023-01-01: A case")
    change = only(compare(programme, facts, imagined("B 2023-11-27"), day("2023-11-22")).changes)
    assert change.sentences[0] == (
        "One would be renewed on 27 November 2023 and run through 27 November 2026 instead of "
        "through 1 April 2024. On 27 November 2023 it would be: Suspended since 1 January 2023."
    )


def test_what_another_one_carries_along(tmp_path: Path) -> None:
    extending = CREDITS.replace("    credits: {", "    extends: [{levels: below}]\n    credits: {")
    programme = small_programme(tmp_path, extending)
    facts = told("pass A on 2021-04-01")
    found = compare(programme, facts, imagined("C 2023-11-27"), day("2023-11-22"))
    change = next(one for one in found.changes if one.certification == "ONE")
    assert change.sentences[0] == (
        "One would be extended together with Keep on 27 November 2023 and be active through "
        "27 November 2026 instead of through 1 April 2024."
    )
