"""docs/programmes.md: it knows every word of the language, and its snippets are right."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from shared.programmes import (
    AchievementRule,
    Agreement,
    ApprovalKind,
    Attribute,
    EmeritusRule,
    Fee,
    Grace,
    IdentityProvider,
    Override,
    Policy,
    Question,
    ResultCheck,
    Retake,
    Scope,
    Succession,
    Vendor,
)
from shared.programmes.document import Document
from shared.programmes.education import EducationFile
from shared.programmes.folder import FILES
from shared.programmes.item import Item
from shared.programmes.my_data import DataFile
from shared.programmes.period import PeriodField
from shared.programmes.renewals import RenewalField

PAGE = (Path(__file__).parents[3] / "docs" / "programmes.md").read_text("utf-8")
BLOCKS = [
    block
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    # The worked examples are whole files, which the tests of the rules load.
    if not block.startswith("# ")
]
MEANT: dict[str, Any] = {
    "extends": tuple[Scope, ...],
    "renewal": RenewalField,
    "grace": Grace,
    "policies": tuple[Policy, ...],
    "overrides": tuple[Override, ...],
    "retakes": tuple[Retake, ...],
    "agreements": tuple[Agreement, ...],
    "fees": tuple[Fee, ...],
    "approvals": tuple[ApprovalKind, ...],
    "achievements": tuple[AchievementRule, ...],
    "emeritus": tuple[EmeritusRule, ...],
    "succeeded_by": Succession,
    "providers": tuple[IdentityProvider, ...],
    "self_registration": bool,
    "reconfirm": PeriodField,
    "questions": tuple[Question, ...],
    "attributes": tuple[Attribute, ...],
    "vendors": tuple[Vendor, ...],
    "checks": tuple[ResultCheck, ...],
}
# What the page says in other words, because it is not about rules.
OBVIOUS = {"id", "name", "code", "title", "category", "description", "branding", "amount"}


def words(schema: Any) -> Iterator[str]:
    """Every field of a JSON Schema, however deep."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for part in schema.values():
            yield from words(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from words(part)


@pytest.mark.parametrize("file", FILES)
def test_the_page_knows_every_word(file: str) -> None:
    said = set(re.findall(r"[a-z_]+", PAGE))
    missing = {*words(FILES[file].model_json_schema())} - said - OBVIOUS
    assert not missing


def test_there_are_snippets() -> None:
    assert len(BLOCKS) >= 10


@pytest.mark.parametrize("block", BLOCKS)
def test_a_snippet_fits_the_language(block: str) -> None:
    value = Document(Path("page.yaml"), block.encode()).value
    whole: dict[str, type[Item]] = {"categories": EducationFile, "copy_days": DataFile}
    for field, model in whole.items():
        if field in value:
            model.model_validate(value)
            return
    for field, written in value.items():
        TypeAdapter(MEANT[field]).validate_python(written)
