"""Fills in the gateway's templates, as the nginx image's envsubst does."""

import re
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
_VARIABLE = re.compile(r"\$\{(GATEWAY_[A-Z_]+)\}")


def defaults() -> dict[str, str]:
    """The variables of `defaults.env`."""
    lines = (FOLDER / "defaults.env").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def fill(template: str, variables: Mapping[str, str]) -> str:
    """One template with its `${GATEWAY_...}` filled in; an unknown name raises KeyError."""
    return _VARIABLE.sub(lambda match: variables[match[1]], template)


def render(into: Path, overrides: Mapping[str, str]) -> Path:
    """Write the whole configuration into a folder and return the path of `nginx.conf`.

    Raises:
        KeyError: an override, or a name in a template, is not in `defaults.env`.
    """
    variables = defaults()
    if unknown := overrides.keys() - variables.keys():
        raise KeyError(f"no such gateway variable: {', '.join(sorted(unknown))}")
    variables.update(overrides)
    into.mkdir(parents=True, exist_ok=True)
    for template in sorted((FOLDER / "templates").glob("*.template")):
        text = fill(template.read_text(encoding="utf-8"), variables)
        (into / template.name.removesuffix(".template")).write_text(text, encoding="utf-8")
    return into / "nginx.conf"
