"""Addresses: where printed certificates go, in the Roman alphabet and in the country's script."""

import asyncio
from typing import Any

from babel import Locale
from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from portal.forms import Form
from portal.gateway import ApiProblem, Json
from portal.visits import Candidate, Visit

router = APIRouter()

PATH = "identity/me/postal-address"
FIELDS = (
    "given_name",
    "family_name",
    "company",
    "line1",
    "line2",
    "city",
    "region",
    "postal_code",
)
DOUBTFUL = "address-doubtful"


@router.get("/{programme}/personal-info/addresses")
async def addresses(visit: Candidate) -> HTMLResponse:
    """Show the address in a form."""
    address, me = await asyncio.gather(visit.get(PATH), visit.get("identity/me"))
    names = {"given_name": me["given_name"], "family_name": me["family_name"]}
    filled = address or {"country": "", "phone": "", "roman": names, "local": None}
    return await _page(visit, filled, there=address is not None)


@router.post("/{programme}/personal-info/addresses")
async def keep(visit: Candidate) -> Response:
    """Keep the address; what seems odd is asked about once."""
    form = await visit.form()
    filled = _filled(form)
    try:
        await visit.call("PUT", PATH, json=filled)
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        wrong = {str(one.get("field") or ""): str(one.get("message", "")) for one in problem.errors}
        return await _page(
            visit,
            filled,
            422,
            wrong=wrong or {"": problem.detail},
            doubtful=problem.slug == DOUBTFUL,
        )
    return visit.go(f"{visit.home}personal-info/addresses?done=saved")


@router.post("/{programme}/personal-info/addresses/forget")
async def forget(visit: Candidate) -> Response:
    """Forget the address."""
    await visit.form()
    await visit.call("DELETE", PATH)
    return visit.go(f"{visit.home}personal-info/addresses?done=forgotten")


def _filled(form: Form) -> dict[str, Any]:
    return {
        "country": form.text("country"),
        "phone": form.text("phone"),
        "roman": {name: form.text(f"roman.{name}") for name in FIELDS},
        "local": {name: form.text(f"local.{name}") for name in FIELDS},
        "as_written": form.ticked("as_written"),
    }


def names_of(codes: list[str], language: str) -> list[tuple[str, str]]:
    """Return countries by name in the visitor's language, each with its code."""
    return sorted((country_name(code, language), code) for code in codes)


def country_name(code: str, language: str) -> str:
    """Return a country's name in the visitor's language, its code where it has none."""
    return str(Locale.parse(language).territories.get(code, code))


async def _page(
    visit: Visit,
    filled: Json,
    status: int = 200,
    *,
    wrong: dict[str, str] | None = None,
    doubtful: bool = False,
    there: bool = False,
) -> HTMLResponse:
    countries = await visit.get("identity/countries")
    chosen = next((one for one in countries if one["code"] == filled["country"]), None)
    return visit.page(
        "addresses.html",
        status,
        filled=filled,
        wrong=wrong or {},
        doubtful=doubtful,
        there=there,
        chosen=chosen,
        countries=names_of([one["code"] for one in countries], visit.language),
    )
