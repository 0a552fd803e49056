"""docs/operations.md and the generated reference say what the code does."""

from pathlib import Path

import pytest

from deploy.embedded.app import create_app
from deploy.embedded.settings import EmbeddedSettings, settings_class
from deploy.members import SERVICES
from deploy.offline import settings_for
from deploy.reference import http
from portal.settings import PortalSettings
from shared.settings import Settings
from tests.deploy.programs import REPOSITORY

MANUAL = (REPOSITORY / "docs" / "operations.md").read_text()


@pytest.mark.parametrize("name", [*SERVICES, "portal", "embedded"])
def test_every_setting_is_in_the_manual(name: str) -> None:
    kinds: dict[str, type[Settings]] = {"portal": PortalSettings, "embedded": EmbeddedSettings}
    for field in (kinds.get(name) or settings_class(name)).model_fields:
        assert f"`CERTTRACK_{field.upper()}`" in MANUAL


def test_the_committed_api_reference_is_that_of_the_code(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))
    for file in http.write(tmp_path, app.state.services):
        committed = REPOSITORY / "docs" / file.name
        assert committed.exists(), "run `make docs` and commit the difference"
        assert committed.read_text() == file.read_text(), "run `make docs`, commit the difference"
