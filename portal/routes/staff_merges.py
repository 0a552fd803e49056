"""Staff: candidates who may be one person, what merging them comes to, and taking it back."""

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.gateway import ApiProblem, GatewayAway
from portal.visits import Staff, Visit, segment

router = APIRouter()

Row = dict[str, Any]

PLACE = "/{programme}/staff/merges"
WHICH = ("proposed", "merged", "settled")
# From which states each decision may be made: what the service takes.
DECISIONS = {"confirm": "proposed", "dismiss": "proposed", "undo": "merged"}
SHORTEST_REASON, LONGEST_REASON = 3, 500
REFUSED = (404, 409, 422)


@router.get(PLACE)
async def merges(visit: Staff) -> HTMLResponse:
    """List who may be one person, who was merged, and who was told apart."""
    return await _list(visit)


@router.post(PLACE)
async def propose(visit: Staff) -> Response:
    """Name two candidates who may be one person, and lead to what merging them comes to."""
    assert visit.programme
    form = await visit.form()
    filled = {name: form.text(name).upper() for name in ("first", "second")}
    wrong = {name: visit.gettext("Fill in a candidate ID.") for name in filled if not filled[name]}
    if not wrong and filled["first"] == filled["second"]:
        wrong["second"] = visit.gettext("This is the same candidate ID.")
    if wrong:
        return await _list(visit, 422, filled, wrong)
    body = {"programme": visit.programme.id, "candidate_ids": list(filled.values())}
    try:
        made = (await visit.call("POST", "identity/merges", json=body)).json()
    except ApiProblem as problem:
        if problem.status not in REFUSED:
            raise
        return await _list(visit, problem.status, filled, {"": problem.detail})
    return visit.go(f"{visit.home}merges/{segment(made['id'])}")


@router.get(PLACE + "/{merge_id}")
async def merge(visit: Staff, merge_id: str) -> HTMLResponse:
    """Show two candidates side by side, and what merging them comes to."""
    return await _page(visit, await visit.get(_path(visit, merge_id)))


@router.post(PLACE + "/{merge_id}/decide")
async def decide(visit: Staff, merge_id: str) -> Response:
    """Merge the two, say that they are different people, or undo a merge."""
    form = await visit.form()
    filled = {name: form.text(name) for name in ("action", "survivor", "reason")}
    told = await visit.get(_path(visit, merge_id))
    wrong = _wrong(visit, told, filled)
    if wrong:
        return await _page(visit, told, 422, filled, wrong)
    body = {"reason": filled["reason"]}
    if filled["action"] == "confirm":
        body["survivor"] = filled["survivor"]
    try:
        await visit.call("POST", f"{_path(visit, merge_id)}/{filled['action']}", json=body)
    except ApiProblem as problem:
        if problem.status not in (409, 422):
            raise
        said = "; ".join(str(error.get("message", "")) for error in problem.errors)
        now = await visit.get(_path(visit, merge_id))
        return await _page(visit, now, problem.status, filled, {"": said or problem.detail})
    return visit.go(f"{visit.home}merges/{segment(merge_id)}?done={filled['action']}")


@router.get("/{programme}/staff/candidates/{candidate_id}/merges")
async def merges_of(visit: Staff, candidate_id: str) -> HTMLResponse:
    """Show which other candidates are, or may be, the same person as one."""
    assert visit.programme
    whose = f"identity/candidates/{segment(visit.programme.id)}/{segment(candidate_id)}"
    person, found = await asyncio.gather(visit.get(whose), visit.get(f"{whose}/merges"))
    return visit.page("staff/candidate_merges.html", person=person, found=found["items"])


def _wrong(visit: Visit, told: Row, filled: Row) -> dict[str, str]:
    wrong = {}
    if DECISIONS.get(filled["action"]) != told["state"]:
        wrong["action"] = visit.gettext("Choose what to do.")
    elif filled["action"] == "confirm" and filled["survivor"] not in _ids(told):
        wrong["survivor"] = visit.gettext("Choose which candidate ID goes on.")
    if not SHORTEST_REASON <= len(filled["reason"]) <= LONGEST_REASON:
        wrong["reason"] = visit.gettext("Give a reason of 3 to 500 characters.")
    return wrong


def _path(visit: Visit, merge_id: str) -> str:
    assert visit.programme
    return f"identity/merges/{segment(visit.programme.id)}/{segment(merge_id)}"


def _ids(told: Row) -> tuple[str, str]:
    return told["first"]["candidate_id"], told["second"]["candidate_id"]


async def _list(
    visit: Visit,
    status: int = 200,
    filled: Row | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    assert visit.programme
    query = visit.request.query_params
    which = query.get("which", "proposed")
    asked = {"programme": visit.programme.id, "which": which if which in WHICH else "proposed"}
    if cursor := query.get("cursor"):
        asked["cursor"] = cursor
    return visit.page(
        "staff/merges.html",
        status,
        found=await visit.get("identity/merges", asked),
        which=asked["which"],
        every=WHICH,
        filled=filled or {},
        wrong=wrong or {},
    )


async def _page(
    visit: Visit,
    told: Row,
    status: int = 200,
    filled: Row | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    survivor = _survivor(visit, told, filled)
    preview, kits = await _comes_to(visit, told, survivor)
    return visit.page(
        "staff/merge.html",
        status,
        one=told,
        survivor=survivor,
        preview=preview,
        kits=kits,
        possible=[name for name, state in DECISIONS.items() if state == told["state"]],
        filled=filled or {},
        wrong=wrong or {},
    )


def _survivor(visit: Visit, told: Row, filled: Row | None) -> str:
    """Return who goes on: as decided, else as chosen, else who can be reached and came first."""
    chosen = (filled or {}).get("survivor") or visit.request.query_params.get("survivor")
    if told["survivor"]:
        return str(told["survivor"])
    if chosen in _ids(told):
        return str(chosen)
    both = (told["first"], told["second"])
    by_age = sorted(both, key=lambda one: (not one["email"], one["registered_at"] or "9"))
    return str(by_age[0]["candidate_id"])


async def _comes_to(visit: Visit, told: Row, survivor: str) -> tuple[Row | None, dict[str, Any]]:
    """Return what merging would come to, and the kits that either may have now."""
    assert visit.programme
    if told["state"] != "proposed" or told["one_person"]:
        return None, {}
    first, second = _ids(told)
    question = {
        "programme": visit.programme.id,
        "survivor": survivor,
        "merged_away": second if survivor == first else first,
    }
    try:
        answer = await visit.call("POST", "certifications/merges/preview", json=question)
        preview = answer.json()
    except GatewayAway:
        preview = None
    except ApiProblem as problem:
        # A candidate of whom certifications has not heard yet is unknown there.
        if problem.status != 404:
            raise
        preview = None
    whose = f"candidates/{segment(visit.programme.id)}"
    found = await asyncio.gather(
        *(visit.glance(f"fulfillment/{whose}/{segment(one)}/entitlements") for one in _ids(told))
    )
    kits: dict[str, Any] = {}
    for one in found:
        for kit in (one or {}).get("items", []):
            if kit.get("state") != "withdrawn":
                kits.setdefault(kit["certification"], kit)
    return preview, kits
