"""The example programmes: sound, described, covered by golden tables, and never served."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from services.certifications.domain import detail, evaluate
from services.certifications.domain.facts import Approval, CreditEntry, ExamPass, Fact, FeePaid
from services.certifications.domain.labels import standing_text
from shared.programmes import Programme, Programmes
from shared.programmes.schemas import schemas
from tests.services.certifications.domain.candidates import day
from tests.services.certifications.golden.tables import HOME, Case, read

ROOT = Path(__file__).parents[4]
EXAMPLES = ROOT / "programmes" / "examples"
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())


def test_there_are_five() -> None:
    assert NAMES == ["atlassian", "aws", "comptia", "isc2", "microsoft"]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_loads(name: str) -> None:
    programme = Programme.load(EXAMPLES / name)
    assert programme.id == name
    assert programme.support_email.endswith("@example.com")


@pytest.mark.parametrize("name", NAMES)
def test_an_example_fits_the_published_schemas(name: str) -> None:
    for file in (EXAMPLES / name).glob("*.yaml"):
        values: Any = json.loads(json.dumps(yaml.safe_load(file.read_text("utf-8")), default=str))
        schema = schemas()[file.name.replace(".yaml", ".schema.json")]
        jsonschema.Draft202012Validator(schema).validate(values)


def test_examples_are_not_served() -> None:
    assert not set(NAMES) & set(Programmes.load(ROOT / "programmes"))


@pytest.mark.parametrize("name", NAMES)
def test_the_guide_describes_it_and_tables_prove_it(name: str) -> None:
    assert f"[{name}]({name}/)" in (EXAMPLES / "README.md").read_text("utf-8")
    cases = [one for file in (HOME / name).glob("*.yaml") for one in read(file)]
    assert sum(isinstance(one, Case) for one in cases) >= 7


def test_the_tables_are_many() -> None:
    found = [one for name in NAMES for file in (HOME / name).glob("*.yaml") for one in read(file)]
    assert len(found) >= 40


@pytest.mark.parametrize(
    ("passed", "as_of", "says"),
    [
        ("2024-03-01", "2026-03-01", "Active through 1 March 2026"),
        (
            "2024-03-01",
            "2026-03-02",
            "Renewal due, in its grace period through 30 May 2026; its last day was 1 March 2026",
        ),
        ("2024-03-01", "2026-05-31", "Expired: its last day was 1 March 2026"),
        (
            "2016-02-01",
            "2018-02-02",
            (
                "Inactive, may still be reactivated through 1 May 2018; "
                "its last day was 1 February 2018"
            ),
        ),
    ],
)
def test_grace_has_its_own_public_wording(passed: str, as_of: str, says: str) -> None:
    atlassian = Programme.load(EXAMPLES / "atlassian")
    state = evaluate(atlassian, [ExamPass("1", "ACP-100", day(passed))], day(as_of))
    assert standing_text(atlassian, state["Jira-Administrator"]) == says


def test_a_cycle_that_was_secured_in_time_is_no_expiry_in_the_history() -> None:
    isc2 = Programme.load(EXAMPLES / "isc2")
    earned, secured = day("2020-05-01"), day("2022-05-01")
    facts: list[Fact] = [
        ExamPass("exam", "CISSP", earned),
        Approval("endorsement", "endorsement", earned),
        CreditEntry("all", secured, Decimal(120), "All", "all", "group-a"),
        *(FeePaid(f"fee-{n}", "annual-maintenance", secured + n * timedelta(1)) for n in range(3)),
    ]
    history = detail(isc2, facts, day("2024-01-01"), "CISSP").history
    assert [line.kind for line in history] == ["renewed", "earned"]
    # The control: nothing secured the cycle after that one.
    history = detail(isc2, facts, day("2027-01-01"), "CISSP").history
    assert [line.kind for line in history] == ["expired", "grace", "renewed", "earned"]
