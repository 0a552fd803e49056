"""Tidings of support cases: what candidates read of them, and what staff hear of."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.notifications.domain import Template, case_key
from services.notifications.handlers.tidings import Almanac, Telling, Tidings, said
from shared.events import CaseAnswered, CaseOpened, CaseReplied, CaseResolved, Event

_CASE = frozenset({"number", "kind", "subject", "message", "outcome", "by"})
# The text of a candidate's message stays where staff sign in to read it.
_FOR_STAFF = frozenset({"number", "kind", "subject", "candidate_id"})


def _opened(event: CaseOpened, almanac: Almanac) -> Sequence[Tidings]:
    told = [_to_candidate("case_opened", event, event.case_id, almanac)]
    if event.notify is not None:
        told.append(_to_staff(event, event.case_id, event.notify, almanac, new=True))
    return told


def _answered(event: CaseAnswered, almanac: Almanac) -> Tidings:
    return _to_candidate("case_answered", event, event.message_id, almanac)


def _replied(event: CaseReplied, almanac: Almanac) -> Tidings | None:
    """What a candidate wrote, for whoever works on the case; None: nobody is named."""
    if event.notify is None:
        return None
    return _to_staff(event, event.message_id, event.notify, almanac, new=False)


def _resolved(event: CaseResolved, almanac: Almanac) -> Tidings | None:
    """What came of a case; None: the candidate has closed it."""
    if event.by == "candidate":
        return None
    return _to_candidate("case_resolved", event, event.case_id, almanac, event.version)


def _to_candidate(
    template: Template,
    event: CaseOpened | CaseAnswered | CaseResolved,
    about: UUID,
    almanac: Almanac,
    version: int = 1,
) -> Tidings:
    contact = event.contact
    names = {"given_name": contact.given_name, "family_name": contact.family_name}
    reason = almanac.why_not(event, almanac.day_of(event, event.at))
    return Tidings(
        template,
        case_key(template, about, version),
        said(event, _CASE) | names,
        reason if contact.email else "the contact has no e-mail address",
        to_address=contact.email,
    )


def _to_staff(
    event: CaseOpened | CaseReplied, about: UUID, notify: str, almanac: Almanac, *, new: bool
) -> Tidings:
    return Tidings(
        "case_waiting",
        case_key("case_waiting", about, 1),
        said(event, _FOR_STAFF) | {"new": new},
        almanac.why_not(event, almanac.day_of(event, event.at)),
        to_address=notify,
        to_staff=True,
    )


TELLING: Mapping[type[Event], Telling] = {
    CaseOpened: _opened,
    CaseAnswered: _answered,
    CaseReplied: _replied,
    CaseResolved: _resolved,
}
