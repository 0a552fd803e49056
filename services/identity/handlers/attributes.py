"""What stands on record about a candidate beside names and ids."""

from collections.abc import Mapping

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.identity import profile_queries
from services.identity.errors import UnknownCandidate
from services.identity.handlers import audit
from services.identity.handlers.candidates import load
from services.identity.models import AttributeValue
from shared.auth import Principal
from shared.context import context
from shared.errors import FieldError, Unprocessable
from shared.programmes import ProfileFile
from shared.rows import one_of, upsert


async def write(
    session: AsyncSession,
    *,
    by: Principal,
    programme: str,
    candidate_id: str,
    values: Mapping[str, str],
) -> None:
    """Write attributes; an empty text takes one away.

    Candidates write those that are editable, staff every one but numbers of a series.
    Raises Unprocessable, naming the attributes that are wrong, and UnknownCandidate.
    """
    here = context(session)
    written = {name: " ".join(text.split()) for name, text in values.items()}
    _check(here.programmes[programme].profile, written, by)
    candidate = (await load(session, [candidate_id], lock=True)).get(candidate_id)
    if candidate is None or candidate.programme != programme:
        raise UnknownCandidate(f"There is no candidate {candidate_id} in {programme}.")
    now = here.clock.now()
    before = await profile_queries.attributes(session, candidate_id)
    changed = {name: text for name, text in written.items() if text != before.get(name, "")}
    if not changed:
        return
    rows = [
        {"candidate_id": candidate_id, "attribute": name, "value": text, "changed_at": now}
        for name, text in sorted(changed.items())
        if text
    ]
    await upsert(
        session,
        AttributeValue,
        rows,
        key=("candidate_id", "attribute"),
        update=("value", "changed_at"),
    )
    empty = [name for name, text in changed.items() if not text]
    if empty:
        await session.execute(
            delete(AttributeValue).where(
                AttributeValue.candidate_id == candidate_id,
                one_of(session, AttributeValue.attribute, empty),
            )
        )
    await audit.record(
        session,
        "attributes.changed",
        by=by,
        programme=programme,
        subject=candidate_id,
        details={"attributes": sorted(changed)},
    )


def _check(profile: ProfileFile, written: Mapping[str, str], by: Principal) -> None:
    errors: list[FieldError] = []
    for name, text in written.items():
        attribute = profile.attribute(name)
        if attribute is None:
            message = "the programme has no such attribute"
        elif attribute.number_series is not None:
            message = "this number is given by the programme's rules, nobody writes it"
        elif by.kind == "candidate" and not attribute.editable:
            message = "only staff can change this"
        elif len(text) > attribute.longest:
            message = f"use at most {attribute.longest} characters"
        elif not text.isprintable():
            message = "this has a character that cannot be shown"
        else:
            continue
        errors.append(FieldError(field=f"values.{name}", message=message))
    if errors:
        raise Unprocessable("Please look at the attributes named.", errors=errors)
