"""When an exam may be taken again, by every rule that a programme can write."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.certifications.domain.facts import ExamFail, ExamPass, Fact, Voided
from services.certifications.domain.retakes import Eligibility, eligibility, next_eligible
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day
from tests.services.certifications.domain.small_programme import small_programme

Written: TypeAlias = Callable[[str], Programme]
CERTIFICATIONS = """
policies:
  - version: v1
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    levels:
      first: {validity: 3 years, renewal: {exams: {at_least: 1, of_class: [paper]}}}
      second: {validity: 3 years, renewal: {exam: C}}
certifications:
  - {code: ONE, name: One, level: first, category: All, requires: {exam: A}}
  - {code: TWO, name: Two, level: second, category: All, requires: {exam: B}}
"""


def attempts(*rows: str) -> list[Fact]:
    """Facts from rows such as "fail A 2024-01-01"."""
    found: list[Fact] = []
    for at, row in enumerate(rows):
        result, exam, on = row.split()
        made = ExamPass if result == "pass" else ExamFail
        found.append(made(f"registration-{at}", exam, day(on)))
    return found


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def programme(retakes: str) -> Programme:
        return small_programme(tmp_path, CERTIFICATIONS, exams=f"retakes:\n{retakes}")

    return programme


def ask(programme: Programme, on: str, *rows: str, exam: str = "A") -> Eligibility:
    return next_eligible(programme, attempts(*rows), exam, day(on))


def test_an_exam_never_taken_can_be_taken_at_once(written: Written) -> None:
    found = ask(written("  - {after_fail: [5 days]}"), "2024-01-01")
    assert (found.eligible_on, found.attempts, found.attempt_number) == (day("2024-01-01"), 0, 1)
    assert found.reason == "No attempt is recorded: it can be taken at once."
    assert found.rule is None


def test_five_days_after_a_fail_count_from_the_day_after(written: Written) -> None:
    found = ask(written("  - {after_fail: [5 days]}"), "2024-03-02", "fail A 2024-03-01")
    assert found.eligible_on == day("2024-03-07")
    assert found.rule == "retakes[0].after_fail"
    assert found.reason == (
        "The 1st attempt failed on 1 March 2024: the next attempt may be made from 7 March 2024 "
        "on, 5 days counted from the day after."
    )


def test_a_wait_that_is_over_is_over(written: Written) -> None:
    found = ask(written("  - {after_fail: [5 days]}"), "2024-03-07", "fail A 2024-03-01")
    assert (found.eligible_on, found.rule) == (day("2024-03-07"), None)
    assert found.reason == (
        "The last attempt, on 1 March 2024, failed; it can be taken again at once."
    )


@pytest.mark.parametrize(
    ("rows", "eligible_on", "number"),
    [
        (["fail A 2024-01-01"], "2024-01-01", 2),
        (["fail A 2024-01-01", "fail A 2024-02-01"], "2024-02-16", 3),
        (["fail A 2024-01-01", "fail A 2024-02-01", "fail A 2024-03-01"], "2024-05-31", 4),
        (["fail A 2023-01-01", "fail A 2023-06-01", "fail A 2023-11-01", "fail A 2024-03-01"],
         "2024-05-31", 5),
        # A pass starts the count anew.
        (["fail A 2023-01-01", "pass A 2023-06-01", "fail A 2024-03-01"], "2024-03-01", 2),
    ],
)  # fmt: skip
def test_the_wait_grows_with_the_number_of_the_attempt(
    written: Written, rows: list[str], eligible_on: str, number: int
) -> None:
    programme = written("  - {after_fail: [0 days, 14 days, 90 days]}")
    on = str(max(day(row.split()[2]) for row in rows))
    found = ask(programme, on, *rows)
    assert (found.eligible_on, found.attempt_number) == (day(eligible_on), number)


def test_a_pass_that_does_not_start_the_count_anew(written: Written) -> None:
    programme = written("  - {after_fail: [0 days, 14 days], pass_resets_count: false}")
    rows = ("pass A 2021-06-01", "fail A 2024-03-01")
    found = ask(programme, "2024-03-01", *rows)
    assert (found.eligible_on, found.attempt_number) == (day("2024-03-16"), 3)
    assert found.reason.startswith("The 2nd attempt failed on 1 March 2024:")


def test_after_a_pass(written: Written) -> None:
    programme = written("  - {after_pass: 180 days}")
    found = ask(programme, "2024-01-02", "pass A 2024-01-01")
    assert (found.eligible_on, found.rule) == (day("2024-06-30"), "retakes[0].after_pass")
    assert found.reason == (
        "It was passed on 1 January 2024: the next attempt may be made from 30 June 2024 on, "
        "180 days counted from the day after."
    )


def test_never_again_after_a_pass(written: Written) -> None:
    found = ask(written("  - {after_pass: never}"), "2024-01-02", "pass A 2024-01-01")
    assert found.eligible_on is None
    assert found.reason == "It was passed on 1 January 2024 and cannot be taken again."


def test_at_once_after_a_pass(written: Written) -> None:
    found = ask(written("  - {after_pass: none}"), "2024-01-02", "pass A 2024-01-01")
    assert found.eligible_on == day("2024-01-02")
    assert found.reason == "It was passed on 1 January 2024 and can be taken again at once."


def test_a_wait_in_hours(written: Written) -> None:
    found = ask(written("  - {after_fail: [24 hours]}"), "2024-01-01", "fail A 2024-01-01")
    assert found.eligible_on == day("2024-01-02")
    assert found.reason == (
        "The 1st attempt failed on 1 January 2024: the next attempt may be made 24 hours later, "
        "from 2 January 2024 on."
    )


def test_so_many_attempts_in_any_twelve_months(written: Written) -> None:
    programme = written("  - {after_fail: [15 days], most: {attempts: 3, within: 12 months}}")
    rows = ("fail A 2024-01-10", "fail A 2024-02-10", "fail A 2024-03-10")
    found = ask(programme, "2024-03-11", *rows)
    assert (found.eligible_on, found.rule) == (day("2025-01-10"), "retakes[0].most")
    assert found.reason == (
        "It can be taken at most 3 times within 12 months. The attempt of 10 January 2024 was "
        "the first of 3, so the next may be made from 10 January 2025 on."
    )
    assert ask(programme, "2024-02-11", *rows[:2]).eligible_on == day("2024-02-26")


def test_one_attempt_ever(written: Written) -> None:
    found = ask(written("  - {attempts_ever: 1}"), "2024-02-01", "fail A 2024-01-01")
    assert found.eligible_on is None
    assert found.rule == "retakes[0].attempts_ever"
    assert found.reason == "It can be taken once in all, which was on 1 January 2024."


def test_the_first_entry_that_fits_and_is_in_force_governs(written: Written) -> None:
    programme = written("""
  - {exams: [B], after_fail: [99 days]}
  - {of_class: [paper], effective_until: 2024-01-31, after_fail: [10 days]}
  - {of_class: [paper], effective_from: 2024-02-01, after_fail: [20 days]}
  - {after_fail: [30 days]}
""")
    assert ask(programme, "2024-02-01", "fail A 2024-01-31").eligible_on == day("2024-02-11")
    assert ask(programme, "2024-02-01", "fail A 2024-02-01").rule == "retakes[2].after_fail"
    other = ask(programme, "2024-02-01", "fail C 2024-02-01", exam="C")
    assert (other.eligible_on, other.rule) == (day("2024-03-03"), "retakes[3].after_fail")


def test_the_day_of_scheduling_can_choose_the_entry(written: Written) -> None:
    programme = written("""
  - {effective_from: 2015-01-01, governed_by: scheduling, after_fail: [30 days]}
  - {effective_from: 2014-08-02, after_fail: [90 days]}
""")
    rows = ("fail A 2014-12-01",)
    assert ask(programme, "2014-12-31", *rows).eligible_on == day("2015-03-02")
    assert ask(programme, "2015-01-01", *rows).eligible_on == day("2015-01-01")


def test_without_any_entry_there_is_no_wait(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, CERTIFICATIONS)
    found = ask(programme, "2024-03-01", "fail A 2024-03-01", "pass A 2024-03-01")
    assert (found.eligible_on, found.attempts) == (day("2024-03-01"), 2)


def test_a_retired_exam_is_never_taken_again(tmp_path: Path) -> None:
    gone = (
        "  - {code: E, name: Ebb, class: paper, retired: true, retired_on: 2024-03-10,"
        " replaced_by: B}\n"
        "  - {code: F, name: Fog, class: paper, retired: true}\n"
        "retakes: [{after_fail: [15 days]}]\n"
    )
    programme = small_programme(tmp_path, CERTIFICATIONS, exams=gone)
    assert ask(programme, "2024-03-10", exam="E").eligible_on == day("2024-03-10")
    late = ask(programme, "2024-03-11", exam="E")
    assert late.eligible_on is None
    assert late.rule == "exams.E.retired_on"
    assert late.reason == (
        "It is retired: 10 March 2024 was the last day to take it. B has taken its place."
    )
    waiting = ask(programme, "2024-03-01", "fail E 2024-03-01", exam="E")
    assert waiting.eligible_on is None
    assert waiting.reason.endswith(
        "By then it is retired: 10 March 2024 is its last day. B has taken its place."
    )
    assert ask(programme, "2024-03-01", exam="F").reason == "It can no longer be taken."


def test_a_pass_that_does_not_count_yet(tmp_path: Path) -> None:
    new = "  - {code: E, name: Ebb, class: paper, earned_from: 2024-05-01}\n"
    programme = small_programme(tmp_path, CERTIFICATIONS, exams=new)
    found = ask(programme, "2024-03-10", exam="E")
    assert (found.eligible_on, found.rule) == (day("2024-05-01"), "exams.E.earned_from")
    assert found.reason == "A pass counts from 1 May 2024 on."


def test_attempts_under_a_former_code_are_attempts_of_the_exam(tmp_path: Path) -> None:
    renamed = (
        "  - {code: E, name: Ebb, class: paper, aliases: [E1]}\nretakes: [{after_fail: [5 days]}]\n"
    )
    programme = small_programme(tmp_path, CERTIFICATIONS, exams=renamed)
    found = ask(programme, "2024-03-01", "fail E1 2024-03-01", exam="E")
    assert (found.exam, found.eligible_on, found.attempts) == ("E", day("2024-03-07"), 1)
    assert ask(programme, "2024-03-01", "fail E1 2024-03-01", exam="E1") == found


def test_a_voided_attempt_is_none(written: Written) -> None:
    facts = [*attempts("fail A 2024-03-01"), Voided("v", "registration-0", "Delivery failed")]
    found = next_eligible(written("  - {after_fail: [5 days]}"), facts, "A", day("2024-03-02"))
    assert (found.attempts, found.eligible_on) == (0, day("2024-03-02"))


def test_what_ends_before_the_next_attempt_is_named(written: Written) -> None:
    programme = written("  - {of_class: [paper], after_fail: [0 days, 14 days]}")
    rows = ("pass A 2021-04-01", "fail B 2024-03-20", "fail B 2024-03-25")
    found = ask(programme, "2024-03-26", *rows, exam="B")
    assert found.eligible_on == day("2024-04-09")
    assert found.warns == ("ONE",)
    (warning,) = found.warnings
    assert warning == (
        "One ends on 1 April 2024, before B, which would renew it, can be taken again on "
        "9 April 2024."
    )
    in_time = ask(programme, "2024-03-11", *rows[:1], "fail B 2024-03-10", "fail B 2024-03-11",
                  exam="B")  # fmt: skip
    assert (in_time.eligible_on, in_time.warns, in_time.warnings) == (day("2024-03-26"), (), ())


def test_what_the_exam_would_not_renew_is_not_named(written: Written) -> None:
    programme = written("  - {after_fail: [60 days]}")
    found = ask(programme, "2024-03-26", "pass A 2021-04-01", "fail C 2024-03-20", exam="C")
    assert (found.eligible_on, found.warns) == (day("2024-05-20"), ())


def test_a_warning_for_several_and_for_never(written: Written) -> None:
    programme = written("  - {exams: [C], attempts_ever: 1}\n  - {after_pass: none}")
    rows = ("pass B 2021-04-01", "fail C 2023-01-01")
    found = ask(programme, "2024-03-26", *rows, exam="C")
    assert found.warnings == (
        "Two ends on 1 April 2024, and C, which would renew it, cannot be taken again.",
    )


def test_several_exams_keep_their_order(written: Written) -> None:
    programme = written("  - {after_fail: [5 days]}")
    found = eligibility(programme, attempts("fail B 2024-03-01"), day("2024-03-01"), ("C", "B"))
    assert [(one.exam, one.eligible_on) for one in found] == [
        ("C", day("2024-03-01")),
        ("B", day("2024-03-07")),
    ]


def test_an_exam_that_the_programme_does_not_have(written: Written) -> None:
    with pytest.raises(KeyError, match="Z"):
        next_eligible(written("  - {after_fail: [5 days]}"), [], "Z", day("2024-01-01"))


RULES = """
  - {exams: [A], after_fail: [0 days, 14 days, 90 days], after_pass: 180 days,
     most: {attempts: 3, within: 12 months}}
  - {exams: [B], effective_from: 2021-01-01, governed_by: scheduling, after_fail: [1 month]}
  - {after_fail: [2 years], after_pass: never, attempts_ever: 4, pass_resets_count: false}
"""
DAYS = st.dates(date(2020, 1, 1), date(2023, 12, 31))
MADE = st.one_of(
    st.builds(ExamPass, st.sampled_from("abcdefg"), st.sampled_from("ABC"), DAYS),
    st.builds(ExamFail, st.sampled_from("abcdefg"), st.sampled_from("ABC"), DAYS),
)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    folder = tmp_path_factory.mktemp("strict")
    return small_programme(folder, CERTIFICATIONS, exams=f"retakes:\n{RULES}")


@settings(max_examples=200, deadline=None)
@given(facts=st.lists(MADE, max_size=8), as_of=DAYS)
def test_never_before_the_last_attempt_or_the_day_asked_about(
    strict: Programme, facts: list[ExamPass | ExamFail], as_of: date
) -> None:
    for found in eligibility(strict, facts, as_of, "ABC"):
        assert found.reason
        assert found.attempt_number <= found.attempts + 1
        if found.last_attempt_on is not None:
            assert found.last_attempt_on <= as_of
        if found.eligible_on is not None:
            assert found.eligible_on >= as_of
            # The first day is the first day: the day itself says so too, and the one before not.
            before = [fact for fact in facts if fact.day <= as_of]
            again = next_eligible(strict, before, found.exam, found.eligible_on)
            assert again.eligible_on == found.eligible_on
            if found.eligible_on > as_of and found.exam != "B":
                day_before = found.eligible_on - timedelta(days=1)
                same = next_eligible(strict, before, found.exam, day_before)
                assert same.eligible_on == found.eligible_on
