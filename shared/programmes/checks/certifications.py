"""What the certifications and overrides say."""

from graphlib import CycleError, TopologicalSorter

from shared.programmes.certifications import Certification
from shared.programmes.checks.inspection import Inspection
from shared.programmes.checks.requirements import check_earning, check_renewal, walk
from shared.programmes.faults import Place
from shared.programmes.policies import Policy
from shared.programmes.requirements import ActiveRequirement

FILE = "certifications.yaml"


def check_certifications(look: Inspection, policies: tuple[Policy, ...]) -> None:
    """Names used twice or unknown, and certifications that wait for themselves."""
    certifications = look.files.certifications.certifications
    look.ids_once(FILE, "certifications", certifications, "code", "certification code")
    for at, certification in enumerate(certifications):
        _check_certification(look, ("certifications", at), certification)
    _check_prerequisites(look, policies)
    _check_successions(look)
    _check_overrides(look)


def _check_certification(look: Inspection, place: Place, one: Certification) -> None:
    look.knows(FILE, (*place, "level"), "level", one.level)
    look.knows_all(FILE, (*place, "tracks"), "track", one.tracks)
    if one.number_series is not None:
        look.knows(FILE, (*place, "number_series"), "number series", one.number_series)
    check_earning(look, FILE, (*place, "requires"), one.requires)
    check_renewal(look, FILE, (*place, "renewal"), one.renewal)
    if (
        one.awarded_from is not None
        and one.retired_on is not None
        and one.retired_on < one.awarded_from
    ):
        look.say(
            FILE,
            (*place, "retired_on"),
            f"expected a day on or after {one.awarded_from}, awarded_from",
        )


def _check_prerequisites(look: Inspection, policies: tuple[Policy, ...]) -> None:
    """Under no version may a certification need itself, even by way of others."""
    said: set[frozenset[str]] = set()
    for number, policy in enumerate(policies):
        ring = _ring(
            {one.code: _needed(one, policy) for one in look.files.certifications.certifications}
        )
        if ring is None or frozenset(ring) in said:
            continue
        said.add(frozenset(ring))
        look.say(
            FILE,
            _place_of(look, ring[0], number, policy),
            f"nobody could ever earn it: {' needs '.join(ring)}; "
            "expected prerequisites without a cycle",
        )


def _needed(one: Certification, policy: Policy) -> list[str]:
    nodes = (node for _, node in walk(one.requires_under(policy), ()))
    return [node.active for node in nodes if isinstance(node, ActiveRequirement)]


def _place_of(look: Inspection, code: str, number: int, policy: Policy) -> Place:
    own = policy.certifications.get(code)
    if own is not None and own.requires is not None:
        return ("policies", number, "certifications", code, "requires")
    return ("certifications", look.known_names["certification"].names.index(code), "requires")


def _check_successions(look: Inspection) -> None:
    graph: dict[str, list[str]] = {}
    for at, one in enumerate(look.files.certifications.certifications):
        if one.succeeded_by is None:
            continue
        place: Place = ("certifications", at, "succeeded_by", "certification")
        successor = one.succeeded_by.certification
        look.knows(FILE, place, "certification", successor)
        if successor == one.code:
            look.say(FILE, place, "is the certification itself; expected another one")
        else:
            graph[one.code] = [successor]
    ring = _ring(graph)
    if ring is not None:
        at = look.known_names["certification"].names.index(ring[0])
        look.say(
            FILE,
            ("certifications", at, "succeeded_by", "certification"),
            f"its holders would never arrive: {' is followed by '.join(ring)}; "
            "expected successors without a cycle",
        )


def _ring(graph: dict[str, list[str]]) -> list[str] | None:
    """A cycle, its first name again at its end; None when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring: list[str] = error.args[1][::-1]
        return ring
    return None


def _check_overrides(look: Inspection) -> None:
    overrides = look.files.certifications.overrides
    look.ids_once(FILE, "overrides", overrides, "id", "override")
    for at, override in enumerate(overrides):
        place: Place = ("overrides", at)
        look.knows_all(FILE, (*place, "levels"), "level", override.levels)
        look.knows_all(FILE, (*place, "certifications"), "certification", override.certifications)
