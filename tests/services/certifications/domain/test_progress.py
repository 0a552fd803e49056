"""The lines of a tree: what counts, what no longer counts, and why, for evidence of every kind."""

from pathlib import Path

from services.certifications.domain import Explained, Progress
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day, told
from tests.services.certifications.domain.small_programme import small_programme


def tree(programme: Programme, on: str, code: str, *sentences: str) -> Progress:
    (root,) = Explained(programme, told(*sentences), day(on)).detail(code).progress
    return root


def shown(line: Progress) -> dict[str | None, tuple[bool, str]]:
    return {one.fact: (one.counts, one.why) for one in line.evidence}


ONE = "pass A on 2016-01-01"
CYCLE = (
    "pass D on 2020-01-01",
    "agreement secrecy V2 on 2020-01-01",
    "approval board on 2020-02-01",
)


def test_credits_with_a_limit_say_what_does_not_count(rich: Programme) -> None:
    line = tree(
        rich,
        "2016-12-01",
        "One",
        ONE,
        "15 credits on 2016-05-01 category group-b as b",
        "12.5 credits on 2016-06-01 category group-a as a",
    ).children[1]
    assert (str(line), line.note) == (
        "1.2 - (22.5/30)",
        "5 credits do not count: at most 10 of Group B.",
    )
    assert shown(line) == {
        "a": (True, "it counts through 1 June 2019"),
        "b": (True, "it counts through 1 May 2019"),
    }
    assert [one.text.split(":")[0] for one in line.evidence] == ["12.5 credits", "15 credits"]


def test_credits_that_do_not_count_say_why(rich: Programme) -> None:
    line = tree(
        rich,
        "2016-12-01",
        "One",
        "pass A on 2015-01-01",
        "5 credits on 2015-06-01 as before",
        "pass A on 2016-01-01",
        "5 credits on 2016-05-01 as late submitted 2016-09-01",
        "5 credits on 2016-06-01 item x as first",
        "5 credits on 2016-07-01 item x as again",
        "5 credits on 2016-08-01 expires 2016-10-01 as gone",
        "5 credits on 2016-08-02 as waiting pending",
        "5 credits on 2016-08-03 as struck",
        "void struck: Not delivered.",
    ).children[1]
    assert str(line) == "1.2 - (5/30)"
    assert shown(line) == {
        "gone": (False, "its last day was 1 October 2016"),
        "again": (False, "the same item counts once in a term, and it was counted before"),
        "first": (True, "it counts through 1 June 2019"),
        "late": (
            False,
            "it was submitted on 1 September 2016, more than 90 days after its completion",
        ),
        "before": (
            False,
            "only credits after 1 January 2016, when the present term began, renew it",
        ),
        "waiting": (False, "it has not been approved yet"),
        "struck": (False, "staff voided it: Not delivered"),
    }


def test_shares_by_category_and_by_year(rich: Programme) -> None:
    (forty,) = [
        line
        for line in tree(
            rich, "2017-06-01", "Two", ONE, "pass B on 2016-02-01",
            "25 credits on 2017-05-01 category group-b", "5 credits on 2017-05-02 category group-a",
        ).children
        if line.text == "Forty credits"
    ]  # fmt: skip
    assert str(forty) == "1.2 - (30/40)"
    assert [(str(line), line.text) for line in forty.children] == [
        ("1.2.1 - (5/20)", "At least 20 credits of Group A")
    ]
    cycle = tree(rich, "2022-06-01", "Cycle", *CYCLE, "6 credits on 2021-01-31")
    assert [(str(line), line.text, line.satisfied) for line in cycle.children] == [
        ("1.1 - (5/5)", "At least 5 credits from 1 February 2020 to 31 January 2021", True),
        ("1.2 - (0/5)", "At least 5 credits from 1 February 2021 to 31 January 2022", False),
        ("1.3 - (0/5)", "At least 5 credits from 1 February 2022 to 1 February 2023", False),
    ]


def test_an_agreement_in_an_old_version_and_an_approval(rich: Programme) -> None:
    root = tree(rich, "2020-06-01", "Cycle", "agreement secrecy V1 on 2020-01-01 as v1")
    assert [str(line) for line in root.children] == ["1.1 - (0/1)", "1.2 - (0/1)", "1.3 - (0/1)"]
    agreement = root.children[1]
    assert agreement.evidence[0].text == "Accepted the Secrecy agreement, version V1"
    assert shown(agreement) == {"v1": (False, "a later version must be accepted")}
    done = tree(
        rich, "2020-06-01", "Cycle", "agreement secrecy V2 on 2020-01-01 as v2",
        "approval board on 2020-02-01 as ok",
    )  # fmt: skip
    assert shown(done.children[1]) == {"v2": (True, "it is accepted")}
    assert shown(done.children[2]) == {"ok": (True, "it counts")}


def test_a_fee_of_the_term_before_does_not_count(rich: Programme) -> None:
    line = tree(
        rich, "2016-12-01", "Yearly", "fee yearly on 2016-01-01 as old", "pass C on 2016-03-01"
    )
    assert str(line) == "1 - (0/1)"
    assert shown(line) == {
        "old": (False, "only payments after 1 March 2016, when the present term began, renew it")
    }


def test_courses_and_what_opens_later(rich: Programme) -> None:
    lines = tree(
        rich, "2018-05-01", "Two", ONE, "pass B on 2016-02-01", "course K1 on 2016-01-15 as early"
    ).children  # fmt: skip
    assert lines[2].evidence[0].text == "Completed K1 Knots"
    assert shown(lines[2])["early"] == (
        False,
        "only courses after 1 February 2016, when the present term began, renew it",
    )
    assert shown(lines[0])["fact-1"] == (
        False,
        "only passes from 1 August 2018 on count, when this way to renew opens",
    )


def test_passes_must_lie_close_together(rich: Programme) -> None:
    root = tree(
        rich, "2020-12-01", "Life", "pass A on 2019-01-01 as a", "pass B on 2020-06-01 as b"
    )
    assert str(root) == "1 - (1/2)"
    counting = [one for one in root.evidence if one.counts]
    (other,) = [one for one in root.evidence if not one.counts]
    assert len(counting) == 1
    assert other.why == "the passes must lie within 1 year"


def test_held_certifications_say_why_they_are_not_active(rich: Programme) -> None:
    def why(on: str, *sentences: str) -> str:
        (evidence,) = tree(rich, on, "Two", *sentences).children[0].evidence
        return evidence.why

    assert why("2016-02-01", ONE) == "it is active"
    assert why("2019-01-02", ONE) == "it expired: its last day was 1 January 2019"
    assert why("2016-06-01", ONE, "suspend One on 2016-05-01: x") == (
        "it has been suspended since 1 May 2016"
    )


HOLDING = """
policies:
  - version: v1
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    levels: {first: {validity: 3 years}, second: {validity: 3 years}}
certifications:
  - {code: OLD, name: Old, level: first, category: All, requires: {exam: A},
     succeeded_by: {certification: HEIR, on: 2020-01-01}}
  - {code: HEIR, name: Heir, level: first, category: All, requires: {exam: B}}
  - {code: HON, name: Honour, level: first, category: All, requires: {exam: C}}
  - {code: X, name: X, level: second, category: All, requires: {active: OLD}}
  - {code: Y, name: Y, level: second, category: All,
     requires: {all_of: [{active: HON}, {exam: D}]}}
  - {code: Z, name: Z, level: second, category: All,
     requires: {exam: D, given: {exam: A}, once: true}}
  - {code: Z2, name: Z2, level: second, category: All, requires: {exam: D, once: true}}
"""
HONOUR = """
fees: [{id: yearly, name: Yearly fee}]
emeritus: [{certifications: [HON], after: 1 year, requires: {fee: yearly}, lasts: 1 year}]
"""


def test_replaced_and_emeritus_are_not_active(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, HOLDING, head=HONOUR)
    replaced = tree(programme, "2023-01-01", "X", "pass A on 2019-01-01")
    assert replaced.evidence[0].why == "another certification has taken its place"
    emeritus = tree(
        programme, "2022-06-01", "Y", "pass C on 2019-01-01", "fee yearly on 2021-12-01"
    )
    assert emeritus.children[0].evidence[0].why == "it is emeritus, which is not active"


def test_what_had_to_be_given_and_what_is_used_up(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, HOLDING, head=HONOUR)
    root = tree(programme, "2019-06-01", "Z", "pass D on 2019-01-01 as d", "pass A on 2019-02-01")
    assert [str(line) for line in root.children] == ["1.1 - (1/1)"]
    assert shown(root)["d"] == (False, "it was used up: a pass earns or renews once")
    early = tree(programme, "2019-06-01", "Y", "pass D on 2019-01-01 as d")
    assert shown(early.children[1])["d"] == (True, "the pass counts for ever")


def test_a_voided_pass_is_shown_with_the_reason(rich: Programme) -> None:
    root = tree(rich, "2016-06-01", "One", "pass A on 2016-01-01 as a", "void a: Copied answers.")
    assert str(root) == "1 - (0/1)"
    assert shown(root) == {"a": (False, "staff voided it: Copied answers")}
    courses = tree(
        rich, "2018-05-01", "Two", ONE, "pass B on 2016-02-01", "course K1 on 2018-01-15 as k",
        "void k: Wrong person",
    ).children[2]  # fmt: skip
    assert shown(courses) == {"k": (False, "staff voided it: Wrong person")}


def test_rolled_over_credits_are_told(tmp_path: Path) -> None:
    programme = small_programme(
        tmp_path,
        """
policies:
  - version: v1
    effective_from: 2010-01-01
    renewal_anchor: fixed_cycle
    credits: {validity: 3 years, rollover: {most: 10, from_last: 6 months}}
    levels:
      first: {validity: 3 years, renewal: {credits: {at_least: 30}}}
      second: {validity: 3 years}
certifications:
  - {code: ONE, name: One, level: first, category: All, requires: {exam: A}}
""",
    )
    line = tree(
        programme, "2019-02-01", "ONE", ONE, "30 credits on 2018-06-01 as need",
        "15 credits on 2018-12-01 as over", "4 credits on 2019-01-15 as new",
    )  # fmt: skip
    assert str(line) == "1 - (14/30)"
    assert shown(line) == {
        "new": (True, "it counts through 15 January 2022"),
        "over": (True, "10 of them are rolled over from the term before"),
        "need": (
            False,
            "only credits from 2 January 2019 on, the first day of the present term, renew it",
        ),
    }


HANDED_IN = """
policies:
  - version: v1
    effective_from: 2010-01-01
    renewal_anchor: requirement_met
    credits: {validity: 1 year, use: once, from_exams: [{of_class: [field], points: 7}]}
    levels:
      first:
        validity: 3 years
        renewal: {all_of: [{credits: {at_least: 30, caps: {talk: 10}}}, {courses: {of: [K1]}}]}
        grace: {lasts: 30 days, allows: submission}
      second: {validity: 3 years, renewal: {credits: {at_least: 30}}}
certifications:
  - {code: ONE, name: One, level: first, category: All, requires: {exam: A}}
  - {code: TWO, name: Two, level: second, category: All, requires: {exam: B}}
  - {code: BOTH, name: Both, level: first, category: All,
     requires: {all_of: [{exams: {at_least: 2, of: [A, B], within: 1 year}}, {exam: D}]}}
"""
EDUCATION = """
activities: [{id: talk, name: Talks}]
courses: [{code: K1, name: Knots, level: first}]
"""


def test_what_was_handed_in_after_the_grace(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, HANDED_IN, education=EDUCATION)
    root = tree(
        programme, "2019-01-20", "ONE", ONE,
        "5 credits on 2018-12-01 submitted 2019-02-01 as late",
        "5 credits on 2017-06-01 as old",
        "pass C on 2018-11-01 as lab",
        "12 credits on 2018-10-01 activity talk as talk",
        "course K1 on 2018-12-01 submitted 2019-02-01 as slow",
    )  # fmt: skip
    credits_, courses = root.children
    assert shown(credits_) == {
        "late": (
            False,
            "it was submitted on 1 February 2019, after 31 January 2019, the last day for it",
        ),
        "old": (False, "a credit counts for 1 year; this one's last day was 1 June 2018"),
        "lab": (True, "it counts through 1 November 2019"),
        "talk": (True, "it counts through 1 October 2019"),
    }  # fmt: skip
    assert credits_.note == "2 credits do not count: at most 10 of Talks."
    assert [one.text for one in credits_.evidence if one.fact == "lab"] == [
        "7 credits: passed C Cut"
    ]
    assert shown(courses) == {
        "slow": (
            False,
            "it was submitted on 1 February 2019, after 31 January 2019, the last day for it",
        )
    }


def test_a_course_counts_once(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, HANDED_IN, education=EDUCATION)
    root = tree(
        programme, "2018-06-01", "ONE", ONE,
        "course K1 on 2017-06-01 as first", "course K1 on 2018-01-01 as again",
    )  # fmt: skip
    assert shown(root.children[1]) == {
        "again": (True, "it counts"),
        "first": (False, "the same course counts once, and the later completion is used"),
    }


def test_credits_that_another_certification_has_used_up(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, HANDED_IN, education=EDUCATION)
    root = tree(
        programme, "2017-07-01", "ONE", ONE, "pass B on 2016-01-01", "30 credits on 2017-06-01 as c"
    )  # fmt: skip
    assert shown(root.children[0]) == {
        "c": (False, "it was used up for Two, and each credit is used once")
    }


def test_passes_that_lie_close_together_all_count(tmp_path: Path) -> None:
    programme = small_programme(tmp_path, HANDED_IN, education=EDUCATION)
    root = tree(
        programme, "2017-07-01", "BOTH", "pass A on 2017-01-01 as a", "pass B on 2017-06-01 as b",
        "pass A on 2015-01-01 as early",
    )  # fmt: skip
    assert str(root.children[0]) == "1.1 - (2/2)"
    assert {one.fact for one in root.children[0].evidence if one.counts} == {"a", "b"}


def test_evidence_of_a_term_that_was_lengthened_or_moved(rich: Programme) -> None:
    line = tree(
        rich, "2023-03-01", "Cycle", *CYCLE, "5 credits on 2020-06-01", "5 credits on 2021-06-01",
        "10 credits on 2022-06-01 as c",
    )  # fmt: skip
    assert shown(line)["c"] == (
        False,
        "only credits from 2 February 2023 on, the first day of the present term, renew it",
    )


def test_many_payments_are_told_together(rich: Programme) -> None:
    found = Explained(
        rich,
        told("pass C on 2016-03-01", "fee yearly on 2016-04-01", "fee yearly on 2017-04-01"),
        day("2017-06-01"),
    )
    texts = [line.text for line in found.detail("Yearly").history]
    assert texts[0] == "Renewed on 1 April 2017: paid the Yearly fee on 1 April 2017."
