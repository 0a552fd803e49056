"""A candidate's certifications, with progress, reasons and history."""

from collections.abc import Iterable
from typing import Any

from services.certifications.domain import (
    Explained,
    Explanation,
    Progress,
    Standing,
    WayToRenew,
    detail,
)
from services.certifications.domain.anniversaries import Anniversary
from services.certifications.domain.labels import status_text
from services.certifications.queries import Recorded
from services.certifications.schemas.candidate import (
    AchievementView,
    Available,
    CertificationDetail,
    Certifications,
    CertificationView,
    ComingAchievement,
    EvidenceView,
    ExplanationView,
    FactView,
    HistoryLineView,
    Interval,
    Level,
    Node,
    Successor,
    Tally,
    WayToRenewView,
)
from services.certifications.views.seen import (
    Seen,
    date_rule,
    earned_as,
    revision_of,
    verification_url,
)
from shared.programmes import Certification, Programme

_TO_BE_EARNED = frozenset(("not_earned", "expired", "emeritus"))


def all_of(seen: Seen, *, available: bool = True) -> Certifications:
    """Return what the candidate holds or has held, by level, and what can be earned.

    available: whether to tell what can be earned, for which every other certification is looked at.
    """
    programme = seen.programme
    explained = Explained(programme, seen.facts, seen.as_of)
    views: dict[str, list[CertificationView]] = {level: [] for level in programme.levels}
    to_be_earned = []
    for code, one in programme.certifications.items():
        standing = explained.state[code]
        if standing.cycles:
            views[one.level].append(_view(seen, one, standing))
        if available and standing.status in _TO_BE_EARNED:
            root = explained.progress(code)
            if root is not None:
                to_be_earned.append(_available(programme, one, root))
    to_be_earned.sort(
        key=lambda item: (not item.progress.started, item.progress.have == 0)
    )  # a stable sort: otherwise the order of the programme's file
    anniversaries = explained.anniversaries()
    return Certifications(
        as_of=seen.as_of,
        timezone=programme.timezone,
        date_rule=date_rule(programme),
        levels=[
            Level(level=level, name=programme.levels[level].name, certifications=views[level])
            for level in programme.levels
            if views[level]
        ],
        available=to_be_earned,
        achievements=[
            AchievementView(
                id=one.id,
                name=one.name,
                reached_on=one.reached_on,
                intervals=_intervals(one),
                sentence=one.sentence,
            )
            for one in anniversaries
            if one.reached_on is not None
        ],
        coming_achievements=[
            ComingAchievement(
                id=one.id,
                name=one.name,
                expected_on=one.expected_on,
                intervals=_intervals(one),
                sentence=one.sentence,
            )
            for one in anniversaries
            if one.reached_on is None
        ],
    )


def one_of_them(seen: Seen, code: str) -> CertificationDetail:
    """Return one certification with progress, ways to renew, explanations and history."""
    programme = seen.programme
    found = detail(programme, seen.facts, seen.as_of, code)
    view = _view(seen, programme.certifications[code], found.standing)
    return CertificationDetail(
        **view.model_dump(),
        as_of=seen.as_of,
        timezone=programme.timezone,
        date_rule=date_rule(programme),
        progress=_nodes(found.progress),
        explanation=[_explanation(why) for why in found.explanations],
        history=[
            HistoryLineView(date=line.date, text=line.text, kind=line.kind)
            for line in found.history
        ],
        options=[WayToRenewView(**_way(way)) for way in found.options],
        fastest=found.fastest,
    )


def _way(way: WayToRenew) -> dict[str, Any]:
    return {name: getattr(way, name) for name in WayToRenewView.model_fields}


def _explanation(why: Explanation) -> ExplanationView:
    return ExplanationView(
        subject=why.subject,
        date=why.date,
        sentence=why.sentence,
        facts=[
            FactView(kind=fact.kind, id=fact.id, date=fact.day, text=fact.text)
            for fact in why.facts
        ],
        rule=why.rule,
        policy=why.policy,
        overrides=list(why.overrides),
    )


def _intervals(one: Anniversary) -> list[Interval]:
    return [Interval(first=first, last=last) for first, last in one.intervals]


def _view(seen: Seen, one: Certification, standing: Standing) -> CertificationView:
    recorded = seen.recorded.get(one.code)
    if recorded is not None and (recorded.withdrawn or not standing.cycles):
        recorded = None
    # There is one certificate, of today, whatever other day somebody looks at.
    active = recorded is not None and standing.holding and seen.as_of == seen.today
    return CertificationView(
        certification=one.code,
        name=one.name,
        title=one.full_title,
        level=one.level,
        level_name=seen.programme.levels[one.level].name,
        category=one.category,
        status=standing.status,
        status_text=status_text(seen.programme, standing),
        number=standing.number,
        number_series=one.number_series if standing.number else None,
        started_on=standing.started_on,
        active_on=standing.active_on,
        expires_on=standing.expires_on,
        grace_until=standing.grace_until,
        since=standing.since,
        because=standing.because,
        replaced_by=_successor(seen.programme, one) if standing.status == "replaced" else None,
        earned_as=earned_as(seen.programme, recorded),
        verification_code=recorded.verification_code if recorded else None,
        verification_url=(
            verification_url(seen.public_url, seen.programme, recorded) if recorded else None
        ),
        certificate_url=_certificate_url(seen, recorded) if recorded and active else None,
    )


def _certificate_url(seen: Seen, recorded: Recorded) -> str:
    """With the revision, so that no browser shows the one that it kept of another."""
    path = f"/api/certifications/certifications/{recorded.code}/certificate.pdf"
    return f"{seen.public_url}{path}?revision={revision_of(recorded, seen.name_revision)}"


def _successor(programme: Programme, one: Certification) -> Successor | None:
    if one.succeeded_by is None:
        return None
    successor = programme.certifications[one.succeeded_by.certification]
    return Successor(certification=successor.code, name=successor.name)


def _available(programme: Programme, one: Certification, root: Progress) -> Available:
    return Available(
        certification=one.code,
        name=one.name,
        title=one.full_title,
        level=one.level,
        level_name=programme.levels[one.level].name,
        category=one.category,
        progress=Tally(
            have=number(root.have), need=number(root.need), started=_started(root), text=root.text
        ),
    )


def number(points: float) -> int | float:
    """Return a count, or points, without a fraction that says nothing."""
    return int(points) if points == int(points) else points


def _started(root: Progress) -> bool:
    if any(evidence.counts for evidence in root.evidence):
        return True
    return any(_started(child) for child in root.children)


def _nodes(tree: Iterable[Progress]) -> list[Node]:
    return [
        Node(
            number=node.number,
            text=node.text,
            have=number(node.have),
            need=number(node.need),
            satisfied=node.satisfied,
            children=_nodes(node.children),
            evidence=[
                EvidenceView(text=one.text, date=one.day, counts=one.counts, why=one.why)
                for one in node.evidence
            ],
            note=node.note,
        )
        for node in tree
    ]
