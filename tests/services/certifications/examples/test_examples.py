"""The example programmes: sound, described, covered by golden tables, and never served."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from shared.programmes import Programme, Programmes
from shared.programmes.schemas import schemas
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
