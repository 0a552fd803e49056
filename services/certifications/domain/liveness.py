"""Which facts count: all but those that staff have voided."""

from collections.abc import Iterable

from services.certifications.domain.facts import AssignedNumber, Fact, Voided


def live(facts: Iterable[Fact]) -> frozenset[Fact]:
    """The facts without those that a void in force names, and without the voids themselves."""
    every = frozenset(facts)
    voids = voids_in_force(every)
    if not voids and not any(isinstance(fact, Voided) for fact in every):
        return every
    return frozenset(
        fact
        for fact in every
        if isinstance(fact, AssignedNumber)
        or (not isinstance(fact, Voided) and fact.id not in voids)
    )


def voids_in_force(facts: Iterable[Fact]) -> dict[str, Voided]:
    """By the id of the fact that does not count, the void that says so.

    A void can be voided too, and then what it was about counts again. Voids that void one
    another in a circle say nothing, so none of them is in force.
    """
    undecided = sorted(
        {fact for fact in facts if isinstance(fact, Voided)},
        key=lambda void: (void.id, void.fact),
        reverse=True,
    )
    found: dict[str, Voided] = {}
    while undecided:
        targets = {void.fact for void in undecided}
        in_force = [void for void in undecided if void.id not in targets]
        if not in_force:
            break
        found |= {void.fact: void for void in in_force}
        undecided = [void for void in undecided if void.id in targets and void.id not in found]
    return found
