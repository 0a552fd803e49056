"""Mistakes in renewal options, graces and aligned days."""

from pathlib import Path

import pytest

from tests.shared.programmes.mistakes import LIGHTHOUSE, Mistake

RULES = "certifications.yaml"

MISTAKES = {
    "a renewal of an unknown kind": Mistake(
        RULES,
        "renewal: {credits: {at_least: 40}}",
        "renewal: {option: []}",
        "option: []",
        "policies[0].levels.warden.renewal: expected a requirement: exactly one of exam, exams, "
        "credits, courses, active, agreement, fee, approval, all_of, any_of, at_least, or "
        "options, not fields",
    ),
    "an option without a requirement": Mistake(
        RULES,
        "            - requires: {exam: MASTER-W}\n              text",
        "            - text",
        "- text: Pass the written exam",
        "policies[0].levels.master.renewal.options[0].requires: "
        "is missing; expected the requirement that renews it",
    ),
    "an option with an unknown exam": Mistake(
        RULES,
        "- requires: {exam: MASTER-W}",
        "- requires: {exam: MASTER-X}",
        "MASTER-X",
        "policies[0].levels.master.renewal.options[0].requires.exam: unknown exam 'MASTER-X'; "
        "expected one of the exams of exams.yaml: ",
    ),
    "an option with an unknown anchor": Mistake(
        RULES,
        "anchor: requirement_met\n",
        "anchor: today\n",
        "anchor: today",
        "policies[0].levels.master.renewal.options[0].anchor: "
        "expected 'requirement_met', 'old_expiry' or 'fixed_cycle', not 'today'",
    ),
    "an option with a misspelt field": Mistake(
        RULES,
        "opens: 6 months",
        "opened: 6 months",
        "opened: 6 months",
        "policies[0].levels.master.renewal.options[0].opened: is not known here; expected one of "
        "requires, text, anchor, period, opens, not_twice_running, source",
    ),
    "an option for ever": Mistake(
        RULES,
        "period: 1 year\n",
        "period: lifetime\n",
        "period: lifetime",
        "policies[0].levels.master.renewal.options[0].period: expected a period such as "
        '"3 years", "18 months" or "90 days", not \'lifetime\'',
    ),
    "no options": Mistake(
        RULES,
        "renewal: {credits: {at_least: 40}}",
        "renewal: {options: []}",
        "options: []",
        "policies[0].levels.warden.renewal.options: expected at least 1 in this list, not none",
    ),
    "a grace of another status": Mistake(
        RULES,
        "status: suspended",
        "status: expired",
        "status: expired",
        "policies[0].levels.warden.grace.status: expected 'in_grace' or 'suspended', not 'expired'",
    ),
    "a grace without a length": Mistake(
        RULES,
        "grace: {lasts: 60 days}",
        "grace: {allows: renewal}",
        "grace: {allows: renewal}",
        "certifications[3].grace.lasts: is missing; "
        'expected how long after the last day, such as "90 days"',
    ),
    "a day that no year has": Mistake(
        RULES,
        "aligned_to: 12-31",
        "aligned_to: 13-31",
        "aligned_to: 13-31",
        'policies[0].levels.warden.aligned_to: expected a month and a day such as "12-31", '
        "not '13-31'",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_expectation(name: str, tmp_path: Path) -> None:
    MISTAKES[name].check(LIGHTHOUSE, tmp_path)
