"""Wrong programme files: each mistake is told with its file, its line and what was expected.

The programme is one in the plain vocabulary of the beginning, which stays valid.
"""

import shutil
from pathlib import Path

import pytest

from shared.programmes import Programme, ProgrammeError, Programmes
from tests.shared.programmes.mistakes import Mistake

CISCO = Path(__file__).parent / "plain" / "cisco"

MISTAKES = {
    "misspelt field": Mistake(
        "exams.yaml",
        "    class: technology_core_exam",
        "    clas: technology_core_exam",
        "clas: technology",
        "exams[3].clas: is not known here; expected one of code, name, class, tracks, "
        "aliases, pass_validity, earned_from, retired, retired_on, replaced_by, former_names, "
        "source",
    ),
    "missing field": Mistake(
        "exams.yaml",
        "    class: technology_core_exam\n",
        "",
        "code: 350-401",
        "exams[3].class: is missing; expected one of the classes of this file",
    ),
    "missing field in a nested part": Mistake(
        "kits.yaml",
        "initial_price: {amount: 0, currency: USD}",
        "initial_price: {amount: 0}",
        "initial_price: {amount: 0}",
        "kits[0].initial_price.currency: is missing; "
        "expected an ISO 4217 currency code such as USD",
    ),
    "a number where a code is wanted": Mistake(
        "certifications.yaml",
        "requires: {exam: 200-301}",
        "requires: {exam: 200301}",
        "exam: 200301",
        "certifications[0].requires.exam: expected text "
        "(put numbers and dates that are names in quotes), not 200301",
    ),
    "a date where a name is wanted": Mistake(
        "certifications.yaml",
        "version: cisco-2020-02-24",
        "version: 2020-02-24",
        "version: 2020-02-24",
        "policies[0].version: expected text "
        "(put numbers and dates that are names in quotes), not 2020-02-24",
    ),
    "text where a date is wanted": Mistake(
        "certifications.yaml",
        "effective_from: 2020-02-24",
        "effective_from: last spring",
        "effective_from: last",
        "policies[0].effective_from: expected a date such as 2020-02-24, without quotes, "
        "not 'last spring'",
    ),
    "a day no calendar has": Mistake(
        "exams.yaml",
        "retired_on: 2026-03-19",
        "retired_on: 2026-02-30",
        "retired_on: 2026-02-30",
        "exams[7].retired_on: day is out of range for month",
    ),
    "a period that is none": Mistake(
        "exams.yaml",
        "pass_validity: 3 years #",
        "pass_validity: three years #",
        "pass_validity: three",
        "pass_validity: expected a period such as \"3 years\", or lifetime, not 'three years'",
    ),
    "a reminder that is no period": Mistake(
        "programme.yaml",
        "[2 years,",
        "[soon,",
        "[soon,",
        'reminders[0]: expected a period such as "3 years", "18 months" or "90 days", not \'soon\'',
    ),
    "a field where a list is wanted": Mistake(
        "exams.yaml",
        "tracks: [automation]",
        "tracks: automation",
        "tracks: automation",
        "exams[1].tracks: expected a list, not 'automation'",
    ),
    "an unknown kind of requirement": Mistake(
        "certifications.yaml",
        "requires: {exam: 350-401}",
        "requires: {exm: 350-401}",
        "exm: 350-401",
        "certifications[1].requires: expected a requirement: exactly one of "
        "exam, exams, credits, courses, active, agreement, fee, approval, all_of, any_of, "
        "at_least, not fields",
    ),
    "two kinds in one requirement": Mistake(
        "certifications.yaml",
        "requires: {exam: 350-401}",
        "requires: {exam: 350-401, active: CCNA}",
        "active: CCNA",
        "certifications[1].requires.active: is not known here; "
        "expected one of text, source, exam, given, once",
    ),
    "a selection from nowhere": Mistake(
        "certifications.yaml",
        "exams: {at_least: 1, of_class: [technology_core_exam]}",
        "exams: {at_least: 1}",
        "exams: {at_least: 1}",
        "policies[0].levels.professional.renewal.any_of[0].exams: "
        "expected either of (exam codes) or of_class (exam classes)",
    ),
    "more exams than there are": Mistake(
        "certifications.yaml",
        "            at_least: 1\n            of: [300-410,",
        "            at_least: 9\n            of: [300-410,",
        "- exams:\n            at_least: 9",
        "certifications[10].requires.all_of[1].exams: expected at least 9 different exams in of",
    ),
    "an unknown exam": Mistake(
        "certifications.yaml",
        "requires: {exam: 300-410}",
        "requires: {exam: 300-411}",
        "exam: 300-411",
        "certifications[2].requires.exam: unknown exam '300-411'; "
        "expected one of the exams of exams.yaml",
    ),
    "an unknown exam deep in a tree": Mistake(
        "certifications.yaml",
        "given: {exam: 350-401,",
        "given: {exam: 350-402,",
        "given: {exam: 350-402,",
        "certifications[11].requires.given.exam: unknown exam '350-402'; "
        "expected one of the exams of exams.yaml",
    ),
    "an unknown class": Mistake(
        "certifications.yaml",
        "of_class: [expert_written_exam]",
        "of_class: [expert_writen_exam]",
        "of_class: [expert_writen_exam]",
        "policies[0].levels.professional.renewal.any_of[3].exams.of_class[0]: "
        "unknown class 'expert_writen_exam'; expected one of the classes of exams.yaml: "
        "associate_exam, technology_core_exam, professional_concentration_exam, "
        "expert_written_exam, expert_lab_or_practical, expert_exam_before_2020",
    ),
    "an exam of an unknown class": Mistake(
        "exams.yaml",
        "class: associate_exam",
        "class: assistant_exam",
        "class: assistant_exam",
        "exams[0].class: unknown class 'assistant_exam'; expected one of the classes of this file: "
        "associate_exam, technology_core_exam, professional_concentration_exam, "
        "expert_written_exam, expert_lab_or_practical, expert_exam_before_2020",
    ),
    "an unknown level": Mistake(
        "certifications.yaml",
        "level: expert",
        "level: wizard",
        "level: wizard",
        "certifications[11].level: unknown level 'wizard'; expected one of the levels of "
        "programme.yaml: associate, specialist, professional, expert",
    ),
    "an unknown track": Mistake(
        "exams.yaml",
        "tracks: [cybersecurity]",
        "tracks: [cyber]",
        "tracks: [cyber]",
        "exams[2].tracks[0]: unknown track 'cyber'; expected one of the tracks of programme.yaml: "
        "enterprise, automation, cybersecurity, design, security",
    ),
    "an unknown certification": Mistake(
        "certifications.yaml",
        "requires: {exam: 300-415}",
        "requires: {active: CCNP}",
        "active: CCNP",
        "certifications[3].requires.active: unknown certification 'CCNP'; "
        "expected one of the certifications of this file: CCNA, Specialist-ENCOR, "
        "Specialist-ENARSI, Specialist-ENSDWI, Specialist-ENSLD, Specialist-ENWLSD, "
        "Specialist-ENWLSI, Specialist-ENAUTO, Specialist-ENCC, Specialist-ENNA, "
        "CCNP-Enterprise, CCIE-EnterpriseInfrastructure",
    ),
    "an unknown number series": Mistake(
        "certifications.yaml",
        "number_series: ccie",
        "number_series: cciee",
        "number_series: cciee",
        "certifications[11].number_series: unknown number series 'cciee'; "
        "expected one of the number_series of programme.yaml: ccie",
    ),
    "a prerequisite of itself": Mistake(
        "certifications.yaml",
        "requires: {exam: 200-301}",
        "requires: {active: CCNA}",
        "requires: {active: CCNA}",
        "certifications[0].requires: nobody could ever earn it: CCNA needs CCNA; "
        "expected prerequisites without a cycle",
    ),
    "a level without a policy": Mistake(
        "certifications.yaml",
        "      expert:\n        validity",
        "      professional2:\n        validity",
        "    levels:",
        "policies[0].levels.expert: is missing; certifications of this level exist, "
        "expected its validity and renewal",
    ),
    "an unknown time zone": Mistake(
        "programme.yaml",
        "timezone: America/Los_Angeles",
        "timezone: America/San_Jose",
        "timezone: America/San_Jose",
        "timezone: unknown time zone 'America/San_Jose'; "
        "expected an IANA name such as America/Los_Angeles",
    ),
    "an exam code used twice": Mistake(
        "exams.yaml",
        "code: 300-415",
        "code: 300-410",
        "code: 300-410\n    name: Implementing Cisco SD-WAN",
        "exams[5].code: exam code '300-410' is already used on line {line of code: 300-410}; "
        "expected a new one",
    ),
    "a certification code used twice": Mistake(
        "certifications.yaml",
        "code: CCNP-Enterprise",
        "code: CCNA",
        "code: CCNA\n    name: CCNP",
        "certifications[10].code: certification code 'CCNA' is already used on line "
        "{line of code: CCNA}; expected a new one",
    ),
    "two kits for one level": Mistake(
        "kits.yaml",
        "levels: [expert]",
        "levels: [professional]",
        "levels: [professional]",
        "kits[1].levels[0]: the initial kit of level 'professional' is already used on line "
        "{line of levels: [associate,}; expected a new one",
    ),
    "a field written twice": Mistake(
        "programme.yaml",
        "name: Cisco\n",
        "name: Cisco\nname: Cisco Systems\n",
        "name: Cisco Systems",
        "name: is written twice; keep one",
    ),
    "a folder of another name": Mistake(
        "programme.yaml",
        "id: cisco",
        "id: cisko",
        "id: cisko",
        "id: expected 'cisco', the name of the folder",
    ),
    "a colour that is none": Mistake(
        "programme.yaml",
        'accent: "#0b5c8a"',
        "accent: blue",
        "accent: blue",
        "branding.accent: expected a colour such as #0b5c8a, not 'blue'",
    ),
    "a negative price": Mistake(
        "kits.yaml",
        "price: {amount: 1500,",
        "price: {amount: -1500,",
        "price: {amount: -1500,",
        "kits[0].price.amount: should be greater than or equal to 0, not -1500",
    ),
    "an anchor nobody knows": Mistake(
        "certifications.yaml",
        "renewal_anchor: requirement_met",
        "renewal_anchor: birthday",
        "renewal_anchor: birthday",
        "policies[0].renewal_anchor: expected 'requirement_met', 'old_expiry' or 'fixed_cycle', "
        "not 'birthday'",
    ),
    "a scope nobody knows": Mistake(
        "certifications.yaml",
        "levels: same_and_below",
        "levels: everything",
        "levels: everything",
        "policies[0].extends[0].levels: expected 'same_and_below' or 'below', or a list, "
        "not 'everything'",
    ),
    "not YAML": Mistake(
        "kits.yaml",
        "kits:\n",
        "kits:\n  - [\n",
        "  - code: certificate",
        "is not YAML: ",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_file_line_and_expectation(name: str, tmp_path: Path) -> None:
    MISTAKES[name].check(CISCO, tmp_path)


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    shutil.copytree(CISCO, tmp_path / "cisco")
    for name, old in (("exams.yaml", "class: associate"), ("kits.yaml", "currency: USD")):
        file = tmp_path / "cisco" / name
        file.write_text(file.read_text(encoding="utf-8").replace(old, "x: y", 1), encoding="utf-8")

    with pytest.raises(ProgrammeError) as refused:
        Programmes.load(tmp_path)

    assert {fault.file.name for fault in refused.value.faults} == {"exams.yaml", "kits.yaml"}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    shutil.copytree(CISCO, tmp_path / "cisco")
    (tmp_path / "cisco" / "kits.yaml").unlink()

    with pytest.raises(ProgrammeError, match=r"cisco/kits\.yaml:1: this file is missing"):
        Programmes.load(tmp_path)


def test_a_file_that_holds_itself_is_refused(tmp_path: Path) -> None:
    shutil.copytree(CISCO, tmp_path / "cisco")
    (tmp_path / "cisco" / "kits.yaml").write_text("kits: &all [*all]\n", encoding="utf-8")

    with pytest.raises(ProgrammeError, match=r"kits\.yaml:1: holds itself"):
        Programmes.load(tmp_path)


def test_an_empty_file_misses_its_fields(tmp_path: Path) -> None:
    shutil.copytree(CISCO, tmp_path / "cisco")
    (tmp_path / "cisco" / "kits.yaml").write_text("", encoding="utf-8")

    with pytest.raises(ProgrammeError, match=r"kits\.yaml:1: kits: is missing; expected the kits"):
        Programmes.load(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"just words", b"- a\n- b\n"])
def test_a_file_that_holds_no_fields_is_refused(content: bytes, tmp_path: Path) -> None:
    shutil.copytree(CISCO, tmp_path / "cisco")
    (tmp_path / "cisco" / "exams.yaml").write_bytes(content)

    with pytest.raises(ProgrammeError, match=r"exams\.yaml:1: "):
        Programmes.load(tmp_path)


def test_a_folder_without_programmes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError, match="holds no programme"):
        Programmes.load(tmp_path)


def test_the_programme_without_mistakes_loads() -> None:
    assert Programme.load(CISCO).id == "cisco"
