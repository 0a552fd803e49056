"""JSON Schemas of the programme files, for editors and for reading."""

import json
from pathlib import Path
from typing import Any

from shared.programmes.folder import FILES


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each file, by the schema's file name."""
    found: dict[str, dict[str, Any]] = {}
    for name, model in FILES.items():
        schema = model.model_json_schema()
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["title"] = name
        found[name.replace(".yaml", ".schema.json")] = schema
    return found


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema into a folder and return the files, for `make docs`."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, schema in schemas().items():
        file = folder / name
        file.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        written.append(file)
    return written
