"""The reference of the HTTP API: made from the running code, kept under docs/ for the gateway."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic_core import to_json

from deploy.reference.merging import merge
from deploy.reference.page import page

STYLE = Path(__file__).with_name("api.css")


def document(services: Mapping[str, FastAPI]) -> dict[str, Any]:
    """Return one OpenAPI document of all services."""
    try:
        product = version("certtrack")
    except PackageNotFoundError:  # a checkout that was not installed
        product = "0"
    return merge({name: app.openapi() for name, app in services.items()}, version=product)


def write(folder: Path, services: Mapping[str, FastAPI]) -> list[Path]:
    """Write document, page and style sheet under a docs folder; return what was written."""
    whole = document(services)
    files = {
        "openapi.json": to_json(whole, indent=2) + b"\n",
        "api.html": page(whole).encode(),
        "api.css": STYLE.read_bytes(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]
