"""Mistakes in programme.yaml: agreements, fees, achievements, emeritus, statuses."""

from pathlib import Path

import pytest

from tests.shared.programmes.mistakes import LIGHTHOUSE, Mistake

MISTAKES = {
    "an agreement used twice": Mistake(
        "programme.yaml",
        "  - id: code-of-conduct\n",
        "  - {id: code-of-conduct, name: Old,\n"
        "     versions: [{version: V0, effective_from: 2001-01-01}]}\n"
        "  - id: code-of-conduct\n",
        "  - id: code-of-conduct\n",
        "agreements[1].id: agreement 'code-of-conduct' is already used on line "
        "{line of - {id: code-of-conduct}; expected a new one",
    ),
    "an agreement without versions": Mistake(
        "programme.yaml",
        "    versions:\n      - {version: V1, effective_from: 2010-01-01}\n"
        "      - {version: V2, effective_from: 2018-06-01}\n",
        "    versions: []\n",
        "versions: []",
        "agreements[0].versions: expected at least 1 in this list, not none",
    ),
    "a version of an agreement used twice": Mistake(
        "programme.yaml",
        "version: V2",
        "version: V1",
        "{version: V1, effective_from: 2018-06-01}",
        "agreements[0].versions[1].version: agreement version 'V1' is already used on line "
        "{line of effective_from: 2010-01-01}; expected a new one",
    ),
    "a version of an agreement before the one before it": Mistake(
        "programme.yaml",
        "effective_from: 2018-06-01",
        "effective_from: 2008-06-01",
        "effective_from: 2008-06-01",
        "agreements[0].versions[1].effective_from: expected a day after 2010-01-01, "
        "when the version before it begins",
    ),
    "a required agreement without a text": Mistake(
        "programme.yaml",
        "  - id: code-of-conduct\n",
        "  - id: code-of-conduct\n    required: true\n",
        "version: V2",
        "agreements[0].versions[1].text: this text is missing; expected what candidates are to "
        "accept, because the agreement is required",
    ),
    "a fee used twice": Mistake(
        "programme.yaml",
        "{id: emeritus-fee,",
        "{id: yearly,",
        "{id: yearly, name: Emeritus",
        "fees[1].id: fee 'yearly' is already used on line {line of id: yearly, name: Yearly}; "
        "expected a new one",
    ),
    "a fee without a currency": Mistake(
        "programme.yaml",
        "{amount: 5000, currency: EUR}",
        "{amount: 5000}",
        "{amount: 5000}",
        "fees[0].price.currency: is missing; expected an ISO 4217 currency code such as USD",
    ),
    "an achievement for nothing": Mistake(
        "programme.yaml",
        "certifications: [KEEPER], years: 5",
        "years: 5",
        "years: 5",
        "achievements[1]: expected either levels or certifications",
    ),
    "an achievement for an unknown certification": Mistake(
        "programme.yaml",
        "certifications: [KEEPER], years: 5",
        "certifications: [KEEPR], years: 5",
        "KEEPR",
        "achievements[1].certifications[0]: unknown certification 'KEEPR'; expected one of the "
        "certifications of certifications.yaml: KEEPER, FOG, WARDEN, MASTER, OLDWARDEN",
    ),
    "an achievement of an unknown level": Mistake(
        "programme.yaml",
        "levels: [master], years: 10",
        "levels: [grandmaster], years: 10",
        "grandmaster",
        "achievements[0].levels[0]: unknown level 'grandmaster'; "
        "expected one of the levels of this file: keeper, warden, master",
    ),
    "an achievement that counts expired years": Mistake(
        "programme.yaml",
        "counts: [active, emeritus]",
        "counts: [active, expired]",
        "counts: [active, expired]",
        "achievements[0].counts[1]: expected 'active', 'in_grace', 'suspended' or 'emeritus', "
        "not 'expired'",
    ),
    "an achievement in a way nobody counts": Mistake(
        "programme.yaml",
        "counting: total}",
        "counting: sum}",
        "counting: sum}",
        "achievements[1].counting: expected 'consecutive' or 'total', not 'sum'",
    ),
    "an emeritus by an unknown approval": Mistake(
        "programme.yaml",
        "- approval: board-review",
        "- approval: bored-review",
        "bored-review",
        "emeritus[0].requires.all_of[0].approval: unknown approval 'bored-review'; "
        "expected one of the approvals of this file: board-review",
    ),
    "an emeritus by an unknown fee": Mistake(
        "programme.yaml",
        "- fee: emeritus-fee",
        "- fee: emeritus",
        "- fee: emeritus",
        "emeritus[0].requires.all_of[1].fee: unknown fee 'emeritus'; "
        "expected one of the fees of this file: yearly, emeritus-fee",
    ),
    "an emeritus who returns by an unknown exam": Mistake(
        "programme.yaml",
        "return: {requires: {exam: MASTER-W}",
        "return: {requires: {exam: MASTER}",
        "return: {",
        "emeritus[0].return.requires.exam: unknown exam 'MASTER'; "
        "expected one of the exams of exams.yaml: LAMP, LENS, HORN, MASTER-W, STORM, GAS",
    ),
    "an emeritus term without a length": Mistake(
        "programme.yaml",
        "    lasts: 1 year\n",
        "",
        "  - levels: [master]\n    after",
        'emeritus[0].lasts: is missing; expected the length of an emeritus term, such as "1 year"',
    ),
    "a status nobody has": Mistake(
        "programme.yaml",
        "suspended: On leave",
        "sleeping: On leave",
        "sleeping: On leave",
        "statuses.sleeping: is not known here; expected one of active, lifetime, in_grace, "
        "suspended, expired, revoked, emeritus, replaced, not_earned",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_expectation(name: str, tmp_path: Path) -> None:
    MISTAKES[name].check(LIGHTHOUSE, tmp_path)
