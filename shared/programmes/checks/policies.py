"""What the versions of the rules say."""

from shared.programmes.checks.inspection import Inspection
from shared.programmes.checks.requirements import check_earning, check_terms
from shared.programmes.faults import Place
from shared.programmes.policies import Policy, whole_policies
from shared.programmes.renewals import Renewal

FILE = "certifications.yaml"


def check_policies(look: Inspection) -> tuple[Policy, ...]:
    """Their order, what they build on, the names they mention, and what they leave open.

    Returns them whole; where what they build on is wrong, as they are written.
    """
    policies = look.files.certifications.policies
    look.ids_once(FILE, "policies", policies, "version", "policy version")
    for at, policy in enumerate(policies):
        place: Place = ("policies", at)
        _check_days(look, place, policy, policies[at - 1] if at else None)
        _check_names(look, place, policy)
        _check_credits(look, place, policy)
    if not _check_based_on(look, policies):
        return policies
    whole = whole_policies(policies)
    for at, policy in enumerate(whole):
        _check_whole(look, ("policies", at), policy)
    return whole


def _check_days(look: Inspection, place: Place, policy: Policy, before: Policy | None) -> None:
    if before is not None and policy.effective_from <= before.effective_from:
        look.say(
            FILE,
            (*place, "effective_from"),
            f"expected a day after {before.effective_from}, when the version before it begins",
        )
    retroactive_from = policy.retroactive_from
    if retroactive_from is not None and retroactive_from >= policy.effective_from:
        look.say(
            FILE,
            (*place, "retroactive_from"),
            f"expected a day before {policy.effective_from}, effective_from",
        )


def _check_names(look: Inspection, place: Place, policy: Policy) -> None:
    for number, scope in enumerate(policy.extends):
        inner = (*place, "extends", number)
        if isinstance(scope.levels, tuple):
            look.knows_all(FILE, (*inner, "levels"), "level", scope.levels)
        look.knows_all(FILE, (*inner, "except_levels"), "level", scope.except_levels)
        look.knows_all(FILE, (*inner, "certifications"), "certification", scope.certifications)
        look.knows_all(FILE, (*inner, "from"), "certification", scope.carriers)
    for level, terms in policy.levels.items():
        inner = (*place, "levels", level)
        look.knows(FILE, inner, "level", level)
        check_terms(look, FILE, inner, terms)
    for code, own in policy.certifications.items():
        inner = (*place, "certifications", code)
        look.knows(FILE, inner, "certification", code)
        check_terms(look, FILE, inner, own)
        if own.requires is not None:
            check_earning(look, FILE, (*inner, "requires"), own.requires)


def _check_credits(look: Inspection, place: Place, policy: Policy) -> None:
    if policy.credits is None:
        return
    inner = (*place, "credits")
    if policy.credits.rollover is not None:
        categories = policy.credits.rollover.categories
        look.knows_all(FILE, (*inner, "rollover", "categories"), "category", categories)
    for number, grant in enumerate(policy.credits.from_exams):
        at = (*inner, "from_exams", number)
        look.knows_all(FILE, (*at, "of"), "exam", grant.of)
        look.knows_all(FILE, (*at, "of_class"), "class", grant.of_class)
        if grant.category is not None:
            look.knows(FILE, (*at, "category"), "category", grant.category)


def _check_based_on(look: Inspection, policies: tuple[Policy, ...]) -> bool:
    """Whether every version is based on an earlier one or says everything itself."""
    sound = len({policy.version for policy in policies}) == len(policies)
    earlier: list[str] = []
    for at, policy in enumerate(policies):
        place: Place = ("policies", at)
        if policy.based_on is None:
            for field in ("renewal_anchor", "levels"):
                if field not in policy.model_fields_set:
                    sound = False
                    wanted = Policy.model_fields[field].description
                    look.say(
                        FILE,
                        (*place, field),
                        f"is missing; expected {wanted}, because there is no based_on",
                    )
        elif policy.based_on not in earlier:
            sound = False
            named = f": {', '.join(earlier)}" if earlier else ", but this is the first"
            look.say(
                FILE,
                (*place, "based_on"),
                f"unknown earlier version {policy.based_on!r}; "
                f"expected one that stands before this one{named}",
            )
        earlier.append(policy.version)
    return sound


def _check_whole(look: Inspection, place: Place, policy: Policy) -> None:
    """What a version says together with what it takes over."""
    used = {one.level for one in look.files.certifications.certifications}
    for level in look.known_names["level"].names:
        terms = policy.levels.get(level)
        if terms is None and level in used:
            look.say(
                FILE,
                (*place, "levels", level),
                "is missing; certifications of this level exist, expected its validity and renewal",
            )
        if terms is not None and "validity" not in terms.model_fields_set:
            look.say(
                FILE,
                (*place, "levels", level, "validity"),
                'is missing; expected "3 years", or lifetime',
            )
    if (
        policy.credits is not None
        and policy.credits.rollover is not None
        and not _has_fixed_cycle(look, policy)
    ):
        look.say(
            FILE,
            (*place, "credits", "rollover"),
            "has no next cycle to go to; expected fixed_cycle as renewal_anchor or as the "
            "anchor of an option",
        )


def _has_fixed_cycle(look: Inspection, policy: Policy) -> bool:
    if policy.renewal_anchor == "fixed_cycle":
        return True
    renewals = [
        *(terms.renewal for terms in policy.levels.values()),
        *(terms.renewal for terms in policy.certifications.values()),
        *(one.renewal for one in look.files.certifications.certifications),
    ]
    return any(
        option.anchor == "fixed_cycle"
        for renewal in renewals
        if isinstance(renewal, Renewal)
        for option in renewal.options
    )
