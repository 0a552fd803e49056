"""Mistakes in requirement trees: credits, courses, agreements, fees, approvals."""

from pathlib import Path

import pytest

from tests.shared.programmes.mistakes import LIGHTHOUSE, Mistake

RULES = "certifications.yaml"

MISTAKES = {
    "an unknown category": Mistake(
        RULES,
        "minimum: {group-a: 90}",
        "minimum: {group-x: 90}",
        "group-x",
        "policies[0].levels.master.renewal.options[1].requires.credits.minimum.group-x: "
        "unknown category 'group-x'; expected one of the categories of education.yaml: "
        "group-a, group-b",
    ),
    "an unknown category of a maximum": Mistake(
        RULES,
        "maximum: {group-b: 30}",
        "maximum: {group-y: 30}",
        "group-y",
        "policies[0].levels.master.renewal.options[1].requires.credits.maximum.group-y: "
        "unknown category 'group-y'; expected one of the categories of education.yaml: ",
    ),
    "a category that is no identifier": Mistake(
        RULES,
        "minimum: {group-a: 90}",
        "minimum: {Group A: 90}",
        "Group A",
        "policies[0].levels.master.renewal.options[1].requires.credits.minimum.Group A: "
        "expected an identifier: small letters, digits, - and _, not 'Group A'",
    ),
    "courses of no level": Mistake(
        RULES,
        "levels: same_and_above",
        "levels: []",
        "levels: []",
        "certifications[2].requires.of[1].courses.levels: "
        "expected at least 1 in this list, not none",
    ),
    "an unknown activity": Mistake(
        RULES,
        "caps: {authoring: 40}",
        "caps: {writing: 40}",
        "writing",
        "policies[0].levels.master.renewal.options[1].requires.credits.caps.writing: "
        "unknown activity 'writing'; expected one of the activities of education.yaml: "
        "class, authoring",
    ),
    "credits that cannot be counted": Mistake(
        RULES,
        "{credits: {at_least: 40}}",
        "{credits: {at_least: forty}}",
        "forty",
        "policies[0].levels.warden.renewal.credits.at_least: expected credits: a number above 0 "
        "with at most 2 decimals, not 'forty'",
    ),
    "no credits": Mistake(
        RULES,
        "{credits: {at_least: 40}}",
        "{credits: {at_least: 0}}",
        "{at_least: 0}",
        "policies[0].levels.warden.renewal.credits.at_least: expected credits: a number above 0 ",
    ),
    "less in all than of one category": Mistake(
        RULES,
        "at_least: 120\n",
        "at_least: 80\n",
        "credits:\n                  at_least: 80",
        "policies[0].levels.master.renewal.options[1].requires.credits: "
        "expected at_least of 90 or more, the sum of minimum",
    ),
    "a maximum below the minimum": Mistake(
        RULES,
        "maximum: {group-b: 30}",
        "maximum: {group-a: 30}",
        "credits:\n                  at_least",
        "policies[0].levels.master.renewal.options[1].requires.credits: "
        "expected a maximum for 'group-a' of 90 or more, its minimum, not 30",
    ),
    "a pace without a period": Mistake(
        RULES,
        "every: {period: 1 year, at_least: 20}",
        "every: {at_least: 20}",
        "every: {at_least: 20}",
        "policies[0].levels.master.renewal.options[1].requires.credits.every.period: "
        'is missing; expected the length of each stretch, such as "1 year"',
    ),
    "a pace before there is a term": Mistake(
        RULES,
        "        - {fee: yearly, at_least: 2}",
        "        - credits: {at_least: 20, every: {period: 1 year, at_least: 5}}",
        "at_least: 5",
        "certifications[2].requires.of[3].credits.every: is about stretches of a term; "
        "expected it only in what renews",
    ),
    "an unknown course": Mistake(
        RULES,
        "of: [SOUND, OPTICS]",
        "of: [SOUND, OPTIC]",
        "OPTIC]",
        "policies[1].certifications.FOG.renewal.courses.of[1]: unknown course 'OPTIC'; "
        "expected one of the courses of education.yaml: OPTICS, SOUND",
    ),
    "courses of an unknown level": Mistake(
        RULES,
        "levels: [warden, master]",
        "levels: [warden, mister]",
        "mister",
        "certifications[2].requires.of[2].courses.levels[1]: unknown level 'mister'; "
        "expected one of the levels of programme.yaml: keeper, warden, master",
    ),
    "courses from nowhere": Mistake(
        RULES,
        "{at_least: 1, levels: [warden, master]}",
        "{at_least: 1}",
        "- courses: {at_least: 1}",
        "certifications[2].requires.of[2].courses: expected either of (course codes) or levels",
    ),
    "more courses than there are": Mistake(
        RULES,
        "{at_least: 1, of: [SOUND, OPTICS]}",
        "{at_least: 3, of: [SOUND, OPTICS]}",
        "at_least: 3",
        "policies[1].certifications.FOG.renewal.courses: "
        "expected at least 3 different courses in of",
    ),
    "an unknown agreement": Mistake(
        RULES,
        "agreement: code-of-conduct",
        "agreement: code-of-honour",
        "code-of-honour",
        "certifications[0].requires.all_of[1].agreement: unknown agreement 'code-of-honour'; "
        "expected one of the agreements of programme.yaml: code-of-conduct",
    ),
    "an unknown version of an agreement": Mistake(
        RULES,
        "version: V1}",
        "version: V7}",
        "version: V7}",
        "certifications[0].requires.all_of[1].version: unknown version 'V7'; "
        "expected one of agreement 'code-of-conduct': V1, V2",
    ),
    "an unknown fee": Mistake(
        RULES,
        "fee: yearly",
        "fee: monthly",
        "fee: monthly",
        "certifications[2].requires.of[3].fee: unknown fee 'monthly'; "
        "expected one of the fees of programme.yaml: yearly, emeritus-fee",
    ),
    "no payments": Mistake(
        RULES,
        "{fee: yearly, at_least: 2}",
        "{fee: yearly, at_least: 0}",
        "{fee: yearly, at_least: 0}",
        "certifications[2].requires.of[3].at_least: should be greater than or equal to 1, not 0",
    ),
    "an unknown approval": Mistake(
        RULES,
        "- approval: board-review",
        "- approval: review",
        "- approval: review",
        "certifications[3].requires.all_of[2].approval: unknown approval 'review'; "
        "expected one of the approvals of programme.yaml: board-review",
    ),
    "an unknown certification that was given": Mistake(
        RULES,
        "          given: {active: KEEPER}",
        "          given: {active: KEPER}",
        "KEPER",
        "certifications[2].requires.of[0].given.active: unknown certification 'KEPER'; "
        "expected one of the certifications of this file: ",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_expectation(name: str, tmp_path: Path) -> None:
    MISTAKES[name].check(LIGHTHOUSE, tmp_path)
