"""The names of the house: the same in every service, none that say nothing, files of one use."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import pytest

from deploy.members import SERVICES

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "lib"}
EMPTY_SUFFIX = re.compile(
    r"^class (\w*(?:Manager|Service|Impl|DTO|Helper|Util|Utils))\b", re.MULTILINE
)
EVERY_SERVICE = (
    "README.md",
    "__init__.py",
    "app.py",
    "consumers.py",
    "pyproject.toml",
    "queries.py",
    "settings.py",
    "migrations/env.py",
    "migrations/script.py.mako",
    "migrations/versions/0001_first.py",
)
MODULE_OR_PACKAGE = ("domain", "handlers", "models", "routes", "schemas")

# Longer than a file should be, each for a reason that stands here.
LONG: dict[str, str] = {}


def tracked() -> list[str]:
    """Every file that is committed, or would be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for path in listed.splitlines() if (ROOT / path).is_file()]


FILES = tracked()
CODE = [
    path
    for path in FILES
    if path.endswith(".py") and path.startswith(("shared/", "services/", "portal/", "deploy/"))
]


def empty_names(paths: Iterable[str]) -> list[str]:
    """The modules and packages whose name says nothing."""
    return [
        path
        for path in paths
        if {PurePosixPath(part).stem for part in PurePosixPath(path).parts} & EMPTY_NAMES
    ]


def empty_classes(text: str) -> list[str]:
    """The classes whose name says that they do something, and not what they are."""
    return EMPTY_SUFFIX.findall(text)


def too_long(lines: dict[str, int]) -> list[str]:
    """The files that want splitting by use case."""
    return [path for path, count in lines.items() if count > MOST_LINES and path not in LONG]


def missing(service: str, files: set[str]) -> list[str]:
    """What DESIGN's anatomy of a service has and this one has not."""
    parts = [
        name for name in MODULE_OR_PACKAGE if not {f"{name}.py", f"{name}/__init__.py"} & files
    ]
    return [*(name for name in EVERY_SERVICE if name not in files), *parts]


def files_of(service: str) -> set[str]:
    prefix = f"services/{service}/"
    return {path.removeprefix(prefix) for path in FILES if path.startswith(prefix)}


def test_no_module_has_a_name_that_says_nothing() -> None:
    python = [path for path in FILES if path.endswith(".py")]
    assert empty_names(python) == []


def test_no_class_is_named_for_what_it_does_to_others() -> None:
    found = {path: empty_classes((ROOT / path).read_text()) for path in CODE}
    assert {path: names for path, names in found.items() if names} == {}


def test_no_file_wants_splitting() -> None:
    lines = {path: len((ROOT / path).read_text().splitlines()) for path in CODE}
    assert too_long(lines) == []
    # What has become short again needs no excuse any more.
    assert [path for path in LONG if lines[path] <= MOST_LINES] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_files_that_all_have(service: str) -> None:
    assert missing(service, files_of(service)) == []


def test_there_are_no_other_services() -> None:
    folders = {path.split("/")[1] for path in FILES if path.startswith("services/")}
    assert folders == set(SERVICES)


def test_only_the_kernel_hides_operations_from_the_document() -> None:
    """What is not in the document is not tried with every audience."""
    hiding = {path for path in CODE if "include_in_schema=False" in (ROOT / path).read_text()}
    assert hiding <= {"shared/web.py"}


@pytest.mark.parametrize(
    "path",
    ["services/exams/utils.py", "shared/common/clock.py", "portal/base.py", "deploy/helpers.py"],
)
def test_an_empty_name_is_noticed(path: str) -> None:
    assert empty_names([path, "services/exams/queries.py"]) == [path]


def test_an_empty_class_is_noticed() -> None:
    assert empty_classes("class ExamService:\n    pass\n\n\nclass Exam:\n") == ["ExamService"]


def test_a_long_file_is_noticed() -> None:
    lines = {"portal/app.py": MOST_LINES + 1, "portal/texts.py": MOST_LINES}
    assert too_long(lines) == ["portal/app.py"]


@pytest.mark.parametrize("lost", ["queries.py", "migrations/env.py", "domain"])
def test_a_service_without_a_part_is_noticed(lost: str) -> None:
    files = {path for path in files_of("exams") if not path.startswith(lost)}
    assert missing("exams", files) == [lost]
