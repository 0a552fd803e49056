"""What is shown of a candidate's certifications: facts, rows and programme data put together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.certifications.domain import Fact, Progress, Standing, detail, details
from services.certifications.models import Candidate
from services.certifications.pdf import CertificateDetails, Colours
from services.certifications.queries import Recorded
from services.certifications.schemas import (
    Available,
    CertificationDetail,
    Certifications,
    CertificationView,
    EvidenceView,
    ExplanationView,
    FactView,
    HistoryLineView,
    Level,
    Node,
    RenewalOption,
    Tally,
    Verification,
)
from shared.programmes import Certification, Programme


@dataclass(frozen=True)
class Seen:
    """One candidate as seen on a day: the programme, the facts, and what is recorded."""

    programme: Programme
    facts: Sequence[Fact]
    recorded: Mapping[str, Recorded]
    as_of: date
    public_url: str


def date_rule(programme: Programme) -> str:
    """Return the rule that every shown date follows."""
    return (
        "A certification is valid through the whole of its expiry date; days are those of "
        f"{programme.timezone}."
    )


def all_of(seen: Seen) -> Certifications:
    """Return what the candidate holds or has held, by level, and what can be earned."""
    programme = seen.programme
    found = details(programme, seen.facts, seen.as_of, programme.certifications)
    views: dict[str, list[CertificationView]] = {level: [] for level in programme.levels}
    available = []
    for code, one in programme.certifications.items():
        standing = found[code].standing
        if standing.cycles:
            views[one.level].append(_view(seen, one, standing))
        if standing.status != "active":
            available += [_available(programme, one, root) for root in found[code].progress]
    available.sort(
        key=lambda item: (not item.progress.started, item.progress.have == 0)
    )  # a stable sort: otherwise the order of the programme's file
    return Certifications(
        as_of=seen.as_of,
        timezone=programme.timezone,
        date_rule=date_rule(programme),
        levels=[
            Level(level=level, name=programme.levels[level].name, certifications=views[level])
            for level in programme.levels
            if views[level]
        ],
        available=available,
    )


def one_of_them(seen: Seen, code: str) -> CertificationDetail:
    """Return one certification with progress, explanations and history."""
    programme = seen.programme
    found = detail(programme, seen.facts, seen.as_of, code)
    standing = found.standing
    view = _view(seen, programme.certifications[code], standing)
    return CertificationDetail(
        **view.model_dump(),
        as_of=seen.as_of,
        timezone=programme.timezone,
        date_rule=date_rule(programme),
        progress=_nodes(found.progress),
        explanation=[
            ExplanationView(
                subject=why.subject,
                date=why.date,
                sentence=why.sentence,
                facts=[
                    FactView(kind=fact.kind, id=fact.id, date=fact.day, text=fact.text)
                    for fact in why.facts
                ],
                rule=why.rule,
                policy=why.policy,
            )
            for why in found.explanations
        ],
        history=[HistoryLineView(date=line.date, text=line.text) for line in found.history],
        renewal=_options(found.progress) if standing.status == "active" else [],
    )


def verification(
    programme: Programme, recorded: Recorded, holder: Candidate, as_of: date
) -> Verification:
    """Return what a stranger may know who holds the certificate's code."""
    one = programme.certifications.get(recorded.code)
    active = recorded.expires_on is None or as_of <= recorded.expires_on
    if recorded.withdrawn:
        status, text = "withdrawn", "Withdrawn"
    elif active:
        status, text = "active", programme.statuses.active
    else:
        status, text = "expired", programme.statuses.expired
    return Verification(
        valid=status == "active",
        programme=programme.id,
        holder=holder.full_name,
        certification=recorded.code,
        name=one.name if one else recorded.code,
        title=one.full_title if one else recorded.code,
        level=programme.levels[one.level].name if one else "",
        status=status,
        status_text=text,
        number=recorded.number,
        active_on=recorded.active_on,
        expires_on=recorded.expires_on,
        as_of=as_of,
        date_rule=date_rule(programme),
    )


def on_paper(
    programme: Programme, recorded: Recorded, holder: Candidate, public_url: str
) -> CertificateDetails:
    """Return what the certificate says."""
    one = programme.certifications[recorded.code]
    branding = programme.branding
    series = programme.number_series.get(one.number_series or "")
    return CertificateDetails(
        programme=branding.logo_text,
        issuer=programme.name,
        colours=Colours(branding.accent, branding.accent_ink, branding.ink),
        holder=holder.full_name,
        certification=one.full_title,
        short_name=one.name,
        level=programme.levels[one.level].name,
        earned_on=recorded.started_on,
        valid_through=recorded.expires_on,
        timezone=programme.timezone,
        verification_code=recorded.verification_code,
        verification_url=_verification_url(public_url, programme, recorded),
        # Either half may change what is printed: the dates, or the name.
        revision=f"{recorded.version}.{holder.version}",
        number=recorded.number,
        number_label=series.name if series else "Number",
    )


def _view(seen: Seen, one: Certification, standing: Standing) -> CertificationView:
    recorded = seen.recorded.get(one.code)
    if recorded is not None and (recorded.withdrawn or not standing.cycles):
        recorded = None
    certificate = f"{seen.public_url}/api/certifications/certifications/{one.code}/certificate.pdf"
    active = recorded is not None and standing.status == "active"
    return CertificationView(
        certification=one.code,
        name=one.name,
        title=one.full_title,
        level=one.level,
        level_name=seen.programme.levels[one.level].name,
        category=one.category,
        status=standing.status,
        status_text=getattr(seen.programme.statuses, standing.status),
        number=standing.number,
        started_on=standing.started_on,
        active_on=standing.active_on,
        expires_on=standing.expires_on,
        verification_code=recorded.verification_code if recorded else None,
        verification_url=(
            _verification_url(seen.public_url, seen.programme, recorded) if recorded else None
        ),
        certificate_url=certificate if active else None,
    )


def _verification_url(public_url: str, programme: Programme, recorded: Recorded) -> str:
    return f"{public_url}/{programme.id}/verify/{recorded.verification_code}"


def _available(programme: Programme, one: Certification, root: Progress) -> Available:
    return Available(
        certification=one.code,
        name=one.name,
        title=one.full_title,
        level=one.level,
        level_name=programme.levels[one.level].name,
        category=one.category,
        progress=Tally(have=root.have, need=root.need, started=_started(root), text=root.text),
    )


def _started(root: Progress) -> bool:
    if any(evidence.counts for evidence in root.evidence):
        return True
    return any(_started(child) for child in root.children)


def _nodes(tree: Iterable[Progress]) -> list[Node]:
    return [
        Node(
            number=node.number,
            text=node.text,
            have=node.have,
            need=node.need,
            satisfied=node.satisfied,
            children=_nodes(node.children),
            evidence=[
                EvidenceView(text=one.text, date=one.day, counts=one.counts, why=one.why)
                for one in node.evidence
            ],
        )
        for node in tree
    ]


def _options(tree: Sequence[Progress]) -> list[RenewalOption]:
    """Return the branches of an any-of, or the one way there is."""
    options: Sequence[Progress] = tree
    if len(tree) == 1 and tree[0].children and tree[0].need == 1:
        options = tree[0].children
    return [
        RenewalOption(number=node.number, text=node.text, satisfied=node.satisfied)
        for node in options
    ]
