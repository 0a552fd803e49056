"""From a requirement as the files have it to a node as the engine evaluates it."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from services.certifications.domain.nodes import (
    Agreement,
    Approved,
    Courses,
    Credits,
    Every,
    Fee,
    Holding,
    Node,
    Parts,
    Passes,
)
from shared.programmes import (
    ActiveRequirement,
    AgreementRequirement,
    AllOf,
    AnyOf,
    ApprovalRequirement,
    AtLeast,
    Certification,
    CoursesRequirement,
    CreditRules,
    CreditsRequirement,
    ExamRequirement,
    ExamsRequirement,
    FeeRequirement,
    Programme,
    Requirement,
)


class Reader(NamedTuple):
    """Who reads a requirement: one certification, under what a policy says about credits."""

    programme: Programme
    certification: Certification
    credits: CreditRules

    def node(self, requirement: Requirement) -> Node:
        """Compile one requirement as it reads for the certification."""
        return _COMPILE[type(requirement)](self, requirement)


Compile: TypeAlias = Callable[[Reader, Any], Node]


def _exam(reader: Reader, of: ExamRequirement) -> Node:
    programme = reader.programme
    exam = programme.exam_of[of.exam]
    return Passes(
        text=of.text or f"Pass {exam.code} {exam.name}",
        exams=frozenset((exam.code,)),
        given=None if of.given is None else reader.node(of.given),
        once=of.once,
    )


def _exams(reader: Reader, of: ExamsRequirement) -> Node:
    programme = reader.programme
    selection = of.exams
    if selection.of is not None:
        exams = tuple(programme.exam_of[code].code for code in selection.of)
        kinds = ", ".join(exams)
    else:
        classes = selection.of_class or ()
        exams = tuple(code for code, exam in programme.exams.items() if exam.exam_class in classes)
        kinds = ", ".join(programme.exam_classes[name].name for name in classes)
    if selection.same_track:
        tracks = set(reader.certification.tracks)
        exams = tuple(code for code in exams if tracks & set(programme.exams[code].tracks))
        kinds += " (same track)"
    need = selection.at_least
    count = "one" if need == 1 else f"{need} different exams"
    close = "" if selection.within is None else f", within {selection.within}"
    return Passes(
        text=of.text or f"Pass {count} of: {kinds}{close}",
        exams=frozenset(exams),
        need=need,
        given=None if of.given is None else reader.node(of.given),
        once=selection.once,
        within=selection.within,
    )


def _credits(reader: Reader, of: CreditsRequirement) -> Node:
    programme = reader.programme
    selection = of.credits
    text = f"Earn {selection.at_least} continuing education credits"
    if selection.minimum:
        least = ", ".join(
            f"{points} of {programme.education.categories[category].name}"
            for category, points in selection.minimum.items()
        )
        text += f", at least {least}"
    pace = selection.every
    if pace is not None:
        text += f", {pace.at_least} in every {pace.period}"
    return Credits(
        text=of.text or text,
        at_least=selection.at_least,
        minimum=selection.minimum,
        maximum=selection.maximum,
        caps=selection.caps,
        every=None if pace is None else Every(pace.period, pace.at_least),
        rules=reader.credits,
    )


def _courses(reader: Reader, of: CoursesRequirement) -> Node:
    programme = reader.programme
    selection = of.courses
    known = programme.education.courses
    if selection.of is not None:
        courses = selection.of
        kinds = ", ".join(known[code].name for code in courses)
    else:
        levels = selection.levels or ()
        if levels == "same_and_above":
            rank = programme.level_rank(reader.certification.level)
            levels = tuple(
                level for level in programme.levels if programme.level_rank(level) >= rank
            )
        courses = tuple(code for code, course in known.items() if course.level in levels)
        kinds = ", ".join(programme.levels[level].name for level in levels)
    if selection.same_track:
        tracks = set(reader.certification.tracks)
        courses = tuple(code for code in courses if tracks & set(known[code].tracks))
        kinds += " (same track)"
    need = selection.at_least
    count = "an approved course" if need == 1 else f"{need} different approved courses"
    return Courses(of.text or f"Complete {count} of: {kinds}", frozenset(courses), need)


def _active(reader: Reader, of: ActiveRequirement) -> Node:
    programme = reader.programme
    name = programme.certifications[of.active].name
    return Holding(of.text or f"Hold an active {name}", of.active)


def _agreement(reader: Reader, of: AgreementRequirement) -> Node:
    programme = reader.programme
    agreement = programme.agreements[of.agreement]
    version = "" if of.version is None else f" {of.version} or later"
    versions = frozenset(agreement.versions_from(of.version))
    return Agreement(of.text or f"Accept the {agreement.name}{version}", of.agreement, versions)


def _fee(reader: Reader, of: FeeRequirement) -> Node:
    programme = reader.programme
    times = "" if of.at_least == 1 else f" {of.at_least} times"
    return Fee(of.text or f"Pay the {programme.fees[of.fee].name}{times}", of.fee, of.at_least)


def _approval(reader: Reader, of: ApprovalRequirement) -> Node:
    programme = reader.programme
    name = programme.approvals[of.approval].name
    return Approved(of.text or f"{name} by the programme", of.approval)


def _all_of(reader: Reader, of: AllOf) -> Node:
    nodes = tuple(reader.node(part) for part in of.all_of)
    return Parts(of.text or "Meet all of these on the same day", nodes, len(nodes))


def _any_of(reader: Reader, of: AnyOf) -> Node:
    nodes = tuple(reader.node(part) for part in of.any_of)
    return Parts(of.text or "Meet one of these", nodes, 1)


def _at_least(reader: Reader, of: AtLeast) -> Node:
    nodes = tuple(reader.node(part) for part in of.of)
    return Parts(of.text or f"Meet {of.at_least} of these on the same day", nodes, of.at_least)


_COMPILE: dict[type, Compile] = {
    ExamRequirement: _exam,
    ExamsRequirement: _exams,
    CreditsRequirement: _credits,
    CoursesRequirement: _courses,
    ActiveRequirement: _active,
    AgreementRequirement: _agreement,
    FeeRequirement: _fee,
    ApprovalRequirement: _approval,
    AllOf: _all_of,
    AnyOf: _any_of,
    AtLeast: _at_least,
}
