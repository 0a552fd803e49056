"""The house runs anywhere: no file names a package registry or a place on somebody's machine."""

import re
from pathlib import Path

import pytest

from tests.architecture.test_naming import FILES

ROOT = Path(__file__).resolve().parents[2]
# Written in parts, so that this file is none of those it looks for.
REGISTRIES = (
    ("py" + "pi", "org"),
    ("python" + "hosted", "org"),
    ("npm" + "js", "org"),
    ("npm" + "js", "com"),
    ("deb" + r"\.debian", "org"),
    ("security" + r"\.debian", "org"),
    ("proxy" + r"\.golang", "org"),
)
PLACES = ("ho" + "me", "ro" + "ot", "Us" + "ers", "wo" + "rk", "fa" + "rm", "m" + "nt")
REGISTRY = re.compile("|".join(rf"\b{name}\.{end}\b" for name, end in REGISTRIES))
# A path of its own: at the start of a word, with a name below it.
PLACE = re.compile(rf"(?<![\w.}})\]/\-*>])/(?:{'|'.join(PLACES)})/[\w.-]+")
BINARY = {".png", ".ico", ".woff2", ".pdf", ".mo", ".gz"}

# Places inside an image or on a server that is described, with the reason.
ALLOWED: dict[str, str] = {}


def named(text: str) -> list[str]:
    """The registries and the places that a text names."""
    return [found.group() for pattern in (REGISTRY, PLACE) for found in pattern.finditer(text)]


def test_no_file_names_a_registry_or_a_machines_folders() -> None:
    found = {}
    for path in FILES:
        if Path(path).suffix in BINARY or path in ALLOWED:
            continue
        if names := named((ROOT / path).read_text(encoding="utf-8", errors="replace")):
            found[path] = names
    assert found == {}


LOCKS = [path for path in FILES if Path(path).name in {"package-lock.json", "requirements.lock"}]


@pytest.mark.parametrize("path", LOCKS)
def test_a_lock_names_packages_and_no_address(path: str) -> None:
    assert re.findall(r"\w+://\S+", (ROOT / path).read_text(encoding="utf-8")) == []


def test_there_are_locks() -> None:
    assert len(LOCKS) == 2


@pytest.mark.parametrize(
    "text",
    [
        "index-url = https://" + "py" + "pi.org/simple",
        "url: https://files." + "python" + "hosted.org/packages/x",
        "registry=https://registry." + "npm" + "js.org/",
        "cd /" + "ho" + "me/somebody/certtrack",
        'Path("/' + "ro" + 'ot/data")',
        "see /" + "wo" + "rk/plan/notes.md",
    ],
)
def test_an_address_of_somebodys_is_noticed(text: str) -> None:
    assert named(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/" + "ho" + "me/page",
        "../" + "wo" + "rk/x",
        "pypi",
        "/srv/certtrack/data",
        "{prefix}/" + "ho" + "me/x",
    ],
)
def test_other_addresses_are_not_meant(text: str) -> None:
    assert named(text) == []
