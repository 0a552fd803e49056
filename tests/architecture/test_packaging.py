"""What ships: each member stands alone, and the lock pins all of them without an address."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = sorted(
    path.parent.relative_to(ROOT).as_posix()
    for pattern in ("shared", "services/*", "portal", "deploy")
    for path in ROOT.glob(f"{pattern}/pyproject.toml")
)
LOCK = (ROOT / "requirements.lock").read_text()
LOCKED = set(re.findall(r"^([a-z0-9-]+)==", LOCK, re.MULTILINE))


def dependencies(member: str) -> set[str]:
    project = tomllib.loads((ROOT / member / "pyproject.toml").read_text())["project"]
    extras = project.get("optional-dependencies", {}).values()
    wanted = [*project["dependencies"], *(line for extra in extras for line in extra)]
    names = (re.split(r"[\[<>=;~ ]", line, maxsplit=1)[0] for line in wanted)
    return {name.lower().replace("_", "-") for name in names}


@pytest.mark.parametrize("member", MEMBERS)
def test_everything_a_member_depends_on_is_locked(member: str) -> None:
    foreign = {name for name in dependencies(member) if not name.startswith("certtrack")}

    assert foreign - LOCKED == set(), "run `make lock`"


@pytest.mark.parametrize("member", [m for m in MEMBERS if m != "deploy"])
def test_a_member_depends_on_no_other_but_the_kernel(member: str) -> None:
    ours = {name for name in dependencies(member) if name.startswith("certtrack")}

    assert ours <= {"certtrack-shared"}


def test_the_lock_pins_by_hash_and_names_no_address() -> None:
    assert "://" not in LOCK
    for entry in re.split(r"\n(?=[a-z0-9])", LOCK):
        assert entry.startswith("#") or "--hash=sha256:" in entry, entry.splitlines()[0]
