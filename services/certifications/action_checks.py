"""Whether an action of staff fits the programme, the calendar and how the candidate stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from services.certifications.domain import Fact, Standing, State, evaluate
from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    CourseCompletion,
    CreditEntry,
    FeePaid,
    Granted,
    Prolonged,
    Reinstated,
    Revoked,
    Suspended,
    Voided,
)
from services.certifications.domain.liveness import voids_in_force
from services.certifications.domain.wording import written
from services.certifications.errors import ActionImpossible, UnusableAction
from shared.clock import years_on
from shared.errors import FieldError
from shared.programmes import Programme

MOST_YEARS = 50
_DAYS = ("day", "expires_on", "submitted_on")


def check(
    programme: Programme, known: Sequence[tuple[date, Fact]], fact: Fact, today: date
) -> None:
    """Raise UnusableAction or ActionImpossible, naming the field, for what cannot be recorded.

    known: the candidate's facts, each with its day.
    """
    facts = [one for _, one in known]
    faults = [*unknown_names(programme, fact), *_wrong_days(fact, today)]
    if isinstance(fact, Voided):
        faults += _wrong_void(facts, fact)
    if faults:
        raise UnusableAction("Something in the action is not right.", errors=faults)
    day = getattr(fact, "day", today)
    state = evaluate(programme, facts, max(day, today))
    fault = _contradiction(programme, facts, state, fact)
    if fault is not None:
        raise ActionImpossible(fault.message, errors=[fault])


def unknown_names(programme: Programme, fact: Fact) -> Iterator[FieldError]:
    """Yield a fault for everything that a fact names and the programme does not have."""
    education = programme.education
    named: list[tuple[str, str | None, Mapping[str, Any]]] = []
    match fact:
        case Granted() | Prolonged() | Suspended() | Revoked() | Reinstated():
            named = [("certification", fact.certification, programme.certifications)]
        case CreditEntry():
            named = [
                ("category", fact.category, education.categories),
                ("activity", fact.activity, education.activities),
            ]
        case CourseCompletion():
            named = [("course", fact.course, education.courses)]
        case AgreementAccepted():
            named = [("agreement", fact.agreement, programme.agreements)]
            if fact.agreement in programme.agreements:
                versions = programme.agreements[fact.agreement].versions_from(None)
                named.append(("version", fact.version, dict.fromkeys(versions)))
        case FeePaid():
            named = [("fee", fact.fee, programme.fees)]
        case Approval():
            named = [("approval", fact.approval, programme.approvals)]
    for field, value, there in named:
        if value is not None and value not in there:
            yield FieldError(
                field=field, message=f"{programme.name} has no {field} {value!r}{_instead(there)}"
            )


def _instead(there: Mapping[str, Any]) -> str:
    few = 12
    if not there or len(there) > few:
        return ""
    return f"; it has {', '.join(sorted(there))}"


def far(field: str, day: date, today: date) -> FieldError | None:
    """Return a fault for a day that is surely mistyped."""
    if years_on(today, -MOST_YEARS) <= day <= years_on(today, MOST_YEARS):
        return None
    return FieldError(
        field=field, message=f"{day.isoformat()} is more than {MOST_YEARS} years away"
    )


def _wrong_days(fact: Fact, today: date) -> Iterator[FieldError]:
    for field in _DAYS:
        day: date | None = getattr(fact, field, None)
        if day is None:
            continue
        if (fault := far(field, day, today)) is not None:
            yield fault
    begins: date | None = getattr(fact, "day", None)
    ends: date | None = getattr(fact, "expires_on", None)
    if begins is not None and ends is not None and ends <= begins:
        yield FieldError(
            field="expires_on", message=f"{ends.isoformat()} is not after {begins.isoformat()}"
        )
    handed_in: date | None = getattr(fact, "submitted_on", None)
    if begins is not None and handed_in is not None and handed_in < begins:
        yield FieldError(
            field="submitted_on",
            message=f"{handed_in.isoformat()} is before {begins.isoformat()}, when it was done",
        )


def _wrong_void(facts: Iterable[Fact], void: Voided) -> Iterator[FieldError]:
    ids = {getattr(one, "id", None) for one in facts}
    if void.fact not in ids:
        yield FieldError(field="fact", message=f"the candidate has no fact {void.fact!r}")
    elif void.fact in voids_in_force(facts):
        yield FieldError(field="fact", message=f"the fact {void.fact!r} is void already")


def _contradiction(
    programme: Programme, facts: Iterable[Fact], state: State, fact: Fact
) -> FieldError | None:
    """Return what speaks against an action, as the candidate stands on its day."""
    if isinstance(fact, Reinstated | Revoked) and fact.certification is None:
        return _against_all(facts, state, fact)
    if not isinstance(fact, Granted | Prolonged | Suspended | Revoked | Reinstated):
        return None
    code = fact.certification or ""
    name = programme.certifications[code].name
    standing = state[code]
    held_back = standing.status == "revoked" or (
        standing.status == "suspended" and standing.grace_until is None
    )
    message: str | None
    match fact:
        case Reinstated():
            message = None if held_back else f"{name} is neither suspended nor revoked"
        case Granted() if held_back:
            message = f"{name} is {standing.status}: reinstate it first"
        case Granted():
            message = f"{name} is active already: extend it instead" if standing.holding else None
        case _:
            return _against_less(name, standing, fact, held_back=held_back)
    return None if message is None else FieldError(field="certification", message=message)


def _against_less(
    name: str, standing: Standing, fact: Prolonged | Suspended | Revoked, *, held_back: bool
) -> FieldError | None:
    message = None
    if not standing.cycles:
        message = f"{name} was never earned"
    elif standing.status == "revoked":
        message = f"{name} is revoked already"
    elif isinstance(fact, Suspended) and (held_back or standing.status in ("expired", "replaced")):
        message = f"{name} is {standing.status} already"
    elif isinstance(fact, Prolonged):
        return _against_longer(name, standing.expires_on, fact)
    return None if message is None else FieldError(field="certification", message=message)


def _against_longer(name: str, last: date | None, fact: Prolonged) -> FieldError | None:
    if last is None:
        return FieldError(field="certification", message=f"{name} never expires")
    if fact.expires_on <= last:
        message = f"{name} is valid through {written(last)} already: give a later day"
        return FieldError(field="expires_on", message=message)
    return None


def _against_all(
    facts: Iterable[Fact], state: State, fact: Reinstated | Revoked
) -> FieldError | None:
    if isinstance(fact, Reinstated):
        if any(isinstance(one, Revoked | Suspended) for one in facts):
            return None
        return FieldError(field="certification", message="nothing is suspended or revoked")
    standings = state.standings.values()
    if standings and all(one.status == "revoked" for one in standings):
        return FieldError(field="certification", message="everything is revoked already")
    return None
