"""Every case of every golden table, one test each."""

import pytest

from tests.services.certifications.golden.runner import (
    PROGRAMMES,
    differences,
    programme,
    tables,
)
from tests.services.certifications.golden.tables import Case, GoldenMistake, read

FOUND = [one for file in tables() for one in read(file)]


def test_there_are_tables_of_every_programme() -> None:
    assert len(FOUND) >= 300
    programmes = {file.parent.name for file in PROGRAMMES.glob("**/programme.yaml")}
    assert {file.parent.name for file in tables()} == programmes


def name_of(one: Case | GoldenMistake) -> str:
    return one.id if isinstance(one, Case) else str(one).partition(": ")[0]


@pytest.mark.parametrize("case", [pytest.param(one, id=name_of(one)) for one in FOUND])
def test_golden(case: Case | GoldenMistake) -> None:
    if isinstance(case, GoldenMistake):
        pytest.fail(f"the table is wrong: {case}", pytrace=False)
    try:
        found = differences(case, programme(case.programme))
    except GoldenMistake as mistake:
        pytest.fail(f"the table is wrong: {mistake}", pytrace=False)
    if found:
        pytest.fail("\n".join([case.id, *found]), pytrace=False)
