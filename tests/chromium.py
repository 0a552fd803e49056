"""The Chromium that browser tests drive: the system's, or one that playwright fetched."""

import os
import shutil
from pathlib import Path
from typing import Any

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def find_program() -> Path | None:
    """The system's Chromium."""
    found = next((path for path in map(shutil.which, _PROGRAMS) if path), None)
    return Path(found) if found else None


def _fetched() -> Path | None:
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "~/.cache/ms-playwright")
    return next(iter(sorted(Path(folder).expanduser().glob("chromium*"))), None)


def describe() -> str:
    """Which Chromium would be taken, in a few words."""
    taken = find_program() or _fetched()
    return f"Chromium from {taken.parent}" if taken else "no Chromium"


def launch_arguments() -> dict[str, Any]:
    """What playwright's `launch` takes: which program, and no talk with the outside."""
    arguments: dict[str, Any] = {"args": list(_QUIET)}
    if program := find_program():
        arguments["executable_path"] = str(program)
    if os.geteuid() == 0:
        arguments["args"].append("--no-sandbox")  # Its sandbox refuses to run for root.
    return arguments
