"""The one Dockerfile, and what an image runs."""

import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy.members import PORTAL, SERVICES, member
from tests.deploy.programs import DEPLOY, REPOSITORY, run


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


# -- what an image holds is what the member's wheel holds

# The catalogue template is what translators start from; only compiled catalogues are read.
NOT_SHIPPED = {"README.md", "pyproject.toml", "messages.pot"}
# Of deploy only the part that the command line needs when it runs.
SHIPPED_OF_DEPLOY = ("commands/", "demonstration/", "embedded/", "reference/", "gateway/templates/")
MEMBERS = ["shared", *(f"services/{name}" for name in SERVICES), PORTAL, "deploy"]


def left_out(folder: Path, into: Path, member: str) -> set[str]:
    """The files of a member that its wheel does not hold."""
    build = ("-m", "hatchling", "build", "--target", "wheel", "--directory", into)
    done = run("python", *build, folder=folder)
    assert done.returncode == 0, done.stdout
    with ZipFile(next(into.glob("*.whl"))) as wheel:
        held = set(wheel.namelist())
    tracked = run("git", "ls-files", ".", folder=REPOSITORY / member).stdout.split("\n")
    wanted = {name for name in tracked if name and Path(name).name not in NOT_SHIPPED}
    if member == "deploy":
        wanted = {name for name in wanted if name.startswith(SHIPPED_OF_DEPLOY)}
    return {name for name in wanted if f"{member}/{name}" not in held}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_wheel_holds_all_that_its_member_needs(name: str, tmp_path: Path) -> None:
    assert left_out(REPOSITORY / name, tmp_path, name) == set()


def test_a_wheel_without_templates_is_noticed(tmp_path: Path) -> None:
    # Outside the checkout, where its README and licence are not needed to make the point.
    copy = tmp_path / PORTAL
    shutil.copytree(REPOSITORY / PORTAL, copy, ignore=shutil.ignore_patterns("__pycache__"))
    project = copy / "pyproject.toml"
    project.write_text(project.read_text().replace('"**/*.html"', '"**/*.txt"'))
    assert any(name.endswith(".html") for name in left_out(copy, tmp_path / "dist", PORTAL))
