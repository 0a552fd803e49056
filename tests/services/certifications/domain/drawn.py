"""Candidates drawn at random, with facts of every kind, for any programme."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

from services.certifications.domain.facts import (
    AgreementAccepted,
    Approval,
    AssignedNumber,
    CourseCompletion,
    CreditEntry,
    ExamFail,
    ExamPass,
    ExamSetAside,
    Fact,
    FeePaid,
    Granted,
    Prolonged,
    Reinstated,
    Revoked,
    Suspended,
    Voided,
)
from shared.programmes import (
    ActiveRequirement,
    AgreementRequirement,
    AnyOf,
    ApprovalRequirement,
    CoursesRequirement,
    CreditsRequirement,
    ExamRequirement,
    ExamsRequirement,
    FeeRequirement,
    Programme,
    Programmes,
    Requirement,
    parts_of,
)
from tests.services.certifications.domain.candidates import PROGRAMMES

Drawn = TypeVar("Drawn")
EXAMPLES = PROGRAMMES / "examples"
LOADED: dict[str, Programme] = {
    **Programmes.load(PROGRAMMES),
    **{one.name: Programme.load(one) for one in sorted(EXAMPLES.iterdir()) if one.is_dir()},
}
POINTS = [Decimal(points) for points in ("0.5", "5", "12", "20", "30", "40", "50", "90", "120")]


# Terms meet, touch and miss, windows open and graces end: days after a candidate's first.
STEPS = [
    *(0, 0, 1, 2, 40, 89, 90, 91, 180, 181, 184, 200, 364, 365, 366, 400, 500, 540, 600, 730, 731),
    *(800, 900, 1000, 1095, 1096, 1097, 1140, 1185, 1186, 1300, 1460, 1826, 1827, 2000, 2191, 2500),
    *(3287, 3653, 4000, 7305),
]


def bases(programme: Programme) -> list[date]:
    """First days of candidates: around each version of the rules, and years before and after."""
    first = programme.policies[0].effective_from
    found = {date(2017, 3, 31), date(2020, 2, 29), date(2023, 9, 10)}
    for policy in programme.policies:
        for years in (-3, -1, 0, 1):
            day = policy.effective_from + timedelta(days=365 * years)
            found |= {day - timedelta(days=1), day}
    return sorted(day for day in found if day.year >= max(first.year - 1, 2009))


@cache
def first_day(programme: Programme) -> st.SearchStrategy[date]:
    """The day on which a candidate begins, the same in all of one draw."""
    return st.shared(st.sampled_from(bases(programme)), key=programme.id)


@cache
def days(programme: Programme) -> st.SearchStrategy[date]:
    """Days of one candidate's life: all of one draw are so many days after the same first."""
    return st.builds(
        lambda first, step: first + timedelta(days=step),
        first_day(programme),
        st.one_of(st.sampled_from(STEPS), st.sampled_from(STEPS), st.integers(0, 4000)),
    )


def opening(programme: Programme, code: str, day: date) -> list[Fact]:
    """What earns a certification on a day, its prerequisites first."""
    requirement = programme.certifications[code].requires_under(programme.policies[-1])
    return _meeting(programme, requirement, day)


def _meeting(programme: Programme, requirement: Requirement, day: date) -> list[Fact]:
    """Facts of a day that meet a requirement; of alternatives the first."""
    if isinstance(requirement, AnyOf):
        return _meeting(programme, requirement.any_of[0], day)
    if isinstance(requirement, ActiveRequirement):
        return opening(programme, requirement.active, day)
    found = _facts_for(programme, requirement, day)
    for _, part in parts_of(requirement):
        found += _meeting(programme, part, day)
    return found


def _facts_for(programme: Programme, requirement: Requirement, day: date) -> list[Fact]:
    found: list[Fact] = []
    match requirement:
        case ExamRequirement(exam=exam):
            found += [ExamPass("", exam, day)]
        case ExamsRequirement(exams=exams):
            codes = exams.of or [
                code
                for code, exam in programme.exams.items()
                if exam.exam_class in (exams.of_class or ())
            ]
            found += [ExamPass("", code, day) for code in codes[: exams.at_least]]
        case CreditsRequirement(credits=wanted):
            category = next(iter(wanted.minimum), None)
            found += [CreditEntry("", day, wanted.at_least, "All at once", "all", category)]
        case CoursesRequirement(courses=courses):
            known = courses.of or tuple(programme.education.courses)
            found += [CourseCompletion("", course, day) for course in known[: courses.at_least]]
        case ApprovalRequirement(approval=approval):
            found += [Approval("", approval, day)]
        case AgreementRequirement(agreement=agreement):
            version = programme.agreements[agreement].versions[-1].version
            found += [AgreementAccepted("", agreement, version, day)]
        case FeeRequirement(fee=fee, at_least=times):
            found += [FeePaid("", fee, day)] * times
        case _:
            pass
    return found


def renewing(programme: Programme, code: str, option: int, day: date) -> list[Fact]:
    """What renews a certification on a day by one of its options, if it has any."""
    terms = programme.certifications[code].renewal_under(programme.policies[-1])
    if terms is None:
        return []
    requirement = terms.options[option % len(terms.options)].requires
    return _meeting(programme, requirement, day)


def ladder(programme: Programme) -> list[str]:
    """The exams of one track, or of all where there are few."""
    exams = programme.exams
    if len(exams) <= 12:
        return list(exams)
    tracks = {next(iter(programme.tracks))}
    return [code for code, exam in exams.items() if tracks & {*exam.tracks}][:14]


@cache
def passes(programme: Programme) -> st.SearchStrategy[Fact]:
    few = st.sampled_from(ladder(programme))
    return st.builds(
        ExamPass,
        st.just(""),
        st.one_of(few, few, few, st.sampled_from([*programme.exam_of, "unknown"])),
        days(programme),
        st.one_of(st.none(), st.none(), days(programme)),
    )


@cache
def credit_entries(programme: Programme) -> st.SearchStrategy[Fact]:
    on = days(programme)
    return st.builds(
        CreditEntry,
        st.just(""),
        on,
        st.sampled_from(POINTS),
        st.just("Activity"),
        st.sampled_from(["talk", "course", "workshop", "article"]),
        st.sampled_from([None, *programme.education.categories]),
        st.sampled_from([None, *programme.education.activities]),
        submitted_on=st.one_of(st.none(), on),
        pending=st.sampled_from([False, False, False, True]),
    )


@cache
def others(programme: Programme) -> list[st.SearchStrategy[Fact]]:
    """Every other kind of evidence that the programme knows."""
    on = days(programme)
    found: list[st.SearchStrategy[Fact]] = [
        st.builds(ExamFail, st.just(""), st.sampled_from([*programme.exams]), on),
        st.builds(
            ExamSetAside,
            st.just(""),
            st.sampled_from([*programme.exams]),
            on,
            st.sampled_from(["held", "revoked"]),
            st.sampled_from(["pass", "fail"]),
        ),
    ]
    if programme.education.courses:
        courses = st.sampled_from([*programme.education.courses])
        pending = st.sampled_from([False, False, True])
        found.append(st.builds(CourseCompletion, st.just(""), courses, on, st.none(), pending))
    if programme.fees:
        fees = st.sampled_from([*programme.fees])
        found += [st.builds(FeePaid, st.just(""), fees, on)] * 3
    if programme.approvals:
        approvals = st.sampled_from([*programme.approvals])
        found.append(st.builds(Approval, st.just(""), approvals, on))
    if programme.agreements:
        accepted = [
            (agreement.id, version.version)
            for agreement in programme.agreements.values()
            for version in agreement.versions
        ]
        found.append(
            st.builds(
                lambda one, day: AgreementAccepted("", one[0], one[1], day),
                st.sampled_from(accepted),
                on,
            )
        )
    if programme.number_series:
        series = st.sampled_from([*programme.number_series])
        found.append(st.builds(AssignedNumber, series, st.integers(1024, 1030)))
    return found


@cache
def by_staff(programme: Programme) -> list[st.SearchStrategy[Fact]]:
    """What staff can do to a candidate."""
    on = days(programme)
    code = st.sampled_from([*programme.certifications])
    some = st.one_of(code, st.none())
    return [
        st.builds(Granted, st.just(""), code, on, st.one_of(st.none(), on), st.just("by hand")),
        st.builds(Prolonged, st.just(""), code, on, on, st.just("illness")),
        st.builds(Suspended, st.just(""), code, on, st.just("a case")),
        st.builds(Revoked, st.just(""), some, on, st.just("fraud")),
        st.builds(Reinstated, st.just(""), some, on, st.just("cleared")),
        st.builds(Voided, st.just(""), st.integers(0, 12).map(str), st.just("a slip")),
    ]


def numbered(facts: list[Fact], prefix: str = "") -> list[Fact]:
    """The facts with ids of their own, as a store gives them."""
    return [
        fact if isinstance(fact, AssignedNumber) else replace(fact, id=f"{prefix}{at}")
        for at, fact in enumerate(facts)
    ]


def in_any_programme(
    drawn: Callable[[Programme], st.SearchStrategy[Drawn]],
) -> st.SearchStrategy[tuple[str, Drawn]]:
    """A programme's name with something drawn for it; strategies are made once a programme."""
    made: dict[str, st.SearchStrategy[tuple[str, Drawn]]] = {}

    def in_one(name: str) -> st.SearchStrategy[tuple[str, Drawn]]:
        if name not in made:
            made[name] = st.tuples(st.just(name), drawn(LOADED[name]))
        return made[name]

    return st.sampled_from(sorted(LOADED)).flatmap(in_one)


@cache
def facts_of(
    kinds: Callable[[Programme], list[st.SearchStrategy[Fact]]], programme: Programme, most: int
) -> st.SearchStrategy[list[Fact]]:
    """What earned a certification, what may have renewed it, and so many facts of some kinds."""

    def told(
        first: date, code: str, renewals: list[tuple[int, date]], others: list[Fact]
    ) -> list[Fact]:
        found = opening(programme, code, first)
        for option, day in renewals:
            found += renewing(programme, code, option, day)
        return numbered(found + others)

    return st.builds(
        told,
        first_day(programme),
        st.sampled_from([*programme.certifications]),
        st.lists(st.tuples(st.integers(0, 7), days(programme)), max_size=3),
        st.lists(st.one_of(kinds(programme)), max_size=most),
    )


def candidates(
    kinds: Callable[[Programme], list[st.SearchStrategy[Fact]]],
) -> st.SearchStrategy[tuple[str, tuple[list[Fact], date]]]:
    """A programme's name, a candidate's facts of some kinds, and a day to ask about."""
    return in_any_programme(
        lambda programme: st.tuples(facts_of(kinds, programme, 8), days(programme))
    )


@cache
def evidence(programme: Programme) -> list[st.SearchStrategy[Fact]]:
    """What a candidate does, most of it passes and credits."""
    return [
        passes(programme),
        passes(programme),
        passes(programme),
        credit_entries(programme),
        credit_entries(programme),
        *others(programme),
    ]


@cache
def everything(programme: Programme) -> list[st.SearchStrategy[Fact]]:
    """And what staff does."""
    return [*evidence(programme), *by_staff(programme)]


def known_on(facts: list[Fact], day: date) -> list[Fact]:
    """What had happened by the end of a day; voids and numbers hold for every day."""
    return [fact for fact in facts if isinstance(fact, AssignedNumber | Voided) or fact.day <= day]
