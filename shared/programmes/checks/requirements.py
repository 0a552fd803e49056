"""The names within a requirement tree."""

from collections.abc import Iterator

from shared.programmes.checks.inspection import Inspection
from shared.programmes.faults import Place
from shared.programmes.policies import LevelPolicy
from shared.programmes.renewals import Renewal
from shared.programmes.requirements import (
    ActiveRequirement,
    AgreementRequirement,
    ApprovalRequirement,
    CoursesRequirement,
    CreditsRequirement,
    ExamRequirement,
    ExamsRequirement,
    FeeRequirement,
    Requirement,
    parts_of,
)


def walk(requirement: Requirement, place: Place) -> Iterator[tuple[Place, Requirement]]:
    """Every node of a requirement tree with its place in the file."""
    yield place, requirement
    for below, part in parts_of(requirement):
        yield from walk(part, (*place, *below))


def check_requirement(look: Inspection, file: str, place: Place, requirement: Requirement) -> None:
    """Every name that a requirement tree mentions must be known."""
    for at, node in walk(requirement, place):
        _check_node(look, file, at, node)


def check_earning(look: Inspection, file: str, place: Place, requirement: Requirement) -> None:
    """The same for what earns; before a certification is held, no term has stretches."""
    check_requirement(look, file, place, requirement)
    for at, node in walk(requirement, place):
        if isinstance(node, CreditsRequirement) and node.credits.every is not None:
            look.say(
                file,
                (*at, "credits", "every"),
                "is about stretches of a term; expected it only in what renews",
            )


def check_renewal(
    look: Inspection, file: str, place: Place, renewal: Renewal | Requirement | None
) -> None:
    """Every name that the ways to renew mention must be known."""
    if isinstance(renewal, Renewal):
        for at, option in enumerate(renewal.options):
            check_requirement(look, file, (*place, "options", at, "requires"), option.requires)
    elif renewal is not None:
        check_requirement(look, file, place, renewal)


def check_terms(look: Inspection, file: str, place: Place, terms: LevelPolicy) -> None:
    """What a policy says about a level or a certification."""
    check_renewal(look, file, (*place, "renewal"), terms.renewal)


def _check_node(look: Inspection, file: str, at: Place, node: Requirement) -> None:
    match node:
        case ExamRequirement(exam=exam):
            look.knows(file, (*at, "exam"), "exam", exam)
        case ExamsRequirement(exams=exams):
            look.knows_all(file, (*at, "exams", "of"), "exam", exams.of)
            look.knows_all(file, (*at, "exams", "of_class"), "class", exams.of_class)
        case CreditsRequirement(credits=points):
            inner = (*at, "credits")
            look.knows_keys(file, (*inner, "minimum"), "category", points.minimum)
            look.knows_keys(file, (*inner, "maximum"), "category", points.maximum)
            look.knows_keys(file, (*inner, "caps"), "activity", points.caps)
        case CoursesRequirement(courses=courses):
            look.knows_all(file, (*at, "courses", "of"), "course", courses.of)
            if isinstance(courses.levels, tuple):
                look.knows_all(file, (*at, "courses", "levels"), "level", courses.levels)
        case ActiveRequirement(active=code):
            look.knows(file, (*at, "active"), "certification", code)
        case AgreementRequirement():
            _check_agreement(look, file, at, node)
        case FeeRequirement(fee=fee):
            look.knows(file, (*at, "fee"), "fee", fee)
        case ApprovalRequirement(approval=approval):
            look.knows(file, (*at, "approval"), "approval", approval)
        case _:
            pass


def _check_agreement(look: Inspection, file: str, at: Place, node: AgreementRequirement) -> None:
    look.knows(file, (*at, "agreement"), "agreement", node.agreement)
    for agreement in look.files.programme.agreements:
        if agreement.id != node.agreement or node.version is None:
            continue
        versions = [one.version for one in agreement.versions]
        if node.version not in versions:
            look.say(
                file,
                (*at, "version"),
                f"unknown version {node.version!r}; expected one of agreement "
                f"{agreement.id!r}: {', '.join(versions)}",
            )
