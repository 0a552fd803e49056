"""What a programme's rules say, in a sentence each, for those who look after them."""

from collections.abc import Iterable, Sequence

from shared.programmes import (
    AchievementRule,
    CreditRules,
    EmeritusRule,
    Fee,
    Override,
    Period,
    Programme,
    Retake,
    Scope,
)

# Currencies without minor units (ISO 4217).
_WHOLE = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()  # noqa: SIM905 - seventeen lines as a list
)


def listed(names: Iterable[str]) -> str:
    """Names as they are read: A, B and C."""
    given = list(names)
    if len(given) < 2:
        return "".join(given)
    return f"{', '.join(given[:-1])} and {given[-1]}"


def scope(one: Scope, programme: Programme) -> str:
    """What an award or a renewal carries along."""
    when = " or ".join(one.when)
    if one.certifications is not None:
        what = listed(programme.certifications[code].name for code in one.certifications)
    elif one.levels == "same_and_below":
        what = "every certification of the same level and below"
    elif one.levels == "below":
        what = "every certification of a level below"
    else:
        what = f"every certification of the level {_levels(one.levels or (), programme)}"
    where = "in the same track" if one.tracks == "same" else "in any track"
    only = ""
    if one.carriers is not None:
        carriers = listed(programme.certifications[code].name for code in one.carriers)
        only = f"; only {carriers} carries so"
    return f"When {when}: extends {what} {where}, if it is active that day{only}."


def credit_rules(rules: CreditRules | None) -> list[str]:
    """How continuing education credits count under a policy."""
    if rules is None:
        return []
    life = "count for ever" if rules.validity is None else f"count for {rules.validity}"
    said = [f"Credits {life}."]
    if rules.new_cycle == "ends":
        said.append("Credits from before the present term do not count for it.")
    else:
        said.append("Credits from before the present term may count for it.")
    if rules.use == "once":
        said.append("What renewed a certification with them has used credits up.")
    said.append(
        {
            "once_per_cycle": "The same item counts once in a term.",
            "once": "The same item counts once for ever.",
            "again": "The same item counts as often as it was done.",
        }[rules.same_item]
    )
    if rules.counts_for == "highest_level":
        said.append("They renew only certifications of the highest level that is active.")
    if rules.submit_within is not None:
        said.append(f"They must be submitted within {rules.submit_within}.")
    if rules.earned_while == "active":
        said.append("They count only if some certification was active on their day.")
    if rules.rollover is not None:
        late = ""
        if rules.rollover.from_last is not None:
            late = f" of the last {rules.rollover.from_last}"
        said.append(f"Up to {rules.rollover.most}{late} roll over into the next term.")
    for one in rules.from_exams:
        exams = listed(one.of or one.of_class or ())
        said.append(f"A pass of {exams} gives {one.points}.")
    return said


def retake(one: Retake) -> str:
    """When an exam may be taken again."""
    said: list[str] = []
    if one.after_fail:
        waits = [str(wait) if wait.count else "no wait" for wait in one.after_fail]
        if len(waits) == 1:
            said.append(f"after a fail: {waits[0]}")
        else:
            said.append(f"after the first fails in turn: {listed(waits)}, and so on")
    match one.after_pass:
        case "never":
            said.append("after a pass: never again")
        case Period() as wait:
            said.append(f"after a pass: {wait}")
    if one.most is not None:
        said.append(f"at most {one.most.attempts} attempts in any {one.most.within}")
    if one.attempts_ever is not None:
        said.append(f"at most {one.attempts_ever} in all")
    if not said:
        return "May be taken again at once."
    first, *rest = said
    chosen = (
        "; the rule of the day of scheduling applies" if one.governed_by == "scheduling" else ""
    )
    return "; ".join([first[0].upper() + first[1:], *rest]) + f"{chosen}."


def override(one: Override, programme: Programme) -> str:
    """Whom a one-off decision gave how much more time."""
    if one.certifications is not None:
        whom = listed(programme.certifications[code].name for code in one.certifications)
    elif one.levels is not None:
        whom = f"certifications of the level {_levels(one.levels, programme)}"
    else:
        whom = "all certifications"
    more = f"by {one.extend_by}" if one.extend_by is not None else f"to {one.extend_to}"
    stretch = f"{one.expiring.first} to {one.expiring.last}"
    return f"{whom[0].upper()}{whom[1:]} whose last day was {stretch} were extended {more}."


def achievement(one: AchievementRule, programme: Programme) -> str:
    """How long must be held what for an achievement."""
    how = "without a gap" if one.counting == "consecutive" else "in all"
    statuses = listed(str(getattr(programme.statuses, status)) for status in one.counts)
    return f"{one.years} years of {_group(one, programme)}, {how}; counted while: {statuses}."


def emeritus(one: EmeritusRule, programme: Programme) -> str:
    """Who may become emeritus and for how long."""
    how = "without a gap" if one.counting == "consecutive" else "in all"
    said = [f"After {one.after} of {_group(one, programme)} {how}, for {one.lasts} at a time"]
    if one.opens is not None:
        said.append(f"open {one.opens} before the last day")
    if one.lifetime_after is not None:
        said.append(f"for a lifetime after {one.lifetime_after}")
    if one.back is not None:
        within = "" if one.back.within is None else f" within {one.back.within}"
        said.append(f"it can be made active again{within}")
    return "; ".join(said) + "."


def price(one: Fee) -> str:
    """What a fee costs, in its currency's minor units if there is one."""
    if one.price is None:
        return "The programme does not say how much."
    if one.price.currency in _WHOLE:
        return f"{one.price.amount:,} {one.price.currency}"
    return f"{one.price.amount / 100:,.2f} {one.price.currency}"


def _group(one: AchievementRule | EmeritusRule, programme: Programme) -> str:
    if one.certifications is not None:
        names = (programme.certifications[code].name for code in one.certifications)
        return f"holding one of {listed(names)}"
    return f"holding a certification of the level {_levels(one.levels or (), programme)}"


def _levels(levels: Sequence[str], programme: Programme) -> str:
    return listed(programme.levels[level].name for level in levels)
