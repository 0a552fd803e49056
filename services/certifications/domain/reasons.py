"""One sentence on why a term began, for events, mails, histories and explanations."""

from datetime import date

from services.certifications.domain.facts import Granted, Held, Prolonged
from services.certifications.domain.state import Cycle
from services.certifications.domain.wording import causes_text, listed, written
from shared.programmes import Programme

GRANTED = "Manually granted certification"


def reason(programme: Programme, cycle: Cycle) -> str:
    """Why a term began."""
    day = written(cycle.met_on or cycle.active_on)
    causes = causes_text(programme, cycle.causes)
    match cycle.kind:
        case "granted":
            why = staff_reason(cycle)
            text = f"{GRANTED}: {why}." if why else f"{GRANTED} on {day}."
        case "prolonged":
            text = because(f"Extended by staff on {day}{_to(cycle.expires_on)}", cycle)
        case "lengthened":
            # Where an override moved the last day besides, that has a line of its own.
            to = "" if cycle.overrides else _to(cycle.expires_on)
            text = f"Lengthened on {day}{to} by the rules of that day."
        case "migrated":
            old = [one.certification for one in cycle.causes if isinstance(one, Held)]
            names = listed([programme.certifications[code].name for code in old])
            text = f"Taken over from {names} on {day}, with the same dates."
        case "emeritus":
            life = ", for a lifetime" if cycle.expires_on is None else ""
            text = f"Emeritus from {day} on{life}: {causes}."
        case "extended":
            carrier = programme.certifications[cycle.extended_by or cycle.certification].name
            text = (
                f"Extended on {day} together with {carrier}, while it was still active: {causes}."
            )
        case _:
            text = f"{cycle.kind.capitalize()} on {day}: {causes}."
            if cycle.met_on is not None and cycle.met_on < cycle.active_on:
                text += f" The new term begins on {written(cycle.active_on)}."
            elif cycle.causes and max(cause.day for cause in cycle.causes) < cycle.active_on:
                text += _not_before(programme, cycle)
    return text


def _not_before(programme: Programme, cycle: Cycle) -> str:
    """What had to come before evidence from an earlier day could do anything."""
    one = programme.certifications[cycle.certification]
    policy = next(each for each in programme.policies if each.version == cycle.policy)
    if one.awarded_from == cycle.active_on:
        return f" {one.name} has been awarded since that day."
    if policy.effective_from == cycle.active_on:
        return f" The rules that count it, {policy.version}, came into force that day."
    return ""


def staff_reason(cycle: Cycle) -> str:
    """The reason that staff gave for a term, without a full stop."""
    given = next((one for one in cycle.causes if isinstance(one, Granted | Prolonged)), None)
    return "" if given is None else given.reason.rstrip(". ")


def because(text: str, cycle: Cycle) -> str:
    """A text as a sentence, with the reason that staff gave."""
    why = staff_reason(cycle)
    return f"{text}: {why}." if why else f"{text}."


def _to(day: date | None) -> str:
    return " for a lifetime" if day is None else f" to {written(day)}"
