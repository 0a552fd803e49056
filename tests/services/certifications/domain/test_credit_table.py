"""Every credit with its dates, its status and the reason of it, and the totals."""

from decimal import Decimal
from pathlib import Path

from services.certifications.domain.credit_table import CreditTable, credit_table
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, told
from tests.services.certifications.domain.small_programme import small_programme


def table(programme: Programme, on: str, *sentences: str) -> CreditTable:
    return credit_table(programme, told(*sentences), day(on))


def rows(found: CreditTable) -> dict[str, tuple[str, str]]:
    return {line.id: (line.status, line.why) for line in found.lines}


ONE = "pass A on 2016-01-01"


def test_the_guides_two_lines(cisco: Programme) -> None:
    found = table(
        cisco,
        "2020-12-01",
        "pass 200-301 on 2020-02-24",
        "5 credits on 2020-03-01 as one",
        "5 credits on 2020-03-01 as two",
    )
    assert [
        (line.points, line.active_on, line.inactive_on, line.status) for line in found.lines
    ] == [(Decimal(5), day("2020-03-01"), day("2023-03-01"), "active")] * 2
    assert found.totals["active"] == Decimal(10)


def test_active_credits_name_what_they_count_for(rich: Programme) -> None:
    found = table(rich, "2016-06-01", ONE, "pass B on 2016-02-01", "10 credits on 2016-05-01 as c")
    assert rows(found) == {"c": ("active", "Counts for Two and One.")}
    assert found.lines[0].inactive_on == day("2019-05-01")


def test_used_credits_name_what_they_renewed(rich: Programme) -> None:
    found = table(rich, "2016-06-01", ONE, "30 credits on 2016-05-01 as c")
    assert rows(found) == {"c": ("used", "Used on 1 May 2016 for One.")}
    assert found.totals == {
        "active": 0,
        "used": Decimal(30),
        "expired": 0,
        "pending": 0,
        "not_counted": 0,
    }


def test_a_new_term_ends_the_credits_of_the_old(rich: Programme) -> None:
    found = table(rich, "2016-06-01", ONE, "10 credits on 2016-03-01 as c", "pass A on 2016-05-01")
    assert rows(found) == {"c": ("expired", "A new term of One began on 1 May 2016.")}
    assert found.lines[0].inactive_on == day("2016-05-01")


def test_old_age(rich: Programme) -> None:
    found = table(
        rich,
        "2019-01-03",
        ONE,
        "10 credits on 2016-01-02 as c",
        "extend One on 2018-01-01 to 2030-01-01: x",
    )
    assert rows(found) == {"c": ("expired", "Its last day was 2 January 2019.")}


def test_pending_and_handed_in_too_late(rich: Programme) -> None:
    found = table(
        rich,
        "2016-12-01",
        ONE,
        "5 credits on 2016-05-01 as late submitted 2016-09-01",
        "6 credits on 2016-05-02 as pending pending",
    )
    assert rows(found) == {
        "late": (
            "not_counted",
            "It was submitted on 1 September 2016, more than 90 days after its completion.",
        ),
        "pending": (
            "pending",
            "It has not been approved yet. Approved later, it counts from this active date.",
        ),
    }
    assert found.totals["pending"] == Decimal(6)


def test_the_same_item_twice(rich: Programme) -> None:
    found = table(
        rich,
        "2016-12-01",
        ONE,
        "5 credits on 2016-05-01 item x as a",
        "5 credits on 2016-06-01 item x as b",
    )
    assert rows(found)["b"] == (
        "not_counted",
        "The same item counts once in a term, and it was counted before.",
    )


def test_in_its_grace_a_certification_still_takes_credits(rich: Programme) -> None:
    found = table(rich, "2019-03-01", ONE, "pass B on 2016-02-01", "10 credits on 2017-05-01 as a")
    assert rows(found) == {"a": ("active", "Counts for Two.")}


def test_nothing_to_renew(rich: Programme) -> None:
    found = table(rich, "2016-12-01", "5 credits on 2016-05-01 as a")
    assert rows(found) == {"a": ("not_counted", "Nothing is held that credits could renew.")}
    assert table(rich, "2016-12-01").lines == ()


def test_what_is_voided_or_still_to_come_is_not_there(rich: Programme) -> None:
    facts = ("5 credits on 2016-05-01 as a", "5 credits on 2017-05-01 as b", "void a: Mistake")
    assert table(rich, "2016-12-01", ONE, *facts).lines == ()


OTHER = """
policies:
  - version: v1
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    credits: {validity: lifetime, new_cycle: keeps, use: once, earned_while: active,
              same_item: once, counts_for: highest_level,
              from_exams: [{of_class: [field], points: 7}]}
    levels:
      first: {validity: 3 years, renewal: {credits: {at_least: 30}}}
      second: {validity: 3 years, renewal: {exam: B}}
certifications:
  - {code: ONE, name: One, level: first, category: All, requires: {exam: A}}
  - {code: TWO, name: Two, level: second, category: All, requires: {exam: B}}
  - {code: NEW, name: New, level: second, category: All, requires: {credits: {at_least: 500}}}
"""


def test_credits_that_never_grow_old_come_with_exams_and_are_used_once(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, OTHER)
    found = table(
        programme,
        "2018-01-01",
        "5 credits on 2015-12-31 as before",
        "pass A on 2016-01-01",
        "30 credits on 2017-01-01 as used",
        "pass C on 2017-05-01 as exam",
    )
    assert rows(found) == {
        "exam": ("active", "Counts for One and New."),
        "used": ("used", "Used on 1 January 2017 for One."),
        "before": (
            "not_counted",
            "No certification was active on 31 December 2015, when it was earned.",
        ),
    }
    exam = found.lines[0]
    assert (exam.title, exam.points, exam.inactive_on) == ("Passed C Cut", Decimal(7), None)


def test_credits_for_the_highest_level_only(tmp_path: Path) -> None:
    rules = OTHER.replace("{credits: {at_least: 500}}", "{exam: D}").replace(
        "renewal: {exam: B}", "renewal: {any_of: [{exam: B}, {credits: {at_least: 90}}]}"
    )
    rules = rules.replace("new_cycle: keeps", "new_cycle: ends")
    programme = small_programme(tmp_path, rules)
    found = table(
        programme,
        "2018-01-01",
        "pass A on 2016-01-01",
        "9 credits on 2016-06-01 as c",
        "pass B on 2017-01-01",
    )
    assert rows(found) == {
        "c": ("not_counted", "Credits count for the highest level held, which is Second.")
    }


def test_a_level_that_credits_cannot_renew_does_not_keep_them(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, OTHER.replace("{credits: {at_least: 500}}", "{exam: D}"))
    found = table(
        programme,
        "2018-01-01",
        "pass A on 2016-01-01",
        "pass B on 2016-01-01",
        "9 credits on 2017-01-01 as c",
    )
    assert rows(found) == {"c": ("active", "Counts for One.")}
