"""The part of the fake gateway where staff decide who is one person."""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Header

from tests.portal.refusals import Refused

if TYPE_CHECKING:
    from tests.portal.gateway import World

Bearer = Header(None)
Row = dict[str, Any]
MERGE = "0197a000-0000-7000-8000-00000000000a"
JANE = {
    "candidate_id": "CSCO10000000",
    "given_name": "Jane",
    "family_name": "Doe",
    "email": "jane.doe@example.com",
    "registered_at": "2024-02-11T08:00:00Z",
    "can_sign_in": True,
}
JANET = {
    "candidate_id": "CSCO10000007",
    "given_name": "Janet Alexandrina",
    "family_name": "Doe-Featherstonehaugh",
    "email": "jane.doe@example.com",
    "registered_at": "2026-05-04T08:00:00Z",
    "can_sign_in": False,
}
PROPOSED: Row = {
    "id": MERGE,
    "programme": "cisco",
    "state": "proposed",
    "reasons": ["name_and_email", "testing_id"],
    "first": JANE,
    "second": JANET,
    "one_person": False,
    "survivor": None,
    "merged_away": None,
    "proposed_at": "2026-11-20T10:00:00Z",
    "decided_by_name": None,
    "decided_at": None,
    "decision": None,
    "undo_until": None,
    "may_undo": False,
    "undone_by_name": None,
    "undone_at": None,
    "undo_reason": None,
}


OWN: Row = {
    "id": MERGE,
    "state": "merged",
    "other_id": "CSCO10000007",
    "at": "2026-11-22T12:00:00Z",
    "undo_until": "2026-12-22T12:00:00Z",
}


def _side(status: str, text: str, expires_on: str | None, number: str | None = None) -> Row:
    return {
        "status": status,
        "status_text": text,
        "active_on": "2024-03-01",
        "expires_on": expires_on,
        "number": number,
    }


PREVIEW: Row = {
    "programme": "cisco",
    "survivor": "CSCO10000000",
    "merged_away": "CSCO10000007",
    "as_of": "2026-11-22",
    "date_rule": "A certification is valid through the whole of its expiry date.",
    "one_person_already": False,
    "certifications": [
        {
            "certification": "CCNA",
            "name": "CCNA",
            "level_name": "Associate",
            "change": "renewed",
            "survivor": _side("active", "Active", "2027-03-01"),
            "merged_away": None,
            "after": _side("active", "Active", "2029-05-06"),
        },
        {
            "certification": "CCNP-Enterprise",
            "name": "CCNP Enterprise",
            "level_name": "Professional",
            "change": "earned",
            "survivor": None,
            "merged_away": None,
            "after": _side("active", "Active", "2029-05-06"),
        },
        {
            "certification": "CCIE-Security",
            "name": "CCIE Security",
            "level_name": "Expert",
            "change": "together",
            "survivor": _side("active", "Active", "2028-01-31", "60112"),
            "merged_away": _side("expired", "Expired", "2023-01-31", "59870"),
            "after": _side("active", "Active", "2028-01-31", "59870"),
        },
    ],
    "numbers": [
        {
            "series": "ccie",
            "name": "CCIE number",
            "survivor": "60112",
            "merged_away": "59870",
            "after": "59870",
        }
    ],
    "achievements": ["10 years of CCIE"],
    "facts": {"survivor": 4, "merged_away": 2},
}


@dataclass
class Merging:
    """What was proposed, and what staff did about it."""

    merges: list[Row] = field(default_factory=lambda: [deepcopy(PROPOSED)])
    preview: Row | None = field(default_factory=lambda: deepcopy(PREVIEW))
    done: list[tuple[str, Row]] = field(default_factory=list)
    asked: list[Row] = field(default_factory=list)
    refuse: Refused | None = None
    about: bool = False
    own: list[Row] = field(default_factory=list)

    def one(self, merge_id: str) -> Row:
        for one in self.merges:
            if one["id"] == merge_id:
                return one
        raise Refused(404, "unknown-merge")


def staff_merges(world: "World") -> APIRouter:
    """The staff's side of merges."""
    router = APIRouter()
    there = world.merging
    states = {
        "proposed": ("proposed",),
        "merged": ("merged",),
        "settled": ("dismissed", "undone"),
    }

    @router.get("/identity/merges")
    async def merges(which: str = "proposed", authorization: str | None = Bearer) -> Any:
        world.may(authorization, "merges:write")
        shown = [one for one in there.merges if one["state"] in states[which]]
        return {"items": shown, "next": None}

    @router.post("/identity/merges", status_code=201)
    async def propose(body: Row, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "merges:write")
        if "CSCO10000007" not in body["candidate_ids"]:
            raise Refused(404, "unknown-candidate", "There is no such candidate in cisco.")
        there.done.append(("propose", body))
        return there.merges[0]

    @router.get("/identity/merges/cisco/{merge_id}")
    async def merge(merge_id: str, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "merges:write")
        return there.one(merge_id)

    @router.post("/identity/merges/cisco/{merge_id}/{action}")
    async def decide(
        merge_id: str, action: str, body: Row, authorization: str | None = Bearer
    ) -> Any:
        world.may(authorization, "merges:write")
        if there.refuse is not None:
            raise there.refuse
        one = there.one(merge_id)
        there.done.append((action, body))
        after = {"confirm": "merged", "dismiss": "dismissed", "undo": "undone"}[action]
        said = {"at": "2026-11-22T12:00:00Z", "by_name": "Sam Staff"}
        one["state"] = after
        if action == "undo":
            one |= {"undone_at": said["at"], "undone_by_name": said["by_name"]}
            one |= {"undo_reason": body["reason"], "may_undo": False, "one_person": False}
            return one
        one |= {"decided_at": said["at"], "decided_by_name": said["by_name"]}
        one |= {"decision": body["reason"]}
        if action == "confirm":
            away = {JANE["candidate_id"], JANET["candidate_id"]} - {body["survivor"]}
            one |= {"survivor": body["survivor"], "merged_away": away.pop(), "one_person": True}
            one |= {"undo_until": "2026-12-22T12:00:00Z", "may_undo": True}
        return one

    @router.post("/certifications/merges/preview")
    async def preview(body: Row, authorization: str | None = Bearer) -> Any:
        world.may(authorization, "merges:write")
        there.asked.append(body)
        if there.preview is None:
            raise Refused(503, "unavailable")
        return there.preview

    @router.get("/identity/candidates/cisco/CSCO10000007")
    async def merged_away(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"candidate_id": "CSCO10000007", "merged_into": "CSCO10000000"}

    @router.get("/identity/candidates/cisco/{candidate_id}/merges")
    async def about(candidate_id: str, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": there.merges if there.about else []}

    @router.get("/fulfillment/candidates/cisco/CSCO10000007/entitlements")
    async def kits(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "staff")
        return {"items": world.entitlements}

    router.include_router(_own(world))
    return router


def _own(world: "World") -> APIRouter:
    router = APIRouter()
    there = world.merging

    @router.get("/identity/me/merges")
    async def own(authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        return {"items": there.own}

    @router.post("/identity/me/merges", status_code=201)
    async def merge_own(body: Row, authorization: str | None = Bearer) -> Any:
        world.who(authorization, "candidate")
        if there.refuse is not None:
            raise there.refuse
        there.done.append(("own", body))
        there.own.insert(0, OWN)
        return OWN

    return router
