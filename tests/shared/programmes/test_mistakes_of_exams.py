"""Mistakes about exams, former codes, retakes, and what education consists of."""

from pathlib import Path

import pytest

from tests.shared.programmes.mistakes import LIGHTHOUSE, Mistake

RULES = "certifications.yaml"

EXAMS = {
    "a former code that is an exam": Mistake(
        "exams.yaml",
        "aliases: [OIL, WICK]",
        "aliases: [OIL, HORN]",
        "code: HORN",
        "exams[2].code: exam code 'HORN' is already used on line {line of aliases: [OIL}; "
        "expected a new one",
    ),
    "a former code of two exams": Mistake(
        "exams.yaml",
        "earned_from: 2012-01-01",
        "aliases: [WICK]",
        "aliases: [WICK]",
        "exams[1].aliases[0]: exam code 'WICK' is already used on line {line of aliases: [OIL}; "
        "expected a new one",
    ),
    "a former code that is no code": Mistake(
        "exams.yaml",
        "aliases: [OIL, WICK]",
        "aliases: [OIL, a wick]",
        "a wick",
        "exams[0].aliases[1]: expected a code: letters, digits, ., - and _, not 'a wick'",
    ),
    "a rule that names a former code": Mistake(
        RULES,
        "{exam: LAMP, once: true}",
        "{exam: OIL, once: true}",
        "exam: OIL",
        "certifications[0].requires.all_of[0].exam: 'OIL' is a former code; "
        "expected 'LAMP', the exam's own",
    ),
    "an exam that replaces itself": Mistake(
        "exams.yaml",
        "replaced_by: LAMP",
        "replaced_by: GAS",
        "replaced_by: GAS",
        "exams[5].replaced_by: is the exam itself; expected another exam",
    ),
    "an unknown successor of an exam": Mistake(
        "exams.yaml",
        "replaced_by: LAMP",
        "replaced_by: LED",
        "replaced_by: LED",
        "exams[5].replaced_by: unknown exam 'LED'; expected one of the exams of this file: ",
    ),
    "an exam that ends before it begins": Mistake(
        "exams.yaml",
        "retired_on: 2015-12-31",
        "retired_on: 2015-12-31, earned_from: 2016-01-01",
        "code: GAS",
        "exams[5].retired_on: expected a day on or after 2016-01-01, earned_from",
    ),
    "a retake of an unknown exam": Mistake(
        "exams.yaml",
        "exams: [STORM]",
        "exams: [STROM]",
        "STROM",
        "retakes[0].exams[0]: unknown exam 'STROM'; expected one of the exams of this file: ",
    ),
    "a retake of an unknown class": Mistake(
        "exams.yaml",
        "of_class: [theory]",
        "of_class: [theories]",
        "theories",
        "retakes[2].of_class[0]: unknown class 'theories'; "
        "expected one of the classes of this file: theory, practice",
    ),
    "a retake of exams and of classes": Mistake(
        "exams.yaml",
        "  - of_class: [theory]\n",
        "  - of_class: [theory]\n    exams: [LAMP]\n",
        "of_class: [theory]",
        "retakes[2]: expected exams or of_class or neither, not both",
    ),
    "a retake that ends before it begins": Mistake(
        "exams.yaml",
        "effective_until: 2015-06-30",
        "effective_until: 2013-06-30",
        "  - exams: [STORM]",
        "retakes[0]: expected effective_until on or after 2014-08-02, effective_from, "
        "not 2013-06-30",
    ),
    "a retake that never governs": Mistake(
        "exams.yaml",
        "retakes:\n",
        "retakes:\n  - of_class: [practice, theory]\n    after_fail: [1 day]\n",
        "  - exams: [STORM]",
        "retakes[1]: never governs: the entry on line {line of [practice, theory]} fits the same "
        "exams on every day; expected the special entry before the general one",
    ),
    "a wait that is none": Mistake(
        "exams.yaml",
        "after_fail: [0 days, 5 days]",
        "after_fail: [at once, 5 days]",
        "at once",
        'retakes[2].after_fail[0]: expected a wait such as "15 days", or "0 days" for none, '
        "not 'at once'",
    ),
    "a wait after a pass that is none": Mistake(
        "exams.yaml",
        "after_pass: never",
        "after_pass: ever",
        "after_pass: ever",
        'retakes[3].after_pass: expected a wait such as "180 days", or never, or none, '
        "not 'ever'",
    ),
    "no attempts at all": Mistake(
        "exams.yaml",
        "attempts: 4",
        "attempts: 0",
        "attempts: 0",
        "retakes[1].most.attempts: should be greater than or equal to 1, not 0",
    ),
    "a retake governed by the moon": Mistake(
        "exams.yaml",
        "governed_by: scheduling",
        "governed_by: moon",
        "governed_by: moon",
        "retakes[0].governed_by: expected 'attempt' or 'scheduling', not 'moon'",
    ),
}

EDUCATION = {
    "a category used twice": Mistake(
        "education.yaml",
        "id: group-b",
        "id: group-a",
        "name: Group B",
        "categories[1].id: category 'group-a' is already used on line {line of name: Group A}; "
        "expected a new one",
    ),
    "an activity used twice": Mistake(
        "education.yaml",
        "id: authoring",
        "id: class",
        "name: Authoring",
        "activities[1].id: activity 'class' is already used on line {line of name: Class}; "
        "expected a new one",
    ),
    "a course used twice": Mistake(
        "education.yaml",
        "code: SOUND",
        "code: OPTICS",
        "name: Sound",
        "courses[1].code: course code 'OPTICS' is already used on line {line of name: Optics}; "
        "expected a new one",
    ),
    "a course of an unknown level": Mistake(
        "education.yaml",
        "level: warden",
        "level: wardn",
        "level: wardn",
        "courses[0].level: unknown level 'wardn'; "
        "expected one of the levels of programme.yaml: keeper, warden, master",
    ),
    "a course of an unknown track": Mistake(
        "education.yaml",
        "tracks: [fog]",
        "tracks: [frog]",
        "tracks: [frog]",
        "courses[1].tracks[0]: unknown track 'frog'; "
        "expected one of the tracks of programme.yaml: light, fog",
    ),
    "a misspelt list": Mistake(
        "education.yaml",
        "courses:",
        "lessons:",
        "lessons:",
        "lessons: is not known here; expected one of categories, activities, courses",
    ),
}
MISTAKES = {**EXAMS, **EDUCATION}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_expectation(name: str, tmp_path: Path) -> None:
    MISTAKES[name].check(LIGHTHOUSE, tmp_path)
