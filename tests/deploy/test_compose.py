"""docker-compose.yml: it cannot be started here, so everything about it that can be is checked."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.distributed import POSTGRES_SETTINGS
from deploy.embedded.settings import EmbeddedSettings, settings_class
from deploy.members import PORTAL, SERVICES
from portal.settings import PortalSettings
from tests.deploy.programs import DEPLOY, REPOSITORY, run

COMPOSE = REPOSITORY / "docker-compose.yml"
EXAMPLE = REPOSITORY / ".env.example"
SECRETS = (
    "POSTGRES_PASSWORD",
    "RABBITMQ_PASSWORD",
    "CERTTRACK_KEY_ENCRYPTION_SECRET",
    "CERTTRACK_SESSION_KEY",
    "GRAFANA_PASSWORD",
)


def broken(tmp_path: Path, before: str, after: str) -> Path:
    text = COMPOSE.read_text()
    assert before in text
    copy = tmp_path / "docker-compose.yml"
    copy.write_text(text.replace(before, after, 1))
    return copy


def merged(tmp_path: Path, variables: str) -> tuple[int, str]:
    """What compose makes of the file: anchors merged, variables filled in."""
    stub = tmp_path / "podman"
    stub.write_text("#!/bin/sh\necho 'podman version 5.4.0'\n")
    stub.chmod(0o755)
    given = tmp_path / "variables.env"
    given.write_text(variables)
    copy = tmp_path / "docker-compose.yml"
    copy.write_text(COMPOSE.read_text())
    done = run(
        "env",
        "-i",
        f"PATH={tmp_path}:/usr/bin:/bin",
        *("sh", "-c", '"$0" -f docker-compose.yml --env-file variables.env config 2>&1'),
        Path(sys.executable).parent / "podman-compose",
        folder=tmp_path,
    )
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    code, text = merged(tmp_path_factory.mktemp("compose"), EXAMPLE.read_text())
    assert code == 0, text
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def schema_check(file: Path) -> int:
    return run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", file).returncode


def test_it_is_a_compose_file(tmp_path: Path) -> None:
    assert schema_check(COMPOSE) == 0
    assert schema_check(broken(tmp_path, "service_healthy", "service_is_fine")) != 0


def security_lint(file: Path) -> int:
    configuration = DEPLOY / "compose-lint.yml"
    return run("compose-lint", "--config", configuration, "--fail-on", "low", file).returncode


def test_it_gives_no_container_more_than_it_needs(tmp_path: Path) -> None:
    assert security_lint(COMPOSE) == 0
    assert security_lint(broken(tmp_path, "cap_drop: [ALL]", "privileged: true")) != 0


def test_the_example_variables_are_enough(composed: dict[str, Any]) -> None:
    assert set(composed["services"]) == {
        *SERVICES,
        *("portal", "gateway", "postgres", "rabbitmq", "migrate"),
        *("prometheus", "grafana", "mail"),
    }


@pytest.mark.parametrize("secret", SECRETS)
def test_it_does_not_start_without_a_secret(secret: str, tmp_path: Path) -> None:
    text = re.sub(rf"^{secret}=.*$", "", EXAMPLE.read_text(), flags=re.MULTILINE)
    code, output = merged(tmp_path, text)
    assert code != 0
    assert secret in output


@pytest.mark.parametrize("name", [*SERVICES, PORTAL])
def test_every_variable_of_a_member_is_one_of_its_settings(
    name: str, composed: dict[str, Any]
) -> None:
    fields = (PortalSettings if name == PORTAL else settings_class(name)).model_fields
    given = composed["services"][name]["environment"]
    known = {f"CERTTRACK_{field.upper()}" for field in fields}
    assert set(given) - known == set()


def test_what_is_waited_for_can_tell_that_it_is_well(composed: dict[str, Any]) -> None:
    assert "\nHEALTHCHECK" in (DEPLOY / "Dockerfile").read_text()
    for service in composed["services"].values():
        for name, how in (service.get("depends_on") or {}).items():
            one = composed["services"][name]
            if how["condition"] == "service_healthy":
                assert "healthcheck" in one or "build" in one, name
            else:
                assert how["condition"] == "service_completed_successfully"
                assert one["restart"] == "no"


def test_postgres_runs_as_it_does_without_containers(composed: dict[str, Any]) -> None:
    program, *given = composed["services"]["postgres"]["command"]
    assert (program, set(given[::2])) == ("postgres", {"-c"})
    settings = dict(pair.split("=") for pair in given[1::2])
    assert settings.pop("default_toast_compression") == "lz4"  # local servers: by the database
    assert settings == POSTGRES_SETTINGS


def test_every_service_has_its_database() -> None:
    script = (DEPLOY / "postgres" / "create-databases.sh").read_text()
    found = re.search(r"for service in (.*); do", script)
    assert found is not None
    databases = found[1].split()
    assert sorted(databases) == sorted(SERVICES)
    # The health check asks for the one that is made last.
    assert f"-d, {databases[-1]}]" in COMPOSE.read_text()


def test_migrations_reach_the_databases_of_the_services(composed: dict[str, Any]) -> None:
    template = composed["services"]["migrate"]["environment"]["CERTTRACK_DATABASES"]
    settings = EmbeddedSettings(databases=template)
    for name in SERVICES:
        own = composed["services"][name]["environment"]["CERTTRACK_DATABASE_URL"]
        assert settings.database_of(name) == own
