"""Mistakes in certifications that follow each other, and in overrides."""

from pathlib import Path

import pytest

from tests.shared.programmes.mistakes import LIGHTHOUSE, Mistake

RULES = "certifications.yaml"

MISTAKES = {
    "a certification that ends before it begins": Mistake(
        RULES,
        "    awarded_from: 2010-03-01\n",
        "    awarded_from: 2010-03-01\n    retired_on: 2010-02-28\n",
        "    retired_on: 2010-02-28",
        "certifications[0].retired_on: expected a day on or after 2010-03-01, awarded_from",
    ),
    "an unknown successor": Mistake(
        RULES,
        "{certification: WARDEN, on",
        "{certification: WARDENS, on",
        "WARDENS",
        "certifications[4].succeeded_by.certification: unknown certification 'WARDENS'; "
        "expected one of the certifications of this file: ",
    ),
    "its own successor": Mistake(
        RULES,
        "{certification: WARDEN, on",
        "{certification: OLDWARDEN, on",
        "succeeded_by: {",
        "certifications[4].succeeded_by.certification: is the certification itself; "
        "expected another one",
    ),
    "a successor without a day": Mistake(
        RULES,
        "{certification: WARDEN, on: 2018-01-01}",
        "{certification: WARDEN}",
        "{certification: WARDEN}",
        "certifications[4].succeeded_by.on: "
        "is missing; expected the day its holders go on in the successor",
    ),
    "successors in a ring": Mistake(
        RULES,
        "    requires:\n      at_least: 2\n",
        "    succeeded_by: {certification: OLDWARDEN, on: 2019-01-01}\n"
        "    requires:\n      at_least: 2\n",
        "succeeded_by: {certification: OLDWARDEN",
        "certifications[2].succeeded_by.certification: its holders would never arrive: "
        "WARDEN is followed by OLDWARDEN is followed by WARDEN; "
        "expected successors without a cycle",
    ),
    "a prerequisite of itself under a later version": Mistake(
        RULES,
        "requires: {exam: HORN, given: {active: KEEPER}}",
        "requires: {exam: HORN, given: {active: FOG}}",
        "given: {active: FOG}",
        "policies[1].certifications.FOG.requires: nobody could ever earn it: FOG needs FOG; "
        "expected prerequisites without a cycle",
    ),
    "an override used twice": Mistake(
        RULES,
        "id: great-storm",
        "id: long-winter",
        "id: long-winter\n    announced_on: 2017",
        "overrides[1].id: override 'long-winter' is already used on line "
        "{line of - id: long-winter}; expected a new one",
    ),
    "an override of no stretch": Mistake(
        RULES,
        "{from: 2012-01-01, to: 2012-03-31}",
        "{from: 2012-03-31, to: 2012-01-01}",
        "expiring: {from: 2012-03-31",
        "overrides[0].expiring: expected to on or after 2012-03-31, from, not 2012-01-01",
    ),
    "an override without an end": Mistake(
        RULES,
        "{from: 2012-01-01, to: 2012-03-31}",
        "{from: 2012-01-01}",
        "{from: 2012-01-01}",
        "overrides[0].expiring.to: is missing; expected the last day, such as 2020-09-30",
    ),
    "an override by nothing": Mistake(
        RULES,
        "    extend_by: 6 months\n",
        "",
        "  - id: long-winter",
        "overrides[0]: expected either extend_by (a period) or extend_to (a day)",
    ),
    "an override by a period and to a day": Mistake(
        RULES,
        "    extend_by: 6 months\n",
        "    extend_by: 6 months\n    extend_to: 2012-09-30\n",
        "  - id: long-winter",
        "overrides[0]: expected either extend_by (a period) or extend_to (a day)",
    ),
    "an override to an earlier day": Mistake(
        RULES,
        "extend_to: 2018-01-31",
        "extend_to: 2017-09-30",
        "  - id: great-storm",
        "overrides[1]: expected extend_to after 2017-10-01, the first of expiring, not 2017-09-30",
    ),
    "an override of levels and of certifications": Mistake(
        RULES,
        "    certifications: [WARDEN, MASTER]\n",
        "    certifications: [WARDEN, MASTER]\n    levels: [warden]\n",
        "  - id: great-storm",
        "overrides[1]: expected levels or certifications or neither, not both",
    ),
    "an override of an unknown level": Mistake(
        RULES,
        "levels: [keeper]\n  - id",
        "levels: [keepers]\n  - id",
        "levels: [keepers]",
        "overrides[0].levels[0]: unknown level 'keepers'; "
        "expected one of the levels of programme.yaml: keeper, warden, master",
    ),
    "an override of an unknown certification": Mistake(
        RULES,
        "certifications: [WARDEN, MASTER]",
        "certifications: [WARDEN, MISTER]",
        "MISTER",
        "overrides[1].certifications[1]: unknown certification 'MISTER'; "
        "expected one of the certifications of this file: ",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_expectation(name: str, tmp_path: Path) -> None:
    MISTAKES[name].check(LIGHTHOUSE, tmp_path)
