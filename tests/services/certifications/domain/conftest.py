"""The two real programmes, and one with something of everything."""

import pytest

from shared.programmes import Programme, Programmes
from tests.services.certifications.domain.candidates import PROGRAMMES
from tests.services.certifications.domain.rich_programme import rich_programme


@pytest.fixture(scope="session")
def programmes() -> Programmes:
    return Programmes.load(PROGRAMMES)


@pytest.fixture(scope="session")
def cisco(programmes: Programmes) -> Programme:
    return programmes["cisco"]


@pytest.fixture(scope="session")
def juniper(programmes: Programmes) -> Programme:
    return programmes["juniper"]


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Programme:
    return rich_programme(tmp_path_factory.mktemp("rich"))
