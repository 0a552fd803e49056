"""The one Dockerfile, and what an image runs."""

import subprocess
from pathlib import Path

import pytest

from deploy.members import PORTAL, SERVICES, member
from tests.deploy.programs import DEPLOY, run


def test_the_dockerfile_is_in_order(tmp_path: Path) -> None:
    assert run("hadolint", DEPLOY / "Dockerfile").returncode == 0
    copy = tmp_path / "Dockerfile"
    copy.write_text((DEPLOY / "Dockerfile").read_text().replace("WORKDIR /build", "WORKDIR build"))
    assert run("hadolint", copy).returncode != 0


def test_an_image_runs_as_nobody_in_particular() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    user = next(line for line in reversed(lines) if line.startswith("USER "))
    assert user.removeprefix("USER ").split(":")[0].isdigit()
    assert user != "USER 0:0"


def served(tmp_path: Path, name: str) -> "subprocess.CompletedProcess[str]":
    """What serve.sh would start."""
    stub = tmp_path / "python"
    stub.write_text('#!/bin/sh\necho "$@"\n')
    stub.chmod(0o755)
    return subprocess.run(
        ["/bin/sh", DEPLOY / "serve.sh"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "CERTTRACK_MEMBER": name},
        timeout=10,
    )


@pytest.mark.parametrize("name", [*SERVICES, PORTAL])
def test_an_image_serves_its_member(name: str, tmp_path: Path) -> None:
    folder = name if name == PORTAL else f"services/{name}"
    arguments = served(tmp_path, folder).stdout.split()
    assert member(name).target in arguments
    root_path = arguments[arguments.index("--root-path") + 1]
    assert root_path == (member(name).prefix or "--no-access-log")


def test_the_image_of_the_command_line_asks_for_a_command(tmp_path: Path) -> None:
    refused = served(tmp_path, "deploy")
    assert refused.returncode == 64
    assert "certtrack --help" in refused.stderr
