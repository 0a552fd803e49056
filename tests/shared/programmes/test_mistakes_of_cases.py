"""Mistakes about support cases and their answers."""

from pathlib import Path

import pytest

from shared.programmes import CannedAnswer
from tests.shared.programmes.mistakes import LIGHTHOUSE, Mistake

FILE = "cases.yaml"


def mistake(old: str, new: str, at: str, expected: str) -> Mistake:
    return Mistake(FILE, old, new, at, expected)


MISTAKES = {
    "an answer used twice": mistake(
        "id: fog\n",
        "id: soon\n",
        "id: soon\n    title: Fog",
        "answers[1].id: answer 'soon' is already used on line {line of id: soon}; "
        "expected a new one",
    ),
    "a blank that nothing is filled in for": mistake(
        "{support_email}",
        "{phone}",
        "{phone}",
        "answers[1].text: unknown blank {phone}; expected one of {case}, {name}, {candidate_id}, "
        "{programme}, {support_email}",
    ),
    "a kind that is none": mistake(
        "[missing_result]",
        "[lost_result]",
        "[lost_result]",
        "answers[1].kinds[0]: expected 'name_change', 'merge', 'missing_result' or 'other', "
        "not 'lost_result'",
    ),
    "an address that is none": mistake(
        "keepers@example.com",
        "the keepers",
        "the keepers",
        "notify: expected an e-mail address: the staff who hear of cases that nobody works on "
        "yet; without it they are only listed, not 'the keepers'",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistake(case: str, tmp_path: Path) -> None:
    MISTAKES[case].check(LIGHTHOUSE, tmp_path)


def test_an_answer_is_put_into_words() -> None:
    answer = CannedAnswer(id="a", title="A", text="Hello {name}, {case}: {unknown} {{name}}\n")
    # Words with braces are not filled in again.
    assert answer.written({"name": "{case}", "case": "1"}) == "Hello {case}, 1: {unknown} {{case}}"
