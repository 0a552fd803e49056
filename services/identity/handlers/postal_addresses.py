"""Where a candidate's printed certificates go."""

import unicodedata
from collections.abc import Mapping

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity.domain.postal import LOCAL, ROMAN, countries, doubtful, surely_wrong
from services.identity.errors import UnknownCandidate
from services.identity.handlers import audit
from services.identity.handlers.candidates import load
from services.identity.models import PostalAddress
from services.identity.profile_errors import AddressDoubtful
from shared.auth import Principal
from shared.context import context
from shared.errors import FieldError, Unprocessable
from shared.rows import upsert

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
# ITU-T E.164 has fifteen digits at most; extensions add a few.
FEWEST_DIGITS, MOST_DIGITS = 5, 20
IN_NUMBERS = "+()/.-# extEXT"

Written = Mapping[str, str]


async def keep(
    session: AsyncSession,
    principal: Principal,
    *,
    country: str,
    phone: str,
    roman: Written,
    local: Written | None,
    as_written: bool,
) -> None:
    """Keep a candidate's postal address, in the Roman alphabet and perhaps in another script.

    as_written: the candidate has looked at what seemed odd, and says that it is right.
    Raises Unprocessable for what no address has, and AddressDoubtful for what addresses of the
    country mostly have not; both name the fields.
    """
    written = {ROMAN: _tidied(roman)}
    if local is not None and any(_tidied(local).values()):
        written[LOCAL] = _tidied(local)
    phone = " ".join(phone.split())
    _check(country, phone, written, as_written=as_written)
    await _owned(session, principal)
    now = context(session).clock.now()
    rows = [
        {
            "candidate_id": principal.subject,
            "script": script,
            "country": country,
            "phone": phone,
            "changed_at": now,
            **fields,
        }
        for script, fields in written.items()
    ]
    await upsert(
        session,
        PostalAddress,
        rows,
        key=("candidate_id", "script"),
        update=("country", "phone", "changed_at", *FIELDS),
    )
    if LOCAL not in written:
        await session.execute(
            delete(PostalAddress).where(
                PostalAddress.candidate_id == principal.subject, PostalAddress.script == LOCAL
            )
        )
    await _note(session, principal, "postal_address.changed")


async def forget(session: AsyncSession, principal: Principal) -> None:
    """Forget a candidate's postal address; doing it twice is no fault."""
    await _owned(session, principal)
    await session.execute(
        delete(PostalAddress).where(PostalAddress.candidate_id == principal.subject)
    )
    await _note(session, principal, "postal_address.forgotten")


def _tidied(written: Written) -> dict[str, str]:
    return {
        name: unicodedata.normalize("NFC", " ".join(written.get(name, "").split()))
        for name in FIELDS
    }


def _check(
    country: str, phone: str, written: Mapping[str, dict[str, str]], *, as_written: bool
) -> None:
    errors: list[FieldError] = []
    known = countries().get(country)
    if known is None:
        message = "choose a country by its two letters of ISO 3166-1, such as JP"
        errors.append(FieldError(field="country", message=message))
    if phone and not _is_number(phone):
        message = "give a telephone number such as +81 3 1234 5678, or leave it empty"
        errors.append(FieldError(field="phone", message=message))
    for script, fields in written.items():
        errors += _named(script, surely_wrong(fields, script))
    if errors:
        raise Unprocessable("Please look at the fields named.", errors=errors)
    if known is not None and not as_written:
        # What is missing in the Roman address counts; the local one may leave it to that.
        odd = _named(ROMAN, doubtful(written[ROMAN], known))
        if odd:
            raise AddressDoubtful(
                "Correct the fields named, or say that the address is right as it is.", errors=odd
            )


def _named(script: str, wrongs: Mapping[str, str]) -> list[FieldError]:
    return [FieldError(field=f"{script}.{name}", message=why) for name, why in wrongs.items()]


def _is_number(phone: str) -> bool:
    digits = sum(letter.isdecimal() for letter in phone)
    return FEWEST_DIGITS <= digits <= MOST_DIGITS and all(
        letter.isdecimal() or letter in IN_NUMBERS for letter in phone
    )


async def _owned(session: AsyncSession, principal: Principal) -> None:
    candidate = (await load(session, [principal.subject], lock=True)).get(principal.subject)
    if candidate is None or candidate.programme != principal.programme:
        raise UnknownCandidate(f"There is no candidate {principal.subject}.")


async def _note(session: AsyncSession, principal: Principal, action: str) -> None:
    await audit.record(
        session,
        action,
        by=principal,
        programme=principal.programme or "",
        subject=principal.subject,
    )
