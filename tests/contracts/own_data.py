"""Copies and erasures of Anna's data, in the state that each operation is for."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

PROGRAMME = "cisco"
WHY = {"reason": "Asked for by letter"}


def begin_anew(folder: Path, candidate_id: str, path: str, method: str) -> dict[str, str]:
    """Forget what was asked for, and put there what an operation needs; return ids for its path."""
    erasing = path.endswith("/take-back") or (method, path) == ("delete", "/me/data/erasure")
    with closing(sqlite3.connect(folder / "identity.db")) as database:
        database.execute("DELETE FROM data_requests WHERE candidate_id = ?", (candidate_id,))
        row = _row(candidate_id, "erasure", "waiting") if erasing else None
        if path.endswith("/copies/{copy_id}/file"):
            row = _row(candidate_id, "copy", "ready")
            kept = folder / "files" / str(row["file_key"])
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(b"PK")
        if row is not None:
            names = ", ".join(row)
            places = ", ".join(f":{name}" for name in row)
            database.execute(f"INSERT INTO data_requests ({names}) VALUES ({places})", row)
        database.commit()
    return {} if row is None else {"copy_id": str(row["id"])}


def body_for(candidate_id: str, path: str, method: str) -> dict[str, Any]:
    """What an operation is sent."""
    if method != "post":
        return {}
    if path == "/me/data/erasure":
        return {"json": {"candidate_id": candidate_id}}
    if path.endswith("/data/erasure"):
        return {"json": {**WHY, "candidate_id": candidate_id}}
    return {"json": WHY} if path.startswith("/candidates/") else {}


def _row(candidate_id: str, kind: str, state: str) -> dict[str, Any]:
    now = datetime.now(UTC).replace(tzinfo=None)
    return {
        "id": uuid4().hex,
        "programme": PROGRAMME,
        "candidate_id": candidate_id,
        "candidate_ids": json.dumps([candidate_id]),
        "kind": kind,
        "state": state,
        "asked_by_kind": "candidate",
        "asked_at": str(now),
        "due_at": str(now + timedelta(days=5)),
        "file_key": f"data-copies/{uuid4().hex}.zip" if kind == "copy" else None,
        "file_bytes": 2,
    }
