"""Whom each operation is for: tried with everybody else, and with other people's ids.

The operations come from the running code's own OpenAPI documents, so a new one is tried without
anybody thinking of it; how to ask it rightly has to be said once, in `ASKING`.
"""

import json
import sqlite3
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from deploy.local.processes import REPOSITORY
from deploy.members import SERVICES, member
from services.identity.tokens import hash_of
from shared.auth import kinds_of
from shared.events import CertificationExpired
from shared.ids import public_code
from shared.programmes import Course
from tests.contracts import own_data
from tests.contracts.discovery import discoverable
from tests.contracts.house import SCOPES, House, opened
from tests.contracts.merging import fresh_account, fresh_merge
from tests.contracts.own_accounts import OwnAccounts
from tests.journeys.bus import park
from tests.journeys.days import ago
from tests.journeys.product import until

Json = Any
AUDIENCES = {
    "public",
    "candidate",
    "candidate-or-staff",
    "owner",
    "vendor",
    "vendor-or-staff",
    "staff",
    "internal",
}
KINDS = ("candidate", "vendor", "staff", "internal")
REFUSED = {401, 403, 404}


@dataclass(frozen=True)
class Operation:
    """One operation of one service, as its document declares it."""

    service: str
    method: str
    path: str
    audience: str
    scope: str | None

    def __str__(self) -> str:
        return f"{self.service} {self.method.upper()} {self.path}"

    @property
    def kinds(self) -> set[str]:
        return set(kinds_of(self.audience))


def operations() -> list[Operation]:
    found = []
    for service in SERVICES:
        document = member(service).factory()().openapi()
        for path, methods in document["paths"].items():
            for method, declared in methods.items():
                audience, scope = declared.get("x-audience", ""), declared.get("x-scope")
                found.append(Operation(service, method, path, audience, scope))
    return found


ALL = operations()
CLOSED = [one for one in ALL if one.audience != "public"]
SCOPED = [one for one in CLOSED if one.scope]


@dataclass
class World:
    """The house with Anna and Bert in it, each with a result, and a transcript of Anna's."""

    house: House
    own: OwnAccounts
    ids: dict[str, str] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    completions: dict[str, Json] = field(default_factory=dict)
    permitted: int = 0

    def token(self, kind: str, /, **claims: Any) -> str:
        """A token of a kind that opens as much as one of this kind can."""
        kinds: dict[str, dict[str, Any]] = {
            "candidate": {"programme": "cisco"},
            "vendor": {"vendor": "vue", "programmes": ["cisco"]},
            "staff": {"programmes": ["cisco"]},
            "internal": {"programmes": ["cisco"]},
        }
        subject = self.ids["anna"] if kind == "candidate" else f"{kind}@example.com"
        if kind == "staff":
            subject = self.own.staff
        sid = {"sid": self.own.sessions[kind]} if kind in self.own.sessions else {}
        return self.house.token(kind, subject, **{**kinds[kind], **sid, **claims})

    def ask(self, operation: Operation, token: str | None) -> httpx2.Response:
        """The operation asked as `ASKING` says, by whoever has the token."""
        where = {"programme": "cisco", **self.ids}
        self.own.begin_anew(self.ids["anna"])
        asking = ASKING.get((operation.service, operation.method, operation.path))
        request: dict[str, Any] = asking() if asking else {}
        path = operation.path
        fresh: dict[str, Callable[[], str]] = {
            "parked_id": lambda: self.parked(operation.service),
            "staff_id": self.member,
            "action_id": self.action,
            "dry_run_id": self.dry_run,
            "reevaluation_id": self.reevaluation,
            "result_id": lambda: self.result(operation),
            "flag_id": self.flag,
        }
        where |= {name: make() for name, make in fresh.items() if f"{{{name}}}" in path}
        if operation.method == "delete":
            where["transcript_id"] = self.transcript()
        if "{client_id}" in path:
            where["client_id"], where["secret_id"] = self.machine()
        if "external-identities" in path:
            mine_anew = (operation.method, path) == ("post", "/me/external-identities")
            where["identity_id"], pending = self.external_identity(0 if mine_anew else 2)
            body = {"provider": "cisco-com"} if path.endswith("/flows") else {"pending": pending}
            body = REASON if path.endswith("/disconnect") else body
            request = {"json": body} if operation.method == "post" else {}
        if operation.audience == "owner":
            request = self.own.asking(operation.method, path, token, where)
        if operation.method == "post" and path.startswith("/me/emails"):
            request = {"json": {"email": self.own_email(path)}}
        if path.startswith(("/cases/{number}", "/name-changes")):
            where |= self.case(path)
            request = {**request, **CASES.get(path, {})}
        if operation.service == "identity" and "{import_id}" in path:
            where["import_id"] = self.accounts()
        request |= self.merging(operation, where)
        request |= self.own_data(operation, where)
        if path.endswith("/cancel"):
            where["import_id"] = self.arriving()
        if "{waiting_id}" in path:
            where["waiting_id"] = self.waiting()
            request = {"json": {"candidate_id": self.ids["anna"], **REASON}}
        if "{completion_id}" in path:
            request |= self.completion(operation, where)
        if (operation.method, path) == ("post", "/authorizations"):
            request |= {"json": self.permission()}
        for name, value in where.items():
            path = path.replace(f"{{{name}}}", value)
        headers = {"authorization": f"Bearer {token}"} if token else {}
        url = f"/api/{operation.service}{path}"
        headers |= request.pop("headers", {})
        return self.house.client.request(operation.method, url, headers=headers, **request)

    def parked(self, service: str) -> str:
        """A fresh parked event in a service, of a person of Anna's programme."""
        event = CertificationExpired(
            programme="cisco",
            candidate_id=self.ids["anna"],
            version=9,
            certification="CCNA",
            expired_on=date.fromisoformat(ago(1)),
        )
        park(self.house.database_url(service), event, "ValueError: on purpose")
        headers = {"authorization": f"Bearer {self.token('staff')}"}
        rows = self.house.client.get(f"/api/{service}/parked?limit=200", headers=headers).json()
        return str(rows["items"][-1]["id"])

    def merging(self, operation: Operation, where: dict[str, str]) -> dict[str, Any]:
        """A merge in the state that an operation is for, and how to ask it."""
        path, body = operation.path, None
        both = [self.ids["anna"], self.ids["bert"]]
        vendor, staff = (
            {"authorization": f"Bearer {self.token(kind)}"} for kind in ("vendor", "staff")
        )
        client = self.house.client
        if "{merge_id}" in path:
            where["merge_id"], body = fresh_merge(client, vendor, staff, path)
        elif path == "/me/merges" and operation.method == "post":
            database = self.house.folder / "identity.db"
            body = fresh_account(client, vendor, staff, database)
        elif path == "/merges/preview":
            body = {"programme": "cisco", "survivor": both[0], "merged_away": both[1]}
        elif path == "/merges":
            body = {"programme": "cisco", "candidate_ids": both}
        return {"json": body} if body and operation.method == "post" else {}

    def own_data(self, operation: Operation, where: dict[str, str]) -> dict[str, Any]:
        """What was asked for about Anna's data, as an operation needs it, and how to ask it."""
        path, method, anna = operation.path, operation.method, self.ids["anna"]
        if operation.service != "identity" or "/data" not in path:
            return {}
        where |= own_data.begin_anew(self.house.folder, anna, path, method)
        return own_data.body_for(anna, path, method)

    def transcript(self) -> str:
        """A fresh transcript of Anna's."""
        headers = {"authorization": f"Bearer {self.token('candidate')}"}
        made = self.house.client.post(
            "/api/transcripts/transcripts", json=TRANSCRIPT, headers=headers
        ).json()
        return str(made["id"])

    def member(self) -> str:
        """A fresh member of Cisco's staff."""
        headers = {"authorization": f"Bearer {self.token('staff')}"}
        made = self.house.client.post(
            "/api/identity/staff/members", json=invitation(), headers=headers
        )
        assert made.is_success, made.text
        return str(made.json()["staff_id"])

    def accounts(self) -> str:
        """A fresh file of accounts of Cisco's."""
        headers = {"authorization": f"Bearer {self.token('staff')}"}
        made = self.house.client.post("/api/identity/imports", headers=headers, **accounts())
        assert made.is_success, made.text
        return str(made.json()["import_id"])

    def machine(self) -> tuple[str, str]:
        """A fresh API client of Cisco's and the id of its secret."""
        headers = {"authorization": f"Bearer {self.token('staff')}"}
        made = self.house.client.post("/api/identity/clients", json=machine(), headers=headers)
        assert made.is_success, made.text
        client = made.json()["client"]
        return str(client["client_id"]), str(client["secrets"][0]["secret_id"])

    def external_identity(self, count: int) -> tuple[str, str]:
        """The id of one of so many connected accounts of Anna's, and the secret of one that waits.

        Of one the programme allows no other; the last way in cannot be given up.
        """
        secret, now, later = uuid4().hex, "2026-11-01 00:00:00.000000", "2999-01-01 00:00:00.000000"
        shared = {"programme": "cisco", "provider": "cisco-com", "label": "x", "issuer": "i"}
        connected = [
            shared
            | {"id": uuid4().hex, "subject": uuid4().hex, "linked_at": now}
            | {"candidate_id": self.ids["anna"]}
            for _ in range(count)
        ]
        names = {"given_name": "", "family_name": "", "created_at": now, "expires_at": later}
        waiting = {"id": uuid4().hex, "subject": uuid4().hex, "token_hash": hash_of(secret)}
        with closing(sqlite3.connect(self.house.folder / "identity.db", timeout=10)) as file, file:
            file.execute("DELETE FROM external_identities")
            rows: list[tuple[str, Json]] = [("external_identities", one) for one in connected]
            for table, row in [*rows, ("pending_identities", shared | names | waiting)]:
                marks = ", ".join(f":{name}" for name in row)
                file.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row)
        return connected[0]["id"] if connected else "", secret

    def case(self, path: str) -> dict[str, str]:
        """A fresh case of Anna's about her name, in the state that an operation is for."""
        now, code = "2026-11-01 00:00:00.000000", public_code(6)
        case, entry, file, change = (uuid4().hex for _ in range(4))
        waits = path.startswith("/name-changes")
        purpose = "identification" if waits else "attachment"
        (self.house.folder / "files" / "cases").mkdir(parents=True, exist_ok=True)
        (self.house.folder / "files" / "cases" / file).write_bytes(PICTURE)
        whose = {"programme": "cisco", "candidate_id": self.ids["anna"]}
        state = "resolved" if path.endswith("/reopen") else "open"
        rows: dict[str, dict[str, Any]] = {
            "cases": whose
            | {"id": case, "number": f"CASE-{code[:4]}-{code[4:]}", "kind": "name_change"}
            | {"subject": "x", "state": state, "opened_by": "candidate", "details": "{}"}
            | {"opened_at": now, "updated_at": now, "version": 1},
            "case_entries": {"id": entry, "case_id": case, "action": "opened"}
            | {"author": "candidate", "text": "x", "internal": 0, "at": now},
            "case_files": {"id": file, "case_id": case, "entry_id": entry, "purpose": purpose}
            | {"key": f"cases/{file}", "name": "x.png", "type": "image/png", "bytes": 1}
            | {"kept_at": now},
            "name_changes": whose
            | {"id": change, "case_id": case, "small": 0, "state": "waiting", "reason": ""}
            | dict.fromkeys(("given_name", "given_name_before"), "anna")
            | {"family_name": "Roe", "family_name_before": "Doe", "asked_at": now, "version": 1},
        }
        if not waits or path == "/name-changes":
            del rows["name_changes"]
        with closing(sqlite3.connect(self.house.folder / "identity.db", timeout=10)) as base, base:
            # Of all of them only so many may wait.
            for table in ("name_changes", "case_files", "case_entries", "cases"):
                base.execute(f"DELETE FROM {table}")
            for table, row in rows.items():
                marks = ", ".join(f":{name}" for name in row)
                base.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row)
        return {"number": str(rows["cases"]["number"]), "file_id": file, "change_id": change}

    def own_email(self, path: str) -> str:
        """An address of Anna's: the primary one, another, one that waits, or one that is new."""
        if path.endswith("/primary"):
            return "anna@example.com"
        email, now = f"{uuid4().hex}@example.com", "2026-11-01 00:00:00.000000"
        whose = {"candidate_id": self.ids["anna"], "programme": "cisco"}
        address = whose | {"email": email, "email_key": email}
        rows: dict[str, tuple[str, Json]] = {
            "/me/emails/remove": (
                "email_addresses",
                address | {"is_primary": 0, "added_at": now, "verified_at": now},
            ),
            "/me/emails/call-off": (
                "address_proofs",
                address
                | {"id": uuid4().hex, "token_hash": uuid4().hex, "purpose": "new_address"}
                | {"details": "{}", "created_at": now, "expires_at": "2999-01-01 00:00:00.000000"},
            ),
        }
        with closing(sqlite3.connect(self.house.folder / "identity.db", timeout=10)) as file, file:
            # Only so many are mailed in an hour.
            file.execute("DELETE FROM address_proofs")
            if path in rows:
                table, row = rows[path]
                marks = ", ".join(f":{name}" for name in row)
                file.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row)
        return email

    def action(self) -> str:
        """A fresh action of staff about Anna."""
        headers = {"authorization": f"Bearer {self.token('staff')}"}
        path = f"/api/certifications/candidates/cisco/{self.ids['anna']}/actions"
        made = self.house.client.post(path, json=CREDITS, headers=headers).json()
        return str(made["id"])

    def dry_run(self) -> str:
        """The dry run that is under way, or else a fresh one."""
        headers = {"authorization": f"Bearer {self.token('staff')}"}
        path = "/api/certifications/programmes/cisco/dry-runs"
        for newest in self.house.client.get(path, headers=headers).json()["items"][:1]:
            if newest["finished_at"] is None:
                return str(newest["id"])
        made = self.house.client.post(path, json=TRIAL, headers=headers).json()
        return str(made["id"])

    def reevaluation(self) -> str:
        """The newest re-evaluation, or else a fresh one, when it is done."""
        headers = {"authorization": f"Bearer {self.token('staff')}"}
        path = "/api/certifications/programmes/cisco/reevaluations"

        def done() -> list[Json]:
            rows = self.house.client.get(path, headers=headers).json()["items"]
            if not rows:
                self.house.client.post(path, json=REASON, headers=headers)
            return [row for row in rows if row["finished_at"]]

        return str(until(done, "a re-evaluation is done")[0]["id"])

    def permission(self) -> Json:
        """An exam that Anna may book on a day of its own."""
        self.permitted += 1
        day = ago(-30 - self.permitted)
        return {
            "programme": "cisco",
            "candidate_id": self.ids["anna"],
            "exam_code": "200-301",
            "vendor": "vue",
            "first_day": day,
            "last_day": day,
        }

    def recorded(self, body: Json) -> Json:
        """A fresh result of Anna's, as staff see it."""
        vendor, staff = (
            {"authorization": f"Bearer {self.token(kind)}"} for kind in ("vendor", "staff")
        )
        client = self.house.client
        assert client.post("/api/exams/results", json=body, headers=vendor).is_success
        path = f"/api/exams/candidates/cisco/{self.ids['anna']}/history"
        exams = client.get(path, headers=staff).json()["exams"]
        (found,) = (
            exam for exam in exams if exam["registration_number"] == body["registration_number"]
        )
        return found

    def result(self, operation: Operation) -> str:
        """A fresh result of Anna's in the state that an operation is for."""
        result_id = str(self.recorded(result("anna", uuid4().hex))["id"])
        before = {"release": "hold", "validate": "invalidate"}
        if action := before.get(operation.path.rpartition("/")[2]):
            headers = {"authorization": f"Bearer {self.token('staff')}"}
            path = f"/api/exams/results/{result_id}/{action}"
            assert self.house.client.post(path, json=REASON, headers=headers).is_success
        return result_id

    def arriving(self) -> str:
        """An import whose file is still on its way."""
        import_id = uuid4()
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        row = {
            "id": import_id.hex,
            "kind": "results",
            "programme": "cisco",
            "vendor": "vue",
            "name": "slow.csv",
            "uploaded_by": "vue-client",
            "columns": "[]",
            "state": "receiving",
            **dict.fromkeys(("rows", "done", "accepted", "duplicates", "rejected", "attempts"), 0),
            "created_at": now,
            "touched_at": now,
        }
        with closing(sqlite3.connect(self.house.folder / "exams.db", timeout=10)) as file, file:
            marks = ", ".join(f":{name}" for name in row)
            names = ", ".join(f'"{name}"' for name in row)
            file.execute(f"INSERT INTO imports ({names}) VALUES ({marks})", row)
        return str(import_id)

    def waiting(self) -> str:
        """A fresh result whose candidate nobody knows."""
        headers = {
            kind: {"authorization": f"Bearer {self.token(kind)}"} for kind in ("vendor", "staff")
        }
        body = {**result("nobody", uuid4().hex), "testing_id": f"T-{uuid4().hex}"}
        client = self.house.client
        assert client.post("/api/exams/results", json=body, headers=headers["vendor"]).is_success
        path = "/api/exams/waiting?programme=cisco&limit=200"
        rows = client.get(path, headers=headers["staff"]).json()["items"]
        return str(next(row["id"] for row in rows if row["testing_id"] == body["testing_id"]))

    def flag(self) -> str:
        """What a check found about a fresh result of Anna's: its exam had retired by then."""
        late = {"exam_code": "200-125", "exam_date": "2020-03-01"}
        found = self.recorded(result("anna", uuid4().hex) | late)
        headers = {"authorization": f"Bearer {self.token('staff')}"}
        story = self.house.client.get(f"/api/exams/results/{found['id']}", headers=headers).json()
        return str(next(one["id"] for one in story["flags"] if one["check"] == "exam_retired"))

    def completion(self, operation: Operation, where: dict[str, str]) -> dict[str, Any]:
        """A course of Anna's in the state that an operation is for, and how to ask it.

        One goes to and fro between approved and rejected, another between handed in and returned.
        """
        action = operation.path.rpartition("/")[2]
        pair = "asked back" if operation.method == "put" or action == "return" else "decided"
        anna, staff = (
            {"authorization": f"Bearer {self.token(kind)}"} for kind in ("candidate", "staff")
        )
        client, base = self.house.client, "/api/exams/completions"
        if pair not in self.completions:
            made = client.post(base, headers=anna, **hand_in())
            assert made.status_code == 201, made.text
            self.completions[pair] = made.json()
        where["completion_id"] = self.completions[pair]["id"]
        at = f"{base}/{where['completion_id']}"
        now = client.get(at, headers=anna).json()

        def step(name: str) -> None:
            nonlocal now
            body = {"version": now["version"], "reason": "To go on"}
            now = client.post(f"{at}/{name}", json=body, headers=staff).json()

        if action == "approve" and now["state"] == "approved":
            step("reject")
        elif action == "reject" and now["state"] == "rejected":
            step("approve")
        elif operation.method == "put" and now["state"] == "submitted":
            step("return")
        elif action == "return" and now["state"] == "returned":
            again = {"course": now["course"], "completed_on": now["completed_on"]}
            form = again | {"version": now["version"]}
            now = client.put(at, data=form, files={"certificate": ("", b"")}, headers=anna).json()
        if operation.method == "get":
            return {}
        if operation.method == "put":
            form = {"course": now["course"], "completed_on": now["completed_on"]}
            return {
                "data": form | {"version": now["version"]},
                "files": {"certificate": ("", b"")},
            }
        return {"json": {"version": now["version"], "reason": "So that it goes on"}}


REASON = {"reason": "The rules have changed"}
TRIAL = {"files": {"kits.yaml": (REPOSITORY / "programmes/cisco/kits.yaml").read_text()}}
CREDITS = {
    "action": "credits",
    "points": "1",
    "title": "For Anna's eyes",
    "reason": "She was there",
}
PASSED = {"result": "PASS", "score": "87"}
IMAGINED = {"exams": [{"exam": "350-401", "day": ago(-20)}]}
TRANSCRIPT = {"description": "For Anna's eyes", "valid_through": ago(-20), "all_new": True}


def result(person: str, number: str) -> Json:
    return {
        "programme": "cisco",
        "registration_number": number,
        "exam_code": "200-301",
        "testing_id": f"T-{person}",
        "grade": "pass",
        "exam_date": ago(1),
    }


def booking(person: str, number: str) -> Json:
    booked = {name: value for name, value in result(person, number).items() if name != "grade"}
    del booked["exam_date"]
    contact = {"given_name": person, "family_name": "Holm", "email": f"{person}@example.com"}
    return booked | {"candidate": contact}


def cancellation(number: str) -> Json:
    return {"programme": "cisco", "registration_number": number, "kind": "cancel"}


def activity() -> Json:
    return {
        "programme": "cisco",
        "vendor": "vue",
        "external_id": f"C{uuid4().hex}",
        "testing_id": "T-anna",
        "activity": "A workshop",
        "points": 2,
        "active_on": ago(1),
    }


def hand_in() -> Json:
    days = next(_days)
    return {
        "data": {"course": COURSE.code, "completed_on": ago(days)},
        "files": {"certificate": ("certificate.png", PICTURE)},
    }


def upload() -> Json:
    header = "vendor,registration_number,exam_code,testing_id,grade,exam_date"
    row = f"vue,F{uuid4().hex},200-301,T-anna,pass,{ago(1)}"
    return {
        "params": {"kind": "results", "programme": "cisco"},
        "content": f"{header}\n{row}\n".encode(),
        "headers": {"content-type": "text/csv"},
    }


# Cisco's own data names no courses, which are what Juniper renews by.
COURSE = Course(code="COURSE", name="A course", level="associate")
# A picture of one point: the smallest certificate that can be read to its end.
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
_days = count(1)


def notification() -> Json:
    """Pearson VUE's word about a result of a person whom nobody knows."""
    taken = {"registrationID": uuid4().hex, "grade": "pass", "examDate": ago(1)}
    return {
        "params": {"programme": "cisco"},
        "json": {
            "eventType": "RESULT_AVAILABLE",
            "clientCandidateID": "CSCO99999999",
            "exams": {"exam": [{"examSeriesCode": "200-301", "examResult": taken}]},
        },
    }


def results_file() -> Json:
    """Pearson VUE's results file with a result of the same person."""
    header = "ClientCandidateID\tRegistrationID\tExamSeriesCode\tExamDate\tGrade"
    row = f"CSCO99999999\tF{uuid4().hex}\t200-301\t{ago(1)}\tPass"
    return {
        "params": {"programme": "cisco", "name": "results-1.dat"},
        "content": f"{header}\n{row}\n".encode(),
    }


def invitation() -> Json:
    email = f"{uuid4().hex}@example.com"
    return {"programme": "cisco", "email": email, "name": "Nan", "roles": ["support"]}


def machine(**changes: Any) -> Json:
    rights = {"programmes": ["cisco"], "scopes": ["results:write"]}
    return {"client_id": uuid4().hex, "vendor": "vue", "name": "A machine", **rights, **changes}


def machine_settings() -> Json:
    return {name: value for name, value in machine().items() if name not in ("client_id", "vendor")}


def accounts() -> Json:
    """A file of one account, of somebody new."""
    text = f"family_name,email\nNew,{uuid4().hex}@example.com\n"
    return {"params": {"programme": "cisco"}, "content": text.encode()}


def of_cisco() -> Json:
    return {"params": {"programme": "cisco"}}


ANNA = "/candidates/{programme}/{candidate_id}"
HARBOUR = {
    "country": "HK",
    "roman": {"family_name": "Anna", "line1": "1 Quay", "region": "Hong Kong Island"},
}
QUESTIONS = ("employee", "partner", "messages", "net-academy", "disclosure")
SETTINGS = {"answers": {name: {"version": "2026", "value": True} for name in QUESTIONS}}
PEARSON = "/feeds/pearson-vue"
CASE = {"kind": "other", "subject": "A question", "message": "Why?"}
PROOF: Json = {"files": {"identification": ("passport.png", PICTURE)}}
# Of the operations about one case or name, by their paths.
CASES: dict[str, Json] = {
    "/cases/{number}/messages": {"data": {"message": "x"}, "files": {"attachment": ("", b"")}},
    "/cases/{number}/assign": {"json": {"to": None}},
    "/cases/{number}/resolve": {"json": {"version": 1, "outcome": "Done"}},
    "/cases/{number}/reopen": {"json": {"reason": "Not done"}},
    "/name-changes": {"data": {"given_name": "anna", "family_name": "Roe"}, **PROOF},
    "/name-changes/{change_id}/approve": {"json": {"version": 1}},
    "/name-changes/{change_id}/reject": {"json": {"version": 1, "reason": "Blurred"}},
}
MEMBER = "/staff/members/{programme}/{staff_id}"
# How an operation is asked so that the right caller is answered. What is not here takes only a
# path, whose ids are Anna's.
ASKING: dict[tuple[str, str, str], Callable[[], Json]] = {
    ("identity", "get", "/audit"): of_cisco,
    ("identity", "get", "/imports"): of_cisco,
    ("identity", "post", "/imports"): accounts,
    ("identity", "get", "/audit/actions"): of_cisco,
    ("identity", "get", "/audit/export"): of_cisco,
    ("identity", "get", "/staff/members"): of_cisco,
    ("identity", "get", "/staff/roles"): of_cisco,
    ("identity", "post", "/clients"): lambda: {"json": machine()},
    ("identity", "post", "/clients/{client_id}/revoke"): lambda: {"json": REASON},
    ("identity", "post", "/clients/{client_id}/secrets"): lambda: {"json": {"overlap_hours": 1}},
    ("identity", "put", "/clients/{client_id}"): lambda: {"json": machine_settings()},
    ("identity", "post", "/staff/members"): lambda: {"json": invitation()},
    ("identity", "post", f"{MEMBER}/activate"): lambda: {"json": REASON},
    ("identity", "post", f"{MEMBER}/deactivate"): lambda: {"json": REASON},
    ("identity", "post", f"{MEMBER}/second-factors/reset"): lambda: {"json": REASON},
    ("identity", "put", f"{MEMBER}/roles"): lambda: {"json": {"roles": ["support"]}},
    ("identity", "post", f"{ANNA}/account/second-factors/reset"): lambda: {"json": REASON},
    ("identity", "post", f"{ANNA}/account/sessions/end"): lambda: {"json": REASON},
    ("identity", "get", "/case-workers"): of_cisco,
    ("identity", "post", "/cases"): lambda: {"data": CASE, "files": {"attachment": ("", b"")}},
    ("identity", "post", f"{ANNA}/cases"): lambda: {"json": CASE},
    ("identity", "get", "/candidates"): lambda: {"params": {"programme": "cisco"}},
    ("identity", "get", "/help-votes"): of_cisco,
    ("identity", "get", "/data-requests"): of_cisco,
    ("identity", "get", "/merges"): of_cisco,
    ("identity", "put", "/me/attributes"): lambda: {"json": {"values": {"job-title": "Pilot"}}},
    ("identity", "put", "/me/help-votes/{article_id}"): lambda: {"json": {"helpful": True}},
    ("identity", "put", "/me/postal-address"): lambda: {"json": HARBOUR},
    ("identity", "put", "/me/settings"): lambda: {"json": SETTINGS},
    ("identity", "put", f"{ANNA}/attributes"): lambda: {"json": {"values": {"netacad": "17"}}},
    ("certifications", "post", f"{ANNA}/actions"): lambda: {"json": CREDITS},
    ("certifications", "post", f"{ANNA}/actions/{{action_id}}/undo"): lambda: {
        "json": {"reason": "She was not"}
    },
    ("certifications", "post", "/programmes/{programme}/dry-runs"): lambda: {"json": TRIAL},
    ("certifications", "post", "/programmes/{programme}/reevaluations"): lambda: {"json": REASON},
    ("certifications", "post", "/what-if"): lambda: {"json": IMAGINED},
    ("certifications", "post", f"{ANNA}/what-if"): lambda: {"json": IMAGINED},
    ("exams", "post", "/registrations"): lambda: {"json": booking("anna", uuid4().hex)},
    ("exams", "post", "/results"): lambda: {"json": result("anna", uuid4().hex)},
    ("exams", "post", "/changes"): lambda: {"json": cancellation(uuid4().hex)},
    ("exams", "post", "/results/{result_id}/hold"): lambda: {"json": REASON},
    ("exams", "post", "/results/{result_id}/release"): lambda: {"json": REASON},
    ("exams", "post", "/results/{result_id}/invalidate"): lambda: {"json": REASON},
    ("exams", "post", "/results/{result_id}/validate"): lambda: {"json": REASON},
    ("exams", "post", "/flags/{flag_id}/close"): lambda: {"json": {"note": "Looked into"}},
    ("exams", "get", "/held"): lambda: {"params": {"programme": "cisco"}},
    ("exams", "get", "/flags"): lambda: {"params": {"programme": "cisco"}},
    ("exams", "post", "/imports"): upload,
    ("exams", "post", "/credits"): lambda: {"json": activity()},
    ("exams", "post", "/completions"): hand_in,
    ("exams", "post", "/agreements/{agreement_id}/acceptances"): lambda: {
        "json": {"version": "V9"}
    },
    ("exams", "post", f"{PEARSON}/notifications"): notification,
    ("exams", "post", f"{PEARSON}/files"): results_file,
    ("exams", "get", f"{PEARSON}/files/{{kind}}"): of_cisco,
    ("exams", "post", f"{PEARSON}/files/{{kind}}/sent"): of_cisco,
    ("exams", "get", f"{PEARSON}/files/{{kind}}/sent/{{file_name}}"): of_cisco,
    ("exams", "get", f"{PEARSON}/candidates-in-error"): of_cisco,
    ("exams", "put", "/feeds/psi/bookings/{booking}/results"): lambda: {"json": PASSED},
    ("exams", "put", "/feeds/psi/eligibilities/{eligibility}/results"): lambda: {"json": PASSED},
    ("exams", "get", "/imports"): lambda: {"params": {"programme": "cisco"}},
    ("exams", "get", "/imports/formats"): of_cisco,
    ("exams", "get", "/vendors"): of_cisco,
    ("exams", "get", "/search"): lambda: {"params": {"q": "RESULT-ANNA"}},
    ("exams", "get", "/waiting"): lambda: {"params": {"programme": "cisco"}},
    ("notifications", "get", "/emails"): lambda: {"params": {"programme": "cisco"}},
    ("transcripts", "post", "/transcripts"): lambda: {"json": TRANSCRIPT},
    ("transcripts", "put", "/transcripts/{transcript_id}"): lambda: {"json": TRANSCRIPT},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        issuer = stack.enter_context(discoverable())
        one = {"cisco/cisco-com": {"client_id": "certtrack", "issuer": issuer}}
        change = stack.enter_context(pytest.MonkeyPatch.context())
        change.setenv("CERTTRACK_PROVIDER_CLIENTS", json.dumps(one))
        house = stack.enter_context(opened(tmp_path_factory.mktemp("audiences")))
        made = World(
            house,
            OwnAccounts(house),
            {"anna": "", "code": "CCNA", "agreement_id": "confidentiality"},
        )
        made.ids |= {"booking": "B-anna", "kind": "cdd", "registration_number": "RESULT-ANNA"}
        made.ids["article_id"] = "share"
        education = house.services["exams"].state.context.programmes["cisco"].education
        object.__setattr__(education, "courses", {COURSE.code: COURSE})
        vendor = {"authorization": f"Bearer {made.token('vendor')}"}
        people = [booking(name, f"B-{name}") for name in ("anna", "bert")]
        client = house.client
        client.post("/api/exams/registrations", json={"registrations": people}, headers=vendor)
        staff = {"authorization": f"Bearer {made.token('staff')}"}

        def known() -> list[Json]:
            path = "/api/identity/candidates?programme=cisco"
            rows = client.get(path, headers=staff).json()["items"]
            return rows if len(rows) == 2 else []

        for row in until(known, "Anna and Bert are candidates"):
            made.ids[row["given_name"]] = row["candidate_id"]
        made.ids["candidate_id"] = made.ids["anna"]
        client.post("/api/exams/results", json=result("anna", "RESULT-ANNA"), headers=vendor)
        whose = f"candidates/cisco/{made.ids['anna']}"

        def certified() -> list[Json]:
            answer = client.get(f"/api/certifications/{whose}/certifications", headers=staff)
            return answer.json()["levels"] if answer.is_success else []

        (ccna,) = until(certified, "Anna holds CCNA")[0]["certifications"]
        kits = f"/api/fulfillment/{whose}/entitlements"
        until(lambda: client.get(kits, headers=staff).json()["items"], "Anna's kit")
        request = upload()
        request["headers"] |= vendor
        made.ids["import_id"] = client.post("/api/exams/imports", **request).json()["id"]
        made.ids["transcript_id"] = made.transcript()
        taken = activity()
        client.post("/api/exams/credits", json=taken, headers=vendor)
        permission = client.post(
            "/api/exams/authorizations", json=made.permission(), headers=staff
        ).json()
        made.ids["authorization_id"], made.ids["eligibility"] = (
            permission["id"],
            permission["number"],
        )
        sent = client.post(
            "/api/exams/feeds/pearson-vue/files/cdd/sent?programme=cisco", headers=staff
        )
        made.ids["file_name"] = sent.headers["content-disposition"].split('"')[1]
        handed_in = {"authorization": f"Bearer {made.token('candidate')}"}
        course = client.post("/api/exams/completions", headers=handed_in, **hand_in()).json()
        made.secrets |= {
            made.ids["anna"],
            made.ids["import_id"],
            made.ids["transcript_id"],
            "RESULT-ANNA",
            "B-anna",
            "T-anna",
            "anna@example.com",
            taken["external_id"],
            permission["number"],
            course["id"],
            ccna["verification_code"],
        }
        yield made


def names(one: Operation) -> str:
    return str(one)


@pytest.mark.parametrize("operation", ALL, ids=names)
def test_every_operation_declares_its_audience(operation: Operation) -> None:
    assert operation.audience in AUDIENCES


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_the_right_caller_is_answered(world: World, operation: Operation) -> None:
    # Without this the refusals below could be of something else: a wrong path, a wrong body.
    for kind in operation.kinds:
        answer = world.ask(operation, world.token(kind))
        assert answer.is_success, answer.text


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_everybody_else_is_refused(world: World, operation: Operation) -> None:
    assert world.ask(operation, None).status_code == 401
    for kind in set(KINDS) - operation.kinds:
        answer = world.ask(operation, world.token(kind))
        assert answer.status_code == 403, f"{kind}: {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_a_token_that_is_not_good_opens_nothing(world: World, operation: Operation) -> None:
    kind = next(iter(operation.kinds))
    bad = {
        "expired": world.token(kind, exp=int(time.time()) - 60),
        "without an end": world.token(kind, exp=None),
        "of another issuer": world.token(kind, iss="somebody"),
        "for another product": world.token(kind, aud="something"),
        "of nobody": world.token(kind, sub=None),
        "signed by another": world.token(kind, forged=True),
        "of no kind": world.token(kind, kind=None),
        "of a kind that there is not": world.token(kind, kind="root"),
    }
    for what, token in bad.items():
        answer = world.ask(operation, token)
        assert answer.status_code == 401, f"{what}: {answer.text}"
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("operation", SCOPED, ids=names)
def test_without_its_scope_the_right_audience_is_refused(
    world: World, operation: Operation
) -> None:
    others = " ".join(set(SCOPES.split()) - {operation.scope})
    for kind in operation.kinds:
        for scope in (others, "", None):
            answer = world.ask(operation, world.token(kind, scope=scope))
            assert answer.status_code == 403, answer.text


UNSCOPED_FOR_MACHINES = [
    one for one in CLOSED if not one.scope and one.audience not in ("candidate", "owner")
]
# What is about the caller's own account, whatever they work for.
OWN = [one for one in CLOSED if one.audience == "owner"]


@pytest.mark.parametrize("operation", UNSCOPED_FOR_MACHINES, ids=names)
def test_two_audiences_have_their_scopes_too(world: World, operation: Operation) -> None:
    answer = world.ask(operation, world.token("staff", scope=""))
    assert answer.status_code == 403
    if operation.method != "get":
        answer = world.ask(operation, world.token("vendor", scope=""))
        assert answer.status_code == 403


def shows_nothing(world: World, answer: httpx2.Response) -> None:
    """Nothing of Anna's was shown or changed: refused, or answered with what is the caller's."""
    assert answer.status_code < 500, answer.text
    # A refusal may repeat what was asked, so only answers are looked through.
    if answer.is_success:
        assert not [secret for secret in world.secrets if secret in answer.text]


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_staff_and_vendors_of_another_programme_get_nothing(
    world: World, operation: Operation
) -> None:
    if operation in OWN:
        return
    for kind in operation.kinds - {"candidate"}:
        for programmes in (["juniper"], []):
            token = world.token(kind, programmes=programmes)
            answer = world.ask(operation, token)
            shows_nothing(world, answer)
            if operation.method != "get":
                assert answer.status_code in REFUSED | {422}, answer.text


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_a_scope_of_one_programme_opens_nothing_in_another(
    world: World, operation: Operation
) -> None:
    if "staff" not in operation.kinds or operation in OWN:
        return
    # Everything in Juniper, and nothing but being there in Cisco, whose ids are asked for.
    programmes, grants = ["cisco", "juniper"], {"cisco": ["nothing:read"]}
    answer = world.ask(operation, world.token("staff", programmes=programmes, grants=grants))
    shows_nothing(world, answer)
    if operation.method != "get":
        assert answer.status_code in REFUSED | {422}, answer.text


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_another_vendor_gets_nothing_of_the_first_ones(world: World, operation: Operation) -> None:
    if "vendor" not in operation.kinds or operation.method != "get":
        return
    answer = world.ask(operation, world.token("vendor", vendor="other"))
    shows_nothing(world, answer)
    nameless = world.ask(operation, world.token("vendor", vendor=None))
    assert nameless.status_code == 403


@pytest.mark.parametrize("operation", CLOSED, ids=names)
def test_another_candidate_gets_nothing_of_the_first_ones(
    world: World, operation: Operation
) -> None:
    if "candidate" not in operation.kinds:
        return
    same_id_elsewhere = world.token("candidate", programme="juniper")
    for token in (world.token("candidate", sub=world.ids["bert"]), same_id_elsewhere):
        answer = world.ask(operation, token)
        if "{transcript_id}" in operation.path or "{completion_id}" in operation.path:
            assert answer.status_code == 404, answer.text
        elif operation.method == "get" and "/me" not in operation.path:
            shows_nothing(world, answer)
        elif token == same_id_elsewhere and operation.method == "get":
            assert answer.status_code == 404


def test_the_secrets_are_there_to_be_found(world: World) -> None:
    """The control of `shows_nothing`: the right callers do see them."""
    seen = "".join(
        world.ask(operation, world.token(kind)).text
        for operation in CLOSED
        if operation.method == "get"
        for kind in operation.kinds
    )
    hidden = {"transcript_id", "import_id"}
    assert not [one for one in world.secrets - hidden if one not in seen]
