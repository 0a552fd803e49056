"""What can meet a requirement when it happens."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    CourseCompletion,
    CreditEntry,
    FeePaid,
    Held,
)
from services.certifications.domain.nodes import (
    Agreement,
    Approved,
    Courses,
    Credits,
    Fee,
    Holding,
    Node,
    Parts,
    Passes,
    walk,
)
from services.certifications.domain.rule import CREDITS, Trigger

Key = TypeVar("Key", int, str)


def triggers_of(node: Node | None) -> set[Trigger]:
    """Everything whose happening can meet a requirement."""
    found: set[Trigger] = set()
    for one in walk(node):
        match one:
            case Passes(exams=exams):
                found |= {("exam", exam) for exam in exams}
            case Credits():
                found.add(CREDITS)
            case Holding(certification=code):
                found.add(("holding", code))
            case Courses(courses=courses):
                found |= {("course", course) for course in courses}
            case Agreement(agreement=name):
                found.add(("agreement", name))
            case Fee(fee=name):
                found.add(("fee", name))
            case Approved(approval=name):
                found.add(("approval", name))
            case Parts():
                pass
    return found


def trigger_of(
    fact: CreditEntry | CourseCompletion | AgreementAccepted | FeePaid | Approval | Held,
) -> Trigger:
    """What happens by anything but a pass, whose exam may have another code by now."""
    match fact:
        case CreditEntry():
            return CREDITS
        case CourseCompletion(course=course):
            return "course", course
        case AgreementAccepted(agreement=name):
            return "agreement", name
        case FeePaid(fee=name):
            return "fee", name
        case Approval(approval=name):
            return "approval", name
        case Held(certification=code):
            return "holding", code


def index(nodes: Iterable[tuple[Key, Node]]) -> dict[Trigger, frozenset[Key]]:
    """From certification and requirement to what triggers it -> certifications."""
    found: defaultdict[Trigger, set[Key]] = defaultdict(set)
    for key, node in nodes:
        for trigger in triggers_of(node):
            found[trigger].add(key)
    return {trigger: frozenset(keys) for trigger, keys in found.items()}
