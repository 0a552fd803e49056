"""Mistakes in versions of the rules: what they build on, whom they extend, credits."""

from pathlib import Path

import pytest

from tests.shared.programmes.mistakes import LIGHTHOUSE, Mistake

RULES = "certifications.yaml"

MISTAKES = {
    "a version based on nothing": Mistake(
        RULES,
        "based_on: lighthouse-2020",
        "based_on: lighthouse-2021",
        "based_on: lighthouse-2021",
        "policies[2].based_on: unknown earlier version 'lighthouse-2021'; expected one that "
        "stands before this one: lighthouse-2010, lighthouse-2020",
    ),
    "a version based on a later one": Mistake(
        RULES,
        "based_on: lighthouse-2010",
        "based_on: lighthouse-2024",
        "based_on: lighthouse-2024",
        "policies[1].based_on: unknown earlier version 'lighthouse-2024'; expected one that "
        "stands before this one: lighthouse-2010",
    ),
    "the first version based on another": Mistake(
        RULES,
        "  - version: lighthouse-2010\n",
        "  - version: lighthouse-2010\n    based_on: lighthouse-2010\n",
        "    based_on: lighthouse-2010",
        "policies[0].based_on: unknown earlier version 'lighthouse-2010'; expected one that "
        "stands before this one, but this is the first",
    ),
    "a version that says nothing": Mistake(
        RULES,
        "    based_on: lighthouse-2020\n",
        "",
        "  - version: lighthouse-2024",
        "policies[2].levels: is missing; expected rules by level, because there is no based_on",
    ),
    "no anchor": Mistake(
        RULES,
        "    renewal_anchor: old_expiry\n",
        "",
        "  - version: lighthouse-2010",
        "policies[0].renewal_anchor: is missing; expected requirement_met, old_expiry or "
        "fixed_cycle: where the new term counts from, because there is no based_on",
    ),
    "a version used twice": Mistake(
        RULES,
        "version: lighthouse-2024",
        "version: lighthouse-2020",
        "version: lighthouse-2020\n    based_on: lighthouse-2020",
        "policies[2].version: policy version 'lighthouse-2020' is already used on line "
        "{line of - version: lighthouse-2020}; expected a new one",
    ),
    "a version before the one before it": Mistake(
        RULES,
        "effective_from: 2024-01-01",
        "effective_from: 2019-01-01",
        "effective_from: 2019-01-01",
        "policies[2].effective_from: expected a day after 2020-01-01, "
        "when the version before it begins",
    ),
    "a version retroactive from its own future": Mistake(
        RULES,
        "retroactive_from: 2016-01-01",
        "retroactive_from: 2020-01-01",
        "retroactive_from: 2020-01-01",
        "policies[1].retroactive_from: expected a day before 2020-01-01, effective_from",
    ),
    "a version chosen by the moon": Mistake(
        RULES,
        "governed_by: scheduling",
        "governed_by: moon",
        "governed_by: moon",
        "policies[1].governed_by: expected 'award', 'activity' or 'scheduling', not 'moon'",
    ),
    "running terms that stop": Mistake(
        RULES,
        "running_terms: lengthen",
        "running_terms: stop",
        "running_terms: stop",
        "policies[1].running_terms: expected 'keep' or 'lengthen', not 'stop'",
    ),
    "no validity": Mistake(
        RULES,
        "        validity: 2 years\n",
        "",
        "      keeper:",
        'policies[0].levels.keeper.validity: is missing; expected "3 years", or lifetime',
    ),
    "a new level without validity": Mistake(
        RULES,
        "warden: {grace: null}",
        "warden: {grace: null}\n      admiral: {grace: null}",
        "admiral: {",
        "policies[1].levels.admiral: unknown level 'admiral'; "
        "expected one of the levels of programme.yaml: keeper, warden, master",
    ),
    "an unknown level that is extended": Mistake(
        RULES,
        "levels: same_and_below",
        "levels: [helper]",
        "helper",
        "policies[0].extends[0].levels[0]: unknown level 'helper'; "
        "expected one of the levels of programme.yaml: keeper, warden, master",
    ),
    "an unknown level that is left alone": Mistake(
        RULES,
        "levels: same_and_below,",
        "levels: same_and_below, except_levels: [helper],",
        "helper",
        "policies[0].extends[0].except_levels[0]: unknown level 'helper'; "
        "expected one of the levels of programme.yaml: keeper, warden, master",
    ),
    "an unknown certification that is extended": Mistake(
        RULES,
        "certifications: [FOG], from",
        "certifications: [FROG], from",
        "FROG",
        "policies[0].extends[1].certifications[0]: unknown certification 'FROG'; "
        "expected one of the certifications of this file: ",
    ),
    "an unknown certification that extends": Mistake(
        RULES,
        "from: [WARDEN]",
        "from: [WARDENS]",
        "WARDENS",
        "policies[0].extends[1].from[0]: unknown certification 'WARDENS'; "
        "expected one of the certifications of this file: ",
    ),
    "an extension of nothing": Mistake(
        RULES,
        "{certifications: [FOG], from: [WARDEN]}",
        "{from: [WARDEN]}",
        "{from: [WARDEN]}",
        "policies[0].extends[1]: expected either levels or certifications",
    ),
    "an unknown certification with its own rules": Mistake(
        RULES,
        "      FOG: {aligned_to",
        "      FROG: {aligned_to",
        "FROG",
        "policies[2].certifications.FROG: unknown certification 'FROG'; "
        "expected one of the certifications of this file: ",
    ),
    "an unknown exam of a certification's own rules": Mistake(
        RULES,
        "requires: {exam: HORN, given",
        "requires: {exam: HORNS, given",
        "HORNS",
        "policies[1].certifications.FOG.requires.exam: unknown exam 'HORNS'; "
        "expected one of the exams of exams.yaml: ",
    ),
    "credits used twice and once": Mistake(
        RULES,
        "use: once\n",
        "use: twice\n",
        "use: twice",
        "policies[0].credits.use: expected 'once' or 'each_certification', not 'twice'",
    ),
    "credits of an unknown class": Mistake(
        RULES,
        "of_class: [practice], points",
        "of_class: [practise], points",
        "practise",
        "policies[0].credits.from_exams[0].of_class[0]: unknown class 'practise'; "
        "expected one of the classes of exams.yaml: theory, practice",
    ),
    "credits of an unknown exam": Mistake(
        RULES,
        "{of: [LENS], points",
        "{of: [LENSE], points",
        "LENSE",
        "policies[0].credits.from_exams[1].of[0]: unknown exam 'LENSE'; "
        "expected one of the exams of exams.yaml: ",
    ),
    "credits of no exam": Mistake(
        RULES,
        "{of: [LENS], points",
        "{points",
        "{points",
        "policies[0].credits.from_exams[1]: "
        "expected either of (exam codes) or of_class (exam classes)",
    ),
    "credits of an unknown category": Mistake(
        RULES,
        "points: 7.5, category: group-a",
        "points: 7.5, category: group-c",
        "group-c",
        "policies[0].credits.from_exams[1].category: unknown category 'group-c'; "
        "expected one of the categories of education.yaml: group-a, group-b",
    ),
    "credits with thousandths": Mistake(
        RULES,
        "points: 7.5",
        "points: 7.125",
        "points: 7.125",
        "policies[0].credits.from_exams[1].points: expected credits: a number above 0 with at "
        "most 2 decimals, not 7.125",
    ),
    "a rollover of an unknown category": Mistake(
        RULES,
        "categories: [group-a]",
        "categories: [group-c]",
        "group-c",
        "policies[1].credits.rollover.categories[0]: unknown category 'group-c'; "
        "expected one of the categories of education.yaml: group-a, group-b",
    ),
    "a rollover to nowhere": Mistake(
        RULES,
        "    renewal_anchor: fixed_cycle\n",
        "",
        "      rollover:",
        "policies[1].credits.rollover: has no next cycle to go to; expected fixed_cycle as "
        "renewal_anchor or as the anchor of an option",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_expectation(name: str, tmp_path: Path) -> None:
    MISTAKES[name].check(LIGHTHOUSE, tmp_path)
