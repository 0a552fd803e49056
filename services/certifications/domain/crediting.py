"""Why a credit counts for a requirement, or does not, in words."""

from datetime import date

from services.certifications.domain.credits import Entry, Tally, why_not
from services.certifications.domain.dates import day_after, day_before
from services.certifications.domain.dossier import Dossier
from services.certifications.domain.facts import CreditEntry, ExamPass
from services.certifications.domain.nodes import Credits, Window
from services.certifications.domain.wording import amount, counted, exam_text, written
from shared.programmes import CreditRules, Programme

PENDING = "it has not been approved yet"


def entry_text(programme: Programme, entry: Entry) -> str:
    """The points and what brought them: 5 credits: CDL 01 July CCNP."""
    points = counted(entry.points, "credit")
    if isinstance(entry.fact, ExamPass):
        return f"{points}: passed {exam_text(programme, entry.fact.exam, entry.day)}"
    return f"{points}: {entry.fact.title}" if entry.fact.title else points


def counted_in(tally: Tally) -> dict[CreditEntry | ExamPass, Entry]:
    """What a tally counts, by its facts."""
    return {entry.fact: entry for entry in tally.counted.values()}


def accepted(entry: Entry, taken: Entry, tally: Tally) -> str:
    """Why an entry counts that a tally has taken, as a whole or in part."""
    window = tally.window
    if window is not None and entry.day <= first_out(tally.node.rules, window):
        part = "" if taken.points == entry.points else f"{amount(taken.points)} of them are "
        return f"{part or 'it is '}rolled over from the term before"
    last = entry.last_day(tally.node.rules)
    return "it counts" if last == date.max else f"it counts through {written(last)}"


def refused(
    programme: Programme, entry: Entry, rules: CreditRules, window: Window | None, day: date
) -> str:
    """Why an entry that is not counted is not."""
    submitted = (
        "" if entry.submitted_on is None else f"it was submitted on {written(entry.submitted_on)}"
    )
    match why_not(entry, rules, window):
        case "spent" if entry.spent_on is not None:
            name = programme.certifications[entry.spent_on].name
            why = f"it was used up for {name}, and each credit is used once"
        case "inactive":
            why = f"no certification was active on {written(entry.day)}, when it was earned"
        case "late":
            why = f"{submitted}, more than {rules.submit_within} after its completion"
        case "before" if window is not None:
            why = only_after("credits", window, first_out(rules, window))
        case "closed" if window is not None and window.submit_by is not None:
            why = f"{submitted}, after {written(window.submit_by)}, the last day for it"
        case _:
            why = _over_or_again(entry, rules, day)
    return why


def _over_or_again(entry: Entry, rules: CreditRules, day: date) -> str:
    """What nothing else keeps from counting is over, or the item was counted before."""
    last = entry.last_day(rules)
    if last >= day:
        often = "in all" if rules.same_item == "once" else "in a term"
        return f"the same item counts once {often}, and it was counted before"
    if last == entry.expires_on or rules.validity is None:
        return f"its last day was {written(last)}"
    return f"a credit counts for {rules.validity}; this one's last day was {written(last)}"


def first_out(rules: CreditRules, window: Window) -> date:
    """The last day whose credits do not count for a term."""
    return window.after if rules.new_cycle == "ends" else window.opened_after


def only_after(what: str, window: Window, after: date) -> str:
    """That evidence from before a term, or from before its renewal opens, does not count."""
    if after == window.opened_after:
        return (
            f"only {what} from {written(day_after(after))} on count, when this way to renew opens"
        )
    if after == window.began:
        return f"only {what} after {written(after)}, when the present term began, renew it"
    if after == day_before(window.began):
        began = written(window.began)
        return f"only {what} from {began} on, the first day of the present term, renew it"
    return f"only {what} after {written(after)}, when it was last renewed, renew it"


def higher_level(programme: Programme, dossier: Dossier, day: date) -> str:
    """Why credits do not count here, where they only count for the highest level held."""
    ranks = dossier.rules.credit_ranks
    held = [code for code in dossier.ledger.cycles if dossier.active(code, day)]
    highest = max(held, key=lambda code: ranks.get(code, 0))
    level = programme.levels[programme.certifications[highest].level].name
    return f"credits count for the highest level held, which is {level}"


def limits(programme: Programme, node: Credits, tally: Tally) -> str | None:
    """How many credits lie above what a category or a kind of activity may bring."""
    beyond = tally.total - tally.points()
    if beyond <= 0:
        return None
    known = programme.education
    parts = [
        f"at most {amount(points)} of {known.categories[name].name}"
        for name, points in node.maximum.items()
    ]
    parts += [
        f"at most {amount(points)} of {known.activities[name].name}"
        for name, points in node.caps.items()
    ]
    verb = "do" if beyond != 1 else "does"
    return f"{counted(beyond, 'credit')} {verb} not count: {', '.join(parts)}."
