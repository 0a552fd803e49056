"""Vendors' own messages: Pearson VUE's notifications, PSI's results."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic_core import from_json, to_json

from services.exams.booking_schemas import NotificationOutcomes, PsiOutcome
from services.exams.domain import pearson_notifications as rten
from services.exams.domain.adapter import Refusal, Statement
from services.exams.domain.items import PRINTABLE, Fault
from services.exams.domain.outcome import Outcome, summary
from services.exams.domain.psi import RESULTS, Said, read_body
from services.exams.errors import ItemContradicts, ItemRejected, TooManyItems
from services.exams.handlers.entries import Source
from services.exams.handlers.psi import take_in_booking, take_in_eligibility
from services.exams.handlers.singles import Single
from services.exams.handlers.statements import entry_of, in_their_words, take_in_statements
from services.exams.routes.body import whole
from services.exams.routes.recorded import Recorded, tally
from shared.auth import Principal, vendor
from shared.context import ServiceContext
from shared.errors import FieldError, Forbidden, Malformed
from shared.gather import Gather
from shared.web import Here

router = APIRouter(prefix="/feeds", tags=["vendors' own feeds"], route_class=Recorded)

_ONE = {
    "type": "object",
    "properties": {"eventType": {"enum": list(rten.KINDS)}},
    "required": ["eventType"],
}
NOTIFICATIONS_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"anyOf": [_ONE, {"type": "array", "items": _ONE}]}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        },
    }
}
_RESULT = {
    "type": "object",
    "properties": {"result": {"enum": list(RESULTS)}, "score": {"type": "string"}},
    "required": ["result"],
}
RESULT_BODY = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": _RESULT}}}
}
Code = Annotated[str, Path(min_length=1, max_length=64, pattern=PRINTABLE)]
ProgrammeQuery = Annotated[
    str | None,
    Query(max_length=32, description="The programme, if the token is for more than one"),
]


@router.post(
    "/pearson-vue/notifications",
    response_model=NotificationOutcomes,
    openapi_extra=NOTIFICATIONS_BODY,
)
async def post_notifications(
    request: Request,
    here: Here,
    principal: Annotated[Principal, vendor("results:write")],
    programme: ProgrammeQuery = None,
) -> Response:
    """Take in one of Pearson VUE's notifications (RTEN), a list of them, or one a line.

    Each exam of a notification has its own outcome. One notification alone of which anything is
    rejected is answered with a problem document that carries the outcomes.
    """
    source = _source(here, principal, programme, "pearson-notifications")
    single, given = _notifications(await whole(request, here.settings.max_body_bytes))
    said: list[Statement | Refusal] = []
    places: list[tuple[int, int]] = []
    for number, notification in enumerate(given):
        stated = _translated(here, source, programme, notification)
        said += stated
        places += [(number, exam) for exam in range(len(stated))]
    most = here.settings.items_per_request
    if len(said) > most:
        message = f"a request carries at most {most:,} exams; this one has {len(said):,}"
        raise TooManyItems(message, errors=[FieldError(message=message)], limit=most)
    outcomes = await _stored(here, said, source)
    tally(request, source.channel, summary(outcomes))
    answer = {
        **summary(outcomes),
        "items": [
            {**outcome.answer(), "notification": number, "exam": exam}
            for outcome, (number, exam) in zip(outcomes, places, strict=True)
        ],
    }
    if single and answer["rejected"]:
        raise _problem(outcomes, answer)
    return Response(to_json(answer), media_type="application/json")


async def _stored(
    here: ServiceContext, said: list[Statement | Refusal], source: Source
) -> list[Outcome]:
    """What became of each; single notifications that arrive together share one transaction."""
    if len(said) != 1 or isinstance(said[0], Refusal):
        async with here.database.transaction() as session:
            return await take_in_statements(session, said, source)
    entry = entry_of(0, said[0], source)
    if isinstance(entry, Outcome):
        return [entry]
    gather: Gather[Single, Outcome] = here.extras[said[0].kind]
    return [in_their_words(said[0], await gather.submit(Single(entry)))]


def _source(
    here: ServiceContext, principal: Principal, programme: str | None, channel: str
) -> Source:
    if not principal.vendor:
        raise Forbidden("the access token does not say which vendor it is for")
    programmes = principal.programmes
    if programme is not None:
        principal.may_see(programme)
        programmes = frozenset({programme})
    return Source(
        vendor=principal.vendor,
        programmes=programmes & set(here.programmes),
        client=principal.subject,
        channel=channel,
    )


def _notifications(body: bytes) -> tuple[bool, list[Any]]:
    """Whether it is one notification alone, and the notifications; raises Malformed."""
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError as fault:
        lines = [(at, line) for at, line in enumerate(body.splitlines(), 1) if line.strip()]
        if len(lines) < 2 or not _is_json(lines[0][1]):
            raise Malformed(f"the body is not JSON: {fault}") from None
        return False, [_line(at, line) for at, line in lines]
    return (False, value) if isinstance(value, list) else (True, [value])


def _is_json(text: bytes) -> bool:
    try:
        from_json(text, allow_inf_nan=False)
    except ValueError:
        return False
    return True


def _line(at: int, text: bytes) -> Any:
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as fault:
        raise Malformed(
            f"line {at} is not JSON: {fault}; nothing was stored",
            errors=[FieldError(line=at, message=str(fault))],
        ) from None


def _translated(
    here: ServiceContext, source: Source, asked: str | None, notification: Any
) -> list[Statement | Refusal]:
    """What a notification says, in the programme that it is about."""
    code = rten.programme_code(notification)
    programme = asked or next(
        (
            one
            for one in sorted(source.programmes)
            if code is not None
            and (known := here.programmes[one].vendors.get(source.vendor or ""))
            and known.programme_code == code
        ),
        None,
    )
    if programme is None and len(source.programmes) == 1:
        (programme,) = source.programmes
    if programme is None:
        message = "does not say which programme it is about; say ?programme= in the address"
        return [Refusal(None, (Fault(field="clientID", message=message),))]
    return rten.translate(notification, programme, here.programmes[programme].timezone)


def _problem(outcomes: list[Outcome], answer: dict[str, Any]) -> ItemRejected | ItemContradicts:
    """A client that looks at the status only must not take everything for stored."""
    refused = [outcome for outcome in outcomes if outcome.outcome == "rejected"]
    errors = [
        FieldError(field=fault.field, message=fault.message)
        for outcome in refused
        for fault in outcome.faults
    ]
    fields = ", ".join(dict.fromkeys(error.field or "" for error in errors))
    if all(outcome.conflict for outcome in refused):
        message = f"the same registration number was recorded with a different {fields}"
        return ItemContradicts(message, errors=errors, **answer)
    return ItemRejected(f"not accepted because of {fields}", errors=errors, **answer)


@router.put("/psi/bookings/{booking}/results", response_model=PsiOutcome, openapi_extra=RESULT_BODY)
async def put_booking_result(
    booking: Code,
    request: Request,
    here: Here,
    principal: Annotated[Principal, vendor("results:write")],
    programme: ProgrammeQuery = None,
) -> Response:
    """Take in PSI's result of a booking: {"result": "PASS|FAIL|NA", "score": "..."}.

    The code is the registration number. NA marks the booking as a no-show. The same again changes
    nothing, another result replaces the one before. 404: the booking is not registered here, and
    nothing was stored; any 5xx: put it again.
    """
    source = _source(here, principal, programme, "psi")
    said = _said(await whole(request, here.settings.max_body_bytes))
    async with here.database.transaction() as session:
        outcome = await take_in_booking(session, booking, said, source)
    return _psi_answer(request, outcome)


@router.put(
    "/psi/eligibilities/{eligibility}/results", response_model=PsiOutcome, openapi_extra=RESULT_BODY
)
async def put_eligibility_result(
    eligibility: Code,
    request: Request,
    here: Here,
    principal: Annotated[Principal, vendor("results:write")],
    programme: ProgrammeQuery = None,
) -> Response:
    """Take in PSI's result under an eligibility, whose code is the number of an authorization.

    It is that of the one booking under it; 409 if there are several. Without a booking it is
    kept under the eligibility's own code. Otherwise as for bookings.
    """
    source = _source(here, principal, programme, "psi")
    said = _said(await whole(request, here.settings.max_body_bytes))
    async with here.database.transaction() as session:
        outcome = await take_in_eligibility(session, eligibility, said, source)
    return _psi_answer(request, outcome)


def _said(body: bytes) -> Said:
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError as fault:
        raise Malformed(f"the body is not JSON: {fault}") from None
    read = read_body(value)
    if isinstance(read, Refusal):
        errors = [FieldError(field=one.field, message=one.message) for one in read.faults]
        fields = ", ".join(one.field for one in read.faults)
        raise ItemRejected(f"not accepted because of {fields}", errors=errors)
    return read


def _psi_answer(request: Request, outcome: Outcome) -> Response:
    tally(request, "psi", summary([outcome]))
    answer = outcome.answer()
    if outcome.outcome == "rejected":
        raise _problem([outcome], {**summary([outcome]), "items": [answer]})
    kept = {key: answer[key] for key in ("registration_number", "outcome", "state")}
    return Response(to_json(kept), media_type="application/json")
