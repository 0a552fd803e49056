"""The house as the walk over all operations finds it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.altered import altered
from tests.contracts.asking import COURSE, activity, booking, hand_in, result, upload
from tests.contracts.audience_world import World
from tests.contracts.discovery import discoverable
from tests.contracts.house import opened
from tests.contracts.own_accounts import OwnAccounts
from tests.journeys.product import until

Json = Any


@contextmanager
def furnished(folder: Path) -> Iterator[World]:
    """Open the house and let Anna and Bert, and what is theirs, into it."""
    with ExitStack() as stack:
        issuer = stack.enter_context(discoverable())
        one = {"cisco/cisco-com": {"client_id": "certtrack", "issuer": issuer}}
        change = stack.enter_context(pytest.MonkeyPatch.context())
        change.setenv("CERTTRACK_PROVIDER_CLIENTS", json.dumps(one))
        house = stack.enter_context(opened(folder))
        made = World(
            house,
            OwnAccounts(house),
            {"anna": "", "code": "CCNA", "agreement_id": "confidentiality"},
        )
        made.ids |= {"booking": "B-anna", "kind": "cdd", "registration_number": "RESULT-ANNA"}
        made.ids["article_id"] = "share"
        education = house.services["exams"].state.context.programmes["cisco"].education
        stack.enter_context(altered(education, courses={COURSE.code: COURSE}))
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
