"""The accounts of those who ask about their own: sessions, passkeys and code apps to ask with."""

import json
import sqlite3
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any
from uuid import uuid4

import pyotp

from shared.clock import SystemClock
from tests.contracts.house import House
from tests.services.identity.authenticator import Authenticator

Row = dict[str, Any]
NOW, LATER = "2026-11-01 00:00:00.000000", "2999-01-01 00:00:00.000000"
TABLES = ("passkeys", "code_apps", "recovery_codes", "challenges", "throttles")
# What needs an app that counts before it is asked.
WITH_APP = ("/sessions/confirm", "/security/recovery-codes")


class OwnAccounts:
    """A candidate's and a staff member's account, each with a session that goes on."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.staff = str(uuid4())
        self.sessions = {"candidate": str(uuid4()), "staff": str(uuid4())}
        member = {
            "id": self.staff.replace("-", ""),
            "email": "owner@example.com",
            "email_key": "owner@example.com",
            "name": "Own",
            "programmes": '["cisco"]',
            "scopes": '["candidates:read"]',
            "active": 1,
            "created_at": NOW,
        }
        self._write([("staff", member)])

    def begin_anew(self, candidate_id: str) -> None:
        """Let both sessions go on, whatever was asked before, and take all factors away."""
        rows = []
        for kind, subject in (("candidate", candidate_id), ("staff", self.staff)):
            session = {
                "id": self.sessions[kind].replace("-", ""),
                "kind": kind,
                "subject": subject,
                "methods": '["pwd"]',
                "created_at": NOW,
                "authenticated_at": NOW,
                "expires_at": LATER,
            }
            rows.append(("sessions", session))
        self._write(rows, [f"DELETE FROM {table}" for table in TABLES])
        self.subjects = {"candidate": candidate_id, "staff": self.staff}

    def asking(self, method: str, path: str, token: str | None, where: dict[str, str]) -> Row:
        """How an operation is asked by whoever has the token, so that it succeeds if it may."""
        kind = _kind(token)
        if "{passkey_id}" in path:
            where["passkey_id"] = self._passkey(kind)
            return {"json": {"name": "Office"}} if method == "put" else {}
        if "{session_id}" in path:
            where["session_id"] = self._session(kind)
            return {}
        bodies: dict[str, Callable[[], Row]] = {
            "/security/password": lambda: {"password": "eleven dry socks"},
            "/security/passkeys": lambda: self._made(token),
            "/security/code-app/confirm": lambda: {"code": self._code(token)},
        }
        if path in bodies:
            return {"json": bodies[path]()}
        if path in WITH_APP or (method, path) == ("delete", "/security/code-app"):
            code = self._code(token)
            self._post("security/code-app/confirm", token, {"code": code})
            self._write([], ["UPDATE code_apps SET last_step = 0", "DELETE FROM throttles"])
            return {"json": {"code": code}} if path == "/sessions/confirm" else {}
        return {}

    def _made(self, token: str | None) -> Row:
        asked = self._post("security/passkeys/options", token)
        if "options" not in asked:
            return {"challenge": "x", "credential": {}, "name": "Key"}
        made = Authenticator().create(asked["options"], origin="http://testserver")
        return {"challenge": asked["challenge"], "credential": made, "name": "Key"}

    def _code(self, token: str | None) -> str:
        secret = self._post("security/code-app", token).get("secret")
        return pyotp.TOTP(secret).at(SystemClock().now()) if secret else "123456"

    def _passkey(self, kind: str) -> str:
        passkey_id = uuid4()
        row = {
            "id": passkey_id.hex,
            "kind": kind,
            "subject": self.subjects[kind],
            **{name: uuid4().hex for name in ("credential_id", "public_key", "user_handle")},
            "sign_count": 0,
            "transports": "[]",
            "synced": 0,
            "name": "Key",
            "created_at": NOW,
        }
        self._write([("passkeys", row)])
        return str(passkey_id)

    def _session(self, kind: str) -> str:
        session_id = uuid4()
        row = {"id": session_id.hex, "kind": kind, "subject": self.subjects[kind], "methods": "[]"}
        self._write([("sessions", row | {"created_at": NOW, "expires_at": LATER})])
        return str(session_id)

    def _post(self, path: str, token: str | None, body: Row | None = None) -> Row:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = self.house.client.post(f"/api/identity/{path}", json=body, headers=headers)
        found: Row = answer.json()
        return found

    def _write(self, rows: Iterable[tuple[str, Row]], first: Iterable[str] = ()) -> None:
        with closing(sqlite3.connect(self.house.folder / "identity.db", timeout=10)) as file, file:
            for statement in first:
                file.execute(statement)
            for table, row in rows:
                marks = ", ".join(f":{name}" for name in row)
                insert = f"INSERT OR REPLACE INTO {table} ({', '.join(row)}) VALUES ({marks})"
                file.execute(insert, row)


def _kind(token: str | None) -> str:
    if token is None:
        return "candidate"
    body = token.split(".")[1]
    kind = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))).get("kind")
    return kind if kind in ("candidate", "staff") else "candidate"
