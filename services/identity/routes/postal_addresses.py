"""Where printed certificates go."""

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity import profile_queries
from services.identity.domain.postal import LOCAL, ROMAN, countries
from services.identity.handlers import postal_addresses
from services.identity.routes.known import myself
from services.identity.schemas.profile import (
    AddressFields,
    CountryOut,
    PostalAddressIn,
    PostalAddressOut,
)
from shared.auth import Candidate, anyone
from shared.web import Read, Write

router = APIRouter(tags=["profile"])


@router.get("/me/postal-address")
async def my_postal_address(principal: Candidate, session: Read) -> PostalAddressOut | None:
    """Return where my printed certificates go; null when I have not said so."""
    _, mine = await myself(session, principal)
    return await postal_address_of(session, mine)


@router.put("/me/postal-address")
async def keep_my_postal_address(
    body: PostalAddressIn, principal: Candidate, session: Write
) -> PostalAddressOut | None:
    """Keep where my printed certificates go."""
    await postal_addresses.keep(
        session,
        principal,
        country=body.country,
        phone=body.phone,
        roman=body.roman.model_dump(),
        local=body.local.model_dump() if body.local else None,
        as_written=body.as_written,
    )
    return await postal_address_of(session, principal.subject)


@router.delete("/me/postal-address", status_code=204)
async def forget_my_postal_address(principal: Candidate, session: Write) -> None:
    """Forget where my printed certificates go."""
    await postal_addresses.forget(session, principal)


@router.get("/countries", dependencies=[anyone()])
async def list_countries(response: Response) -> list[CountryOut]:
    """Return every country with what its addresses have; names are for the reader's language."""
    response.headers["Cache-Control"] = "public, max-age=86400"
    return [
        CountryOut(
            code=one.code,
            needed=sorted(one.needed),
            used=sorted(one.used),
            region_word=one.region_word,
            postal_code_word=one.postal_code_word,
            postal_code_example=one.postal_code_example,
        )
        for one in countries().values()
    ]


async def postal_address_of(session: AsyncSession, candidate_id: str) -> PostalAddressOut | None:
    """Return where a candidate's printed certificates go, None without an address."""
    found = await profile_queries.postal_addresses(session, candidate_id)
    roman, local = found.get(ROMAN), found.get(LOCAL)
    if roman is None:
        return None
    return PostalAddressOut(
        country=roman.country,
        phone=roman.phone,
        roman=_fields(roman),
        local=_fields(local) if local else None,
        changed_at=roman.changed_at,
    )


def _fields(address: object) -> AddressFields:
    return AddressFields.model_validate(
        {name: getattr(address, name) for name in AddressFields.model_fields}
    )
