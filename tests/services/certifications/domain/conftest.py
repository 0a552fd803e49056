"""The two real programmes, and candidates written in one line."""

import pytest

from shared.programmes import Programme, Programmes
from tests.services.certifications.domain.candidates import PROGRAMMES


@pytest.fixture(scope="session")
def programmes() -> Programmes:
    return Programmes.load(PROGRAMMES)


@pytest.fixture(scope="session")
def cisco(programmes: Programmes) -> Programme:
    return programmes["cisco"]


@pytest.fixture(scope="session")
def juniper(programmes: Programmes) -> Programme:
    return programmes["juniper"]
