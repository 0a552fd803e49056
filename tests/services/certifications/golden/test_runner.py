"""What the runner of the golden tables tells the author of a table that is wrong."""

from decimal import Decimal
from pathlib import Path

import pytest

from services.certifications.domain.facts import (
    AgreementAccepted,
    AssignedNumber,
    CourseCompletion,
    CreditEntry,
    ExamPass,
    ExamSetAside,
    Granted,
    Prolonged,
    Revoked,
    Voided,
)
from shared.programmes import Programme
from tests.services.certifications.domain.candidates import day
from tests.services.certifications.domain.small_programme import small_programme
from tests.services.certifications.golden.expectations import expected
from tests.services.certifications.golden.runner import differences
from tests.services.certifications.golden.sentences import Unreadable, fact_of, parse
from tests.services.certifications.golden.tables import Case, GoldenMistake, read

RULES = """
policies:
  - version: first-rules
    effective_from: 2020-01-01
    renewal_anchor: requirement_met
    levels:
      first: {validity: 3 years, renewal: {exams: {at_least: 1, of_class: [paper]}}}
certifications:
  - {code: AIMER, name: Aimer, level: first, category: Land, requires: {exam: A}}
  - {code: BOWER, name: Bower, level: first, category: Land, requires: {exam: B}}
"""
GOOD = """
- case: A renewal on the expiry day counts
  source: the rules above
  facts:
    - pass A on 2021-04-01
    - pass B on 2024-04-01
  only: false
  expect:
    2024-04-01: {AIMER: active 2024-04-01 to 2027-04-01 started 2021-04-01}
    2027-04-02: {AIMER: expired 2024-04-01 to 2027-04-01}
  terms:
    2024-04-01:
      AIMER: [earned 2021-04-01 to 2024-04-01, renewed 2024-04-01 to 2027-04-01]
  explain: {2024-04-01: {AIMER: passed B}}
  history: {2024-04-01: {AIMER: [2021-04-01 Earned on 1 April 2021]}}
  progress: {2024-04-01: {AIMER: [1 - (0/1)]}}
  retakes: {2024-04-01: {C: 2024-04-01}}
"""
ONE = """
- case: One
  facts: [pass A on 2021-04-01]
  on: 2021-04-01
"""
NOTHING = "  expect: nothing\n"


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    return small_programme(tmp_path_factory.mktemp("programmes"), RULES)


def table(folder: Path, text: str) -> Path:
    file = folder / "small" / "renewal.yaml"
    file.parent.mkdir()
    file.write_text(text.lstrip("\n"), "utf-8")
    return file


def outcome(folder: Path, text: str, rules: Programme) -> str:
    """What a report would say of the first case."""
    case = read(table(folder, text))[0]
    if isinstance(case, GoldenMistake):
        return str(case)
    try:
        return "\n".join(differences(case, rules))
    except GoldenMistake as mistake:
        return str(mistake)


def test_a_right_case_has_nothing_to_say(tmp_path: Path, rules: Programme) -> None:
    assert outcome(tmp_path, GOOD, rules) == ""


def test_a_case_is_named_by_programme_table_and_sentence(tmp_path: Path) -> None:
    (case,) = read(table(tmp_path, GOOD))
    assert isinstance(case, Case)
    assert case.id == "small/renewal: A renewal on the expiry day counts"


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ("2027-04-01 started", "2027-04-02 started", "renewal.yaml:8: on 2024-04-01 AIMER should"),
        ("started 2021-04-01", "started 2021-04-02", "and is 'active 2024-04-01 to 2027-04-01 st"),
        ("expired 2024", "active 2024", "renewal.yaml:9: on 2027-04-02 AIMER should be 'active"),
        ("expired 2024-04-01 to 2027-04-01", "not earned", "AIMER should be 'not earned' and is"),
        ("[earned 2021-04-01", "[earned 2021-04-02", "renewal.yaml:12: on 2024-04-01 term 1"),
        (", renewed 2024-04-01 to 2027-04-01]", "]", "should have 1 terms and also has renewed"),
        ("2027-04-01]", "2027-04-01, earned 2030-01-01 to 2033-01-01]", "is 'no such term'"),
        ("2027-04-01]", "2027-04-01 by BOWER]", "is 'renewed 2024-04-01 to 2027-04-01 by nothing'"),
        ("2027-04-01]", "2027-04-01 under new-rules]", "to 2027-04-01 under first-rules'"),
        ("passed B", "passed C", "explain of AIMER should have 'passed C' and has: On 1 April"),
        ("[2021-04-01 Earned", "[2021-04-02 Earned", "renewal.yaml:14: on 2024-04-01 history of"),
        ("[1 - (0/1)]", "[1 - (1/1)]", "progress of AIMER should have '1 - (1/1)' and has: 1 - ("),
        (
            "{C: 2024-04-01}",
            "{C: never}",
            "on 2024-04-01 C should be possible 'never' and is '",
        ),
        ("only: false", "only: true", ":1: on 2024-04-01 BOWER should not be earned and is 'acti"),
    ],
)
def test_every_kind_of_expectation_can_fail(
    tmp_path: Path, rules: Programme, wrong: str, right: str, says: str
) -> None:
    assert GOOD.count(wrong) == 1
    assert says in outcome(tmp_path, GOOD.replace(wrong, right), rules)


def with_facts(*facts: str) -> str:
    return ONE.replace("[pass A on 2021-04-01]", f"[{', '.join(facts)}]") + NOTHING


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "small/renewal.yaml:1: is not YAML"),
        ("a: b", "expected a list of cases, each beginning with - case:"),
        ("- pass", "renewal.yaml:1: expected a case: fields such as"),
        ("- facts: []\n  expect: nothing", "has no case; expected a sentence that names it"),
        ("- case: One\n  expect: nothing", ":1: case 'One': has no facts; expected a list"),
        ("- case: One\n  facts: []", "case 'One': has no expect; expected how each certification"),
        ("- case: One\n  fact: []", ":2: case 'One': unknown field 'fact'; did you mean facts"),
        ("- case: One\n  case: Two", ":2: case 'Two': case is written twice; keep one"),
        ("- case: [One]", ":1: expected a sentence here, not a list or fields"),
        (ONE + "  expect: {AIMER: activ 2021-04-01 to ever}", ":4: case 'One': AIMER: 'activ 2"),
        (ONE + "  expect: {AIMR: not earned}", "unknown certification 'AIMR'; did you mean AIMER"),
        (ONE + "  expect: {AIMER: active 2021-02-30 to ever}", "'2021-02-30' is no day of the cal"),
        (ONE + "  expect: {2021-02-30: nothing}", "expected a day such as 2024-04-01, not '2021-"),
        (ONE + "  expect: {2021-02-28: nothing, AIMER: not earned}", "expected AIMER in a day"),
        (ONE + "  expect: {2021-03-01: nothing, 2021-03-01: nothing}", "is written twice"),
        (ONE + "  expect: {AIMER: not earned, AIMER: not earned}", "AIMER is written twice"),
        (ONE + "  expect: all", "expected names and what is held under expect"),
        (ONE + "  only: no\n  expect: nothing", ":4: case 'One': only is true or false, not 'no'"),
        (ONE.replace("on: 2021-04-01", "on: 1 April") + NOTHING, "not '1 April'"),
        (ONE.replace("  on: 2021-04-01\n", "") + NOTHING, "expect needs a day"),
        (ONE.replace("  on: 2021-04-01\n", "") + "  expect: {AIMER: not earned}", "needs a day"),
        (ONE + NOTHING + "  terms: {AIMER: [won 2021-04-01 to ever]}", "KIND is one of earned"),
        (ONE + NOTHING + "  explain: {AIMR: x}", "unknown certification 'AIMR'"),
        (ONE + NOTHING + "  retakes: {AB: never}", "unknown exam 'AB'"),
        (ONE + NOTHING + "  achievements: {ten: not reached}", "unknown achievement 'ten'"),
        (with_facts("pass AB on 2021-04-01"), "unknown exam 'AB'; did you mean"),
        (with_facts("pass A on 2021-04-01 unknown"), "exam 'A' is known; leave out unknown"),
        (with_facts("pas A on 2021-04-01"), ":2: case 'One': 'pas A on 2021-04-01' is no fact"),
        (with_facts("grant AIMER on 2021-04-01"), "no reason; expected: grant CODE"),
        (with_facts("'grant AIMR on 2021-04-01: x'"), "unknown certification 'AIMR'; did you mean"),
        (with_facts("pass A on 2021-04-01", "void 3: wrong"), "no fact has the id '3'"),
        (with_facts("pass A on 2021-04-01", "pass A on 2021-04-02 as 1"), "id '1' is already used"),
        (with_facts("number ccde 1"), "unknown number series 'ccde'"),
    ],
)
def test_a_mistake_names_file_case_and_what_was_expected(
    tmp_path: Path, rules: Programme, text: str, says: str
) -> None:
    assert says in outcome(tmp_path, text, rules)


def test_one_wrong_case_leaves_the_others_be(tmp_path: Path, rules: Programme) -> None:
    wrong, good = read(table(tmp_path, "- case: None\n" + with_facts().lstrip()))
    assert isinstance(wrong, GoldenMistake)
    assert isinstance(good, Case)
    assert differences(good, rules) == []


def test_names_of_cases_are_told_apart(tmp_path: Path) -> None:
    text = with_facts().lstrip()
    assert "already used on line 1" in str(read(table(tmp_path, text * 2))[1])


def test_a_reason_needs_no_quotes(tmp_path: Path) -> None:
    text = "- case: A\n  facts:\n  - void 1: a slip\n  on: 2021-01-01\n  expect: nothing\n"
    (case,) = read(table(tmp_path, text))
    assert isinstance(case, Case)
    assert [(line.number, line.text) for line in case.facts] == [(3, "void 1: a slip")]


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        (
            "pass 200-301 on 2021-04-01 scheduled 2021-03-01 as first",
            ExamPass("first", "200-301", day("2021-04-01"), day("2021-03-01")),
        ),
        (
            (
                "12.5 credits on 2021-04-01 category group-a activity talk item cloud "
                "submitted 2021-05-01 expires 2024-04-01 pending"
            ),
            CreditEntry(
                "7",
                day("2021-04-01"),
                Decimal("12.5"),
                "cloud",
                "cloud",
                "group-a",
                "talk",
                submitted_on=day("2021-05-01"),
                expires_on=day("2024-04-01"),
                pending=True,
            ),
        ),
        ("course JIR on 2021-04-01", CourseCompletion("7", "JIR", day("2021-04-01"))),
        (
            "agreement confidentiality V9 on 2021-04-01",
            AgreementAccepted("7", "confidentiality", "V9", day("2021-04-01")),
        ),
        (
            "grant CCNA on 2021-04-01: a paper exam, on 2021-03-31",
            Granted("7", "CCNA", day("2021-04-01"), None, "a paper exam, on 2021-03-31"),
        ),
        (
            "extend CCNA on 2021-04-01 to 2022-04-01: illness",
            Prolonged("7", "CCNA", day("2021-04-01"), day("2022-04-01"), "illness"),
        ),
        ("revoke all on 2021-04-01: fraud", Revoked("7", None, day("2021-04-01"), "fraud")),
        ("void 3 as x: a slip", Voided("x", "3", "a slip")),
        (
            "pass 200-301 on 2021-04-01 held",
            ExamSetAside("7", "200-301", day("2021-04-01"), "held", "pass"),
        ),
        (
            "fail 200-301 on 2021-04-01 revoked as x",
            ExamSetAside("x", "200-301", day("2021-04-01"), "revoked", "fail"),
        ),
        (
            "course SAFE on 2021-04-01 pending",
            CourseCompletion("7", "SAFE", day("2021-04-01"), pending=True),
        ),
        ("number ccie 1024", AssignedNumber("ccie", 1024)),
    ],
)
def test_sentences_are_facts(sentence: str, fact: object) -> None:
    assert fact_of(parse(sentence), "7") == fact


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("", "is no fact; expected one of: pass EXAM"),
        ("passed 200-301 on 2021-04-01", "is no fact"),
        ("pass 200-301", "no day; expected: pass EXAM on DAY"),
        ("pass on 2021-04-01", "'nothing' after pass"),
        ("pass 200-301 300-410 on 2021-04-01", "'200-301 300-410' after pass"),
        ("pass 200-301 on", "'on' says nothing"),
        ("pass 200-301 on 2021-04-31", "'2021-04-31' is no day such as 2024-04-01"),
        ("pass 200-301 on 2021-04-01 on 2021-04-01", "'on' is said twice"),
        ("pass 200-301 on 2021-04-01 late", "'late' is not understood"),
        ("pass 200-301 on 2021-04-01: why", "a reason is not kept with this"),
        ("many credits on 2021-04-01", "'many' is no number"),
        ("number ccie 10.5", "'10.5' is no number"),
        ("extend CCNA on 2021-04-01: why", "no last day"),
        ("suspend CCNA on 2021-04-01", "no reason"),
        ("suspend all on 2021-04-01: why", "all at once is not possible"),
    ],
)
def test_a_sentence_that_is_no_fact_says_what_was_expected(sentence: str, says: str) -> None:
    with pytest.raises(Unreadable) as error:
        fact_of(parse(sentence), "1")
    assert says in str(error.value)


def test_a_standing_can_say_all_there_is() -> None:
    said = expected("in grace 2021-04-01 to 2024-04-01 since 2023-01-01 grace until 2024-07-01")
    assert (said.status, said.since, said.grace_until) == (
        "in_grace",
        day("2023-01-01"),
        day("2024-07-01"),
    )
    assert expected("lifetime 2021-04-01 to ever number 1024").number == "1024"
