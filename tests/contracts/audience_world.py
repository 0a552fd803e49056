"""The house with two candidates in it, for those who ask for somebody else's things."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import httpx2

from shared.events import CertificationExpired
from tests.contracts import identity_rows, own_data
from tests.contracts.asking import (
    ASKING,
    CASES,
    CREDITS,
    REASON,
    TRANSCRIPT,
    TRIAL,
    accounts,
    hand_in,
    invitation,
    machine,
    result,
)
from tests.contracts.house import House
from tests.contracts.merging import fresh_account, fresh_merge
from tests.contracts.operations import Operation
from tests.contracts.own_accounts import OwnAccounts
from tests.journeys.bus import park
from tests.journeys.days import ago
from tests.journeys.product import until

Json = Any


@dataclass(frozen=True)
class Prepared:
    """One request, but for whose it is."""

    method: str
    url: str
    request: Json


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
        return self.send(self.prepared(operation, token), token)

    def prepared(self, operation: Operation, token: str | None) -> Prepared:
        """How to ask an operation as `ASKING` says, of what is in the state that it is for.

        A refusal leaves all as it is, so whoever is refused may be followed by the next one.
        """
        where = {"programme": "cisco", **self.ids}
        folder, anna = self.house.folder, self.ids["anna"]
        self.own.begin_anew(anna)
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
        if operation.method == "delete" and "{transcript_id}" in path:
            where["transcript_id"] = self.transcript()
        if "{client_id}" in path:
            where["client_id"], where["secret_id"] = self.machine()
        if "external-identities" in path:
            mine_anew = (operation.method, path) == ("post", "/me/external-identities")
            where["identity_id"], pending = identity_rows.external_identity(
                folder, anna, 0 if mine_anew else 2
            )
            body = {"provider": "cisco-com"} if path.endswith("/flows") else {"pending": pending}
            body = REASON if path.endswith("/disconnect") else body
            request = {"json": body} if operation.method == "post" else {}
        if operation.audience == "owner":
            request = self.own.asking(operation.method, path, token, where)
        if operation.method == "post" and path.startswith("/me/emails"):
            request = {"json": {"email": identity_rows.own_email(folder, anna, path)}}
        if path.startswith(("/cases/{number}", "/name-changes")):
            where |= identity_rows.case(folder, anna, path)
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
        return Prepared(operation.method, f"/api/{operation.service}{path}", request)

    def send(self, prepared: Prepared, token: str | None) -> httpx2.Response:
        """Ask what has been prepared."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        request = {**prepared.request}
        headers |= request.pop("headers", {})
        answer = self.house.client.request(
            prepared.method, prepared.url, headers=headers, **request
        )
        self._note_file(answer)
        return answer

    def _note_file(self, answer: httpx2.Response) -> None:
        """What is told anew leaves the older file: the newest one is asked for."""
        named = answer.headers.get("content-disposition", "").split('"')
        if len(named) > 1 and named[1].startswith("cdd-"):
            self.ids["file_name"] = named[1]

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


def shows_nothing(world: World, answer: httpx2.Response) -> None:
    """Nothing of Anna's was shown or changed: refused, or answered with what is the caller's."""
    assert answer.status_code < 500, answer.text
    # A refusal may repeat what was asked, so only answers are looked through.
    if answer.is_success:
        assert not [secret for secret in world.secrets if secret in answer.text]
