"""The two real programmes as loaded, and the published JSON Schemas."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shared.programmes import Period, Price, Programmes
from shared.programmes.document import Document
from shared.programmes.folder import OPTIONAL
from shared.programmes.period import parse_period
from shared.programmes.schemas import schemas, write_schemas
from tests.shared.programmes.mistakes import LIGHTHOUSE

ROOT = Path(__file__).parents[3]
PROGRAMMES = Programmes.load(ROOT / "programmes")


def test_both_programmes_load() -> None:
    assert {"cisco", "juniper"} <= set(PROGRAMMES)
    cisco = PROGRAMMES["cisco"]
    assert (cisco.candidate_prefix, cisco.candidate_digits) == ("CSCO", 8)
    assert (
        " ".join(cisco.levels) == "other entry associate specialist professional expert architect"
    )
    assert cisco.reminders[2] == Period(90, "day")
    assert cisco.certifications["CCNA"].full_title == "Cisco Certified Network Associate"
    assert cisco.number_series["ccie"].first == 1024
    assert PROGRAMMES["juniper"].exams["JN0-105"].replaced_by == "JN0-106"


def test_the_initial_kit_of_the_guide_is_free_and_further_ones_are_not() -> None:
    kit = PROGRAMMES["cisco"].initial_kit("CCNA")
    assert kit is not None
    assert kit.initial_price == Price(amount=0, currency="USD")
    assert kit.price == Price(amount=1500, currency="USD")


@pytest.mark.parametrize(
    ("period", "day", "expected"),
    [
        ("3 years", date(2021, 4, 1), date(2024, 4, 1)),
        ("3 years", date(2024, 2, 29), date(2027, 2, 28)),
        ("4 years", date(2024, 2, 29), date(2028, 2, 29)),
        ("1 month", date(2024, 1, 31), date(2024, 2, 29)),
        ("18 months", date(2020, 8, 31), date(2022, 2, 28)),
        ("90 days", date(2023, 12, 31), date(2024, 3, 30)),
        ("9 years", date(9998, 1, 1), date.max),
    ],
)
def test_a_period_ends_on_the_same_calendar_day(period: str, day: date, expected: date) -> None:
    assert parse_period(period).after(day) == expected


def test_the_published_schemas_are_those_of_the_code(tmp_path: Path) -> None:
    for file in write_schemas(tmp_path):
        published = ROOT / "docs" / "programmes" / file.name
        assert published.read_text("utf-8") == file.read_text("utf-8"), "run `make docs`"


@pytest.mark.parametrize(
    "folder",
    [
        *(ROOT / "programmes" / programme for programme in sorted(PROGRAMMES)),
        *(file.parent for file in sorted(ROOT.glob("programmes/examples/*/programme.yaml"))),
        LIGHTHOUSE,
    ],
    ids=lambda folder: str(folder.name),
)
@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_programmes_fit_their_schemas(folder: Path, name: str) -> None:
    file = folder / name.replace(".schema.json", ".yaml")
    if file.name in OPTIONAL and not file.exists():
        return
    # JSON has no dates: as text, which is what an editor sees too. The loader's own reading,
    # because for other readers the field `on` is the value true.
    values: Any = json.loads(json.dumps(Document(file, file.read_bytes()).value, default=str))
    jsonschema.Draft202012Validator(schemas()[name]).validate(values)
