"""What identity knows of Anna, written straight into its database in the state that is needed."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

from services.identity.tokens import hash_of
from shared.ids import public_code
from tests.contracts.asking import PICTURE

Row = dict[str, Any]
NOW, LATER = "2026-11-01 00:00:00.000000", "2999-01-01 00:00:00.000000"


def external_identity(folder: Path, anna: str, count: int) -> tuple[str, str]:
    """The id of one of so many connected accounts of Anna's, and the secret of one that waits.

    Of one the programme allows no other; the last way in cannot be given up.
    """
    secret = uuid4().hex
    shared = {"programme": "cisco", "provider": "cisco-com", "label": "x", "issuer": "i"}
    connected = [
        shared
        | {"id": uuid4().hex, "subject": uuid4().hex, "linked_at": NOW}
        | {"candidate_id": anna}
        for _ in range(count)
    ]
    names = {"given_name": "", "family_name": "", "created_at": NOW, "expires_at": LATER}
    waiting = {"id": uuid4().hex, "subject": uuid4().hex, "token_hash": hash_of(secret)}
    rows = [("external_identities", one) for one in connected]
    rows.append(("pending_identities", shared | names | waiting))
    _replace(folder, ["external_identities"], rows)
    return connected[0]["id"] if connected else "", secret


def case(folder: Path, anna: str, path: str) -> dict[str, str]:
    """A fresh case of Anna's about her name, in the state that an operation is for."""
    code = public_code(6)
    case_id, entry, file, change = (uuid4().hex for _ in range(4))
    waits = path.startswith("/name-changes")
    purpose = "identification" if waits else "attachment"
    (folder / "files" / "cases").mkdir(parents=True, exist_ok=True)
    (folder / "files" / "cases" / file).write_bytes(PICTURE)
    whose = {"programme": "cisco", "candidate_id": anna}
    state = "resolved" if path.endswith("/reopen") else "open"
    rows: dict[str, Row] = {
        "cases": whose
        | {"id": case_id, "number": f"CASE-{code[:4]}-{code[4:]}", "kind": "name_change"}
        | {"subject": "x", "state": state, "opened_by": "candidate", "details": "{}"}
        | {"opened_at": NOW, "updated_at": NOW, "version": 1},
        "case_entries": {"id": entry, "case_id": case_id, "action": "opened"}
        | {"author": "candidate", "text": "x", "internal": 0, "at": NOW},
        "case_files": {"id": file, "case_id": case_id, "entry_id": entry, "purpose": purpose}
        | {"key": f"cases/{file}", "name": "x.png", "type": "image/png", "bytes": 1}
        | {"kept_at": NOW},
        "name_changes": whose
        | {"id": change, "case_id": case_id, "small": 0, "state": "waiting", "reason": ""}
        | dict.fromkeys(("given_name", "given_name_before"), "anna")
        | {"family_name": "Roe", "family_name_before": "Doe", "asked_at": NOW, "version": 1},
    }
    if not waits or path == "/name-changes":
        del rows["name_changes"]
    # Of all of them only so many may wait.
    _replace(folder, ["name_changes", "case_files", "case_entries", "cases"], rows.items())
    return {"number": str(rows["cases"]["number"]), "file_id": file, "change_id": change}


def own_email(folder: Path, anna: str, path: str) -> str:
    """An address of Anna's: the primary one, another, one that waits, or one that is new."""
    if path.endswith("/primary"):
        return "anna@example.com"
    email = f"{uuid4().hex}@example.com"
    whose = {"candidate_id": anna, "programme": "cisco"}
    address = whose | {"email": email, "email_key": email}
    rows: dict[str, tuple[str, Row]] = {
        "/me/emails/remove": (
            "email_addresses",
            address | {"is_primary": 0, "added_at": NOW, "verified_at": NOW},
        ),
        "/me/emails/call-off": (
            "address_proofs",
            address
            | {"id": uuid4().hex, "token_hash": uuid4().hex, "purpose": "new_address"}
            | {"details": "{}", "created_at": NOW, "expires_at": LATER},
        ),
    }
    # Only so many are mailed in an hour.
    _replace(folder, ["address_proofs"], [rows[path]] if path in rows else [])
    return email


def _replace(folder: Path, emptied: Iterable[str], rows: Iterable[tuple[str, Row]]) -> None:
    with closing(sqlite3.connect(folder / "identity.db", timeout=10)) as file, file:
        for table in emptied:
            file.execute(f"DELETE FROM {table}")
        for table, row in rows:
            marks = ", ".join(f":{name}" for name in row)
            file.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row)
