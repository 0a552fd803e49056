"""Attributes: what stands on record beside names and ids, and what of it can be changed."""

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.forms import Form
from portal.gateway import ApiProblem, Json
from portal.visits import Candidate, Visit

router = APIRouter()

PATH = "identity/me/attributes"
Row = dict[str, Any]


@router.get("/{programme}/personal-info/attributes")
async def attributes(visit: Candidate) -> HTMLResponse:
    """Show what stands on record, numbers among it."""
    return await _page(visit)


@router.post("/{programme}/personal-info/attributes")
async def write(visit: Candidate) -> Response:
    """Write what candidates write."""
    form = await visit.form()
    items = (await visit.get(PATH))["items"]
    values = written(form, [one for one in items if one["editable"]])
    try:
        await visit.call("PUT", PATH, json={"values": values})
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        return await _page(visit, 422, values, wrongs(problem))
    return visit.go(f"{visit.home}personal-info/attributes?done=saved")


def written(form: Form, items: list[Row]) -> dict[str, str]:
    """Return what was filled in for each of these attributes."""
    return {one["id"]: form.text(f"value-{one['id']}") for one in items}


def wrongs(problem: ApiProblem) -> dict[str, str]:
    """Return what the API refused, by attribute."""
    found = {
        str(error.get("field") or "").removeprefix("values."): str(error.get("message", ""))
        for error in problem.errors
    }
    return found or {"": problem.detail}


async def with_numbers(visit: Visit, items: list[Row], certifications: str) -> list[Row]:
    """Return attributes with the numbers that certifications knows.

    certifications: the path of the candidate's certifications. `away` is true of a number that
    cannot be told at the moment.
    """
    if not any(one["number_series"] for one in items):
        return items
    answer = await visit.glance(certifications)
    held = [one for level in (answer or {}).get("levels", []) for one in level["certifications"]]
    numbers = {one.get("number_series"): one["number"] for one in held if one.get("number")}
    return [
        {
            **one,
            "value": numbers.get(one["number_series"]),
            "away": answer is None,
        }
        if one["number_series"]
        else one
        for one in items
    ]


async def own(visit: Visit) -> list[Row]:
    """Return the candidate's own attributes, with numbers."""
    items: list[Row] = (await visit.get(PATH))["items"]
    return await with_numbers(visit, items, "certifications/certifications")


async def _page(
    visit: Visit,
    status: int = 200,
    filled: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
) -> HTMLResponse:
    items = await own(visit)
    return visit.page(
        "attributes.html", status, attributes=items, filled=filled or {}, wrong=wrong or {}
    )


async def identifying(visit: Visit) -> tuple[Json, list[Row]]:
    """Return the candidate and those attributes that are ids."""
    person, items = await asyncio.gather(visit.get("identity/me"), own(visit))
    return person, [one for one in items if one["identifies"]]
