"""The programs that check the files of the distributed form."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
DEPLOY = REPOSITORY / "deploy"


def run(
    program: str,
    *arguments: str | Path,
    folder: Path = REPOSITORY,
    environment: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[str]":
    """Run a program of this environment or of the machine; skip where it cannot be had."""
    here = Path(sys.executable).parent
    found = shutil.which(program, path=f"{here}{os.pathsep}{os.environ['PATH']}")
    found = found or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"no {program} on this machine")
    return subprocess.run(
        [found, *map(str, arguments)],
        check=False,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
