"""The import contracts can fail: each is broken on purpose in a copy of the tree."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOTS = ("shared", "services", "portal", "deploy")

MISTAKES = {
    "deploy stands on the services and the portal": ("shared/clock.py", "import services.exams"),
    "Services never import each other": (
        "services/exams/queries.py",
        "import services.identity.models",
    ),
    "Inside a service": ("services/exams/models/results.py", "import services.exams.handlers"),
    "handlers, models and domain know neither": (
        "services/exams/models/results.py",
        "import fastapi",
    ),
    "domain knows no framework": ("services/transcripts/domain.py", "import sqlalchemy"),
    "stripe only in": ("services/fulfillment/handlers.py", "import stripe"),
    "aio_pika only in": ("services/exams/consumers.py", "from aio_pika.abc import AbstractChannel"),
    "reportlab only in": ("portal/app.py", "from reportlab.lib import colors"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, to be spoiled."""
    copy = tmp_path_factory.mktemp("house")
    for name in ROOTS:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", copy)
    return copy


def lint(house: Path) -> str:
    # The environment has the real house on its path, and namespaces would be found in both.
    program = (
        "import sys\n"
        f"sys.path = [{str(house)!r}, *(p for p in sys.path if p not in ('', {str(ROOT)!r}))]\n"
        "from importlinter.cli import lint_imports_command\n"
        "lint_imports_command(['--no-cache'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=house,
        env={"COLUMNS": "200"},
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


def test_the_house_keeps_its_contracts(house: Path) -> None:
    assert " 0 broken" in lint(house)


@pytest.mark.parametrize("contract", MISTAKES)
def test_a_mistake_breaks_its_contract(house: Path, contract: str) -> None:
    path, line = MISTAKES[contract]
    right = (house / path).read_text()
    (house / path).write_text(f"{right}\n{line}\n")
    try:
        verdicts = [row for row in lint(house).splitlines() if row.startswith(contract)]
    finally:
        (house / path).write_text(right)

    assert verdicts, "no such contract"
    assert "BROKEN" in verdicts[0]
