"""Staff: how vendors are doing, and every call that their machines have made."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from portal.dates import parse_instant
from portal.visits import Staff

router = APIRouter()

Row = dict[str, Any]

# Of all items, and of all calls: above it something is wrong at the vendor's side, or at ours.
MANY_REJECTED = 0.05
# The figures of a vendor that has sent nothing for so long say nothing of how it is doing.
QUIET = timedelta(days=7)


@router.get("/{programme}/staff/vendors")
async def vendors(visit: Staff) -> HTMLResponse:
    """Tell of each vendor when it last delivered, what was wrong, and how late."""
    assert visit.programme
    found = await visit.get("exams/vendors", {"programme": visit.programme.id})
    now = visit.portal.clock.now()
    shown = [{**one, "worries": worries(one), "quiet": quiet(one, now)} for one in found["items"]]
    return visit.page("staff/vendors.html", vendors=shown, may_see_calls=visit.may("calls:read"))


@router.get("/{programme}/staff/vendors/calls")
async def calls(visit: Staff) -> HTMLResponse:
    """List the calls of vendors' machines, newest first."""
    assert visit.programme
    query = visit.request.query_params
    asked = {"programme": visit.programme.id}
    asked |= {name: query[name] for name in ("vendor", "cursor") if query.get(name)}
    health = await visit.glance("exams/vendors", {"programme": visit.programme.id})
    return visit.page(
        "staff/calls.html",
        found=await visit.get("exams/calls", asked),
        vendors=(health or {}).get("items", []),
        vendor=query.get("vendor", ""),
    )


def worries(one: Row) -> list[str]:
    """Return which figures of a vendor are bad: rejected, refused, late, imports."""
    found = []
    day = one["day"]
    if day["error_rate"] > MANY_REJECTED:
        found.append("rejected")
    if day["calls"] and day["refused"] / day["calls"] > MANY_REJECTED:
        found.append("refused")
    late, expected = one["delay_days_p95"], one["expected_days"]
    if late is not None and expected is not None and late > max(expected, 1):
        found.append("late")
    if one["imports_failed_week"]:
        found.append("imports")
    return found


def quiet(one: Row, now: datetime) -> bool:
    """Whether a vendor that used to deliver has delivered nothing for a week."""
    last = parse_instant(one["last_delivery_at"])
    return last is not None and now - last > QUIET
