"""Vendors post registrations, results and changes, one or up to a thousand at a time."""

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from services.exams.domain.items import (
    ChangeItem,
    Fault,
    RegistrationItem,
    ResultItem,
    Stated,
)
from services.exams.domain.outcome import Outcome, rejected, summary
from services.exams.domain.reading import CHANGES as READ_CHANGES
from services.exams.domain.reading import REGISTRATIONS as READ_REGISTRATIONS
from services.exams.domain.reading import RESULTS as READ_RESULTS
from services.exams.domain.reading import named_number
from services.exams.errors import ItemContradicts, ItemRejected
from services.exams.handlers.calls import record
from services.exams.handlers.entries import Entry, Source, Store
from services.exams.handlers.singles import Single
from services.exams.handlers.stores import STORES
from services.exams.routes.body import documented, whole
from services.exams.routes.recorded import Recorded, on_record, record_along, tally
from services.exams.schemas import (
    Body,
    ChangesBody,
    Outcomes,
    RegistrationsBody,
    ResultsBody,
    read_body,
)
from shared.auth import Principal, Vendor, vendor
from shared.context import ServiceContext
from shared.errors import FieldError, Forbidden
from shared.gather import Gather
from shared.web import Here

I = TypeVar("I", bound=Stated)  # noqa: E741 - an item

router = APIRouter(tags=["vendor feeds"], route_class=Recorded)


@router.post(
    "/registrations",
    response_model=Outcomes,
    openapi_extra=documented(RegistrationItem, RegistrationsBody),
)
async def post_registrations(
    request: Request,
    here: Here,
    principal: Annotated[Principal, vendor("registrations:write")],
) -> Response:
    """Take in one registration, or {"registrations": [up to 1,000]}; each has its own outcome.

    The same again is a duplicate and changes nothing. One item that is rejected alone is answered
    with a problem document instead.
    """
    body = read_body(
        await whole(request, here.settings.max_body_bytes),
        "registrations",
        READ_REGISTRATIONS,
        here.settings.items_per_request,
    )
    return await _answer(request, "registrations", body, principal)


@router.post(
    "/results",
    response_model=Outcomes,
    openapi_extra=documented(ResultItem, ResultsBody),
)
async def post_results(
    request: Request,
    here: Here,
    principal: Annotated[Principal, vendor("results:write")],
) -> Response:
    """Take in one result, or {"results": [up to 1,000]}; each has its own outcome.

    The same again is a duplicate and changes nothing. One item that is rejected alone is answered
    with a problem document instead.
    """
    body = read_body(
        await whole(request, here.settings.max_body_bytes),
        "results",
        READ_RESULTS,
        here.settings.items_per_request,
    )
    return await _answer(request, "results", body, principal)


@router.post(
    "/changes",
    response_model=Outcomes,
    openapi_extra=documented(ChangeItem, ChangesBody),
)
async def post_changes(request: Request, here: Here, principal: Vendor) -> Response:
    """Take in what became of results and registrations: one change, or {"changes": [...]}.

    For results: hold, release, change, revoke, reinstate; with the scope results:write. For
    registrations: appointment, cancel, restore, no_show, show; with registrations:write. The
    newest statement counts, whichever arrives first; what comes before its result or registration
    is kept until that arrives (state pending).
    """
    if principal.scopes.isdisjoint(_CHANGES.values()):
        raise Forbidden("the access token lacks the scope 'results:write'")
    body = read_body(
        await whole(request, here.settings.max_body_bytes),
        "changes",
        READ_CHANGES,
        here.settings.items_per_request,
    )
    items: list[ChangeItem | list[Fault]] = []
    raw: list[Any] = []
    for index, item in enumerate(body.items):
        if isinstance(item, ChangeItem):
            items.append(_allowed(item, principal))
            raw.append({"registration_number": item.number})
        else:
            items.append(item)
            raw.append(body.raw[index])
    return await _answer(request, "changes", Body(body.single, raw, items), principal)


_CHANGES = {"result": "results:write", "registration": "registrations:write"}


def _allowed(item: ChangeItem, principal: Principal) -> ChangeItem | list[Fault]:
    scope = _CHANGES[item.about]
    if scope in principal.scopes:
        return item
    return [Fault(field="kind", message=f"the access token lacks the scope {scope!r} for it")]


async def _answer(request: Request, name: str, body: Body[I], principal: Principal) -> Response:
    here: ServiceContext = request.app.state.context
    if not principal.vendor:
        raise Forbidden("the access token does not say which vendor it is for")
    source = Source(principal.vendor, principal.programmes, client=principal.subject)
    outcomes: list[Outcome] = []
    entries: list[Entry[I]] = []
    for index, item in enumerate(body.items):
        if isinstance(item, list):
            outcomes.append(rejected(index, named_number(body.raw[index]), *item))
        else:
            entries.append(Entry(index, item, source))
    along = record_along(request, "api")
    if body.single and entries:
        gather: Gather[Single, Outcome] = here.extras[name]
        outcomes.append(await gather.submit(Single(entries[0], along)))
    elif entries:
        async with here.database.transaction() as session:
            store: Store[I] = STORES[name]
            outcomes += await store(session, entries)
            await record(session, [along(summary(outcomes))] if along else [])
    if len(outcomes) > len(entries):
        outcomes.sort(key=lambda outcome: outcome.index)
    counts = summary(outcomes)
    tally(request, "api", counts)
    if along and entries and not (body.single and counts["rejected"]):
        on_record(request)
    answer = {**counts, "items": [outcome.answer() for outcome in outcomes]}
    if body.single and answer["rejected"]:
        raise _problem(outcomes[0], answer)
    return Response(to_json(answer), media_type="application/json")


def _problem(outcome: Outcome, answer: dict[str, Any]) -> ItemRejected | ItemContradicts:
    """One item alone: a client that looks at the status only must not take it for stored."""
    fields = ", ".join(fault.field for fault in outcome.faults)
    errors = [FieldError(field=fault.field, message=fault.message) for fault in outcome.faults]
    if outcome.conflict:
        message = f"the same registration number was recorded with a different {fields}"
        return ItemContradicts(message, errors=errors, **answer)
    return ItemRejected(f"not accepted because of {fields}", errors=errors, **answer)
