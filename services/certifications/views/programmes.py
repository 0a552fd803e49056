"""A programme's rules, as its viewer shows them."""

from datetime import date, timedelta
from functools import lru_cache

from services.certifications.domain.nodes import Courses, Node, Parts, Passes
from services.certifications.domain.trees import Reader
from services.certifications.run_errors import UnknownPolicy
from services.certifications.run_models import ProgrammeVersion, Reevaluation
from services.certifications.schemas.programmes import (
    CertificationRules,
    Entry,
    ExamView,
    FormerNameView,
    GraceView,
    LevelRules,
    OptionView,
    OverrideView,
    PolicyView,
    ProgrammeView,
    RemarkView,
    RetakeView,
    RuleNode,
)
from services.certifications.schemas.runs import ReevaluationView
from services.certifications.views import programme_sentences as sentences
from shared.programmes import (
    Certification,
    CreditRules,
    Exam,
    FormerName,
    Grace,
    LevelPolicy,
    Period,
    Policy,
    Programme,
    Requirement,
    parts_of,
)
from shared.programmes.requirements import kind_of


def programme(
    one: Programme,
    *,
    as_of: date,
    version: str | None,
    first: ProgrammeVersion | None,
    last: Reevaluation | None,
) -> ProgrammeView:
    """Return the rules, with the certifications as one version of the policies has them.

    version: of the policy; the one in force on the day if left out.
    first: the files that were loaded here first; last: the newest re-evaluation that is done.
    Raises UnknownPolicy.
    """
    policy = _policy(one, as_of, version)
    evaluated_under = last.fingerprint if last is not None else None
    if evaluated_under is None and first is not None:
        evaluated_under = first.fingerprint
    return ProgrammeView(
        id=one.id,
        name=one.name,
        timezone=one.timezone,
        as_of=as_of,
        fingerprint=one.fingerprint,
        loaded_since=None if first is None else first.first_loaded_at,
        reevaluated=None if last is None else ReevaluationView.model_validate(last),
        changed_since=evaluated_under not in {None, one.fingerprint},
        policy=policy.version,
        levels=[Entry(id=level.id, name=level.name) for level in one.levels.values()],
        tracks=[Entry(id=track.id, name=track.name) for track in one.tracks.values()],
        statuses={name: str(text) for name, text in one.statuses},
        reminders=[str(period) for period in one.reminders],
        texts=dict(one.texts),
        policies=[_policy_view(one, at, as_of) for at in range(len(one.policies))],
        certifications=list(_certifications(one, policy.version)),
        exams=[_exam(one, exam) for exam in one.exams.values()],
        overrides=[
            OverrideView(
                id=override.id,
                announced_on=override.announced_on,
                reason=override.reason,
                text=sentences.override(override, one),
                source=override.source,
            )
            for override in one.overrides
        ],
        **_remarks(one),
        categories=[Entry(id=c.id, name=c.name) for c in one.education.categories.values()],
        activities=[Entry(id=a.id, name=a.name) for a in one.education.activities.values()],
    )


def _policy(one: Programme, as_of: date, version: str | None) -> Policy:
    if version is None:
        begun = [policy for policy in one.policies if policy.effective_from <= as_of]
        return begun[-1] if begun else one.policies[0]
    for policy in one.policies:
        if policy.version == version:
            return policy
    names = ", ".join(policy.version for policy in one.policies)
    raise UnknownPolicy(f"{one.name} has no version {version!r} of its policy; it has {names}.")


def _policy_view(one: Programme, at: int, as_of: date) -> PolicyView:
    policy = one.policies[at]
    until = None
    if at + 1 < len(one.policies):
        until = one.policies[at + 1].effective_from - timedelta(days=1)
    return PolicyView(
        version=policy.version,
        effective_from=policy.effective_from,
        effective_until=until,
        retroactive_from=policy.retroactive_from,
        based_on=policy.based_on,
        in_force=policy.effective_from <= as_of and (until is None or as_of <= until),
        governed_by=policy.governed_by,
        renewal_anchor=policy.renewal_anchor,
        running_terms=policy.running_terms,
        extends=[sentences.scope(scope, one) for scope in policy.extends],
        credits=sentences.credit_rules(policy.credits),
        levels=[_level(name, rules) for name, rules in policy.levels.items()],
        own_rules=list(policy.certifications),
        source=policy.source,
    )


def _level(name: str, rules: LevelPolicy) -> LevelRules:
    return LevelRules(
        level=name,
        validity=_period(rules.validity),
        aligned_to=None if rules.aligned_to is None else str(rules.aligned_to),
        grace=_grace(rules.grace),
        renewed=rules.renewal is not None,
        source=rules.source,
    )


@lru_cache(maxsize=32)
def _certifications(one: Programme, version: str) -> tuple[CertificationRules, ...]:
    """Made once for each version: the trees of a large programme are thousands of nodes."""
    (policy,) = (policy for policy in one.policies if policy.version == version)
    return tuple(_certification(one, c, policy) for c in one.certifications.values())


def _certification(one: Programme, known: Certification, policy: Policy) -> CertificationRules:
    reader = Reader(one, known, policy.credits or CreditRules())
    aligned = known.aligned_under(policy)
    successor = known.succeeded_by
    return CertificationRules(
        code=known.code,
        name=known.name,
        title=known.full_title,
        level=known.level,
        category=known.category,
        tracks=list(known.tracks),
        number_series=known.number_series,
        awarded_from=known.awarded_from,
        retired_on=known.retired_on,
        succeeded_by=None if successor is None else successor.certification,
        succeeded_on=None if successor is None else successor.on,
        former_names=_former(known.former_names),
        validity=_period(known.validity_under(policy)),
        aligned_to=None if aligned is None else str(aligned),
        grace=_grace(known.grace_under(policy)),
        requires=_rule(reader, known.requires_under(policy)),
        renewal=_options(reader, policy),
        source=known.source,
    )


def _options(reader: Reader, policy: Policy) -> list[OptionView]:
    terms = reader.certification.renewal_under(policy)
    views: list[OptionView] = []
    for option in () if terms is None else terms.options:
        rule = _rule(reader, option.requires)
        views.append(
            OptionView(
                text=option.text or rule.text,
                anchor=option.anchor or policy.renewal_anchor,
                period=None if option.period is None else str(option.period),
                opens=None if option.opens is None else str(option.opens),
                not_twice_running=option.not_twice_running,
                source=option.source or rule.source,
                requires=rule,
            )
        )
    return views


def _rule(reader: Reader, requirement: Requirement) -> RuleNode:
    return _tree(reader.programme, reader.node(requirement), requirement)


def _tree(one: Programme, node: Node, requirement: Requirement) -> RuleNode:
    """The compiled node has the words, what the file says has the source: both, side by side."""
    below: tuple[Node, ...] = ()
    if isinstance(node, Parts):
        below = node.parts
    elif isinstance(node, Passes) and node.given is not None:
        below = (node.given,)
    exams: frozenset[str] = node.exams if isinstance(node, Passes) else frozenset()
    need = node.need if isinstance(node, Parts | Passes | Courses) else None
    return RuleNode(
        kind=(kind_of(requirement) or "").strip("<>"),
        text=node.text,
        need=need,
        exams=[code for code in one.exams if code in exams],
        source=requirement.source,
        children=[
            _tree(one, inner, part)
            for inner, (_, part) in zip(below, parts_of(requirement), strict=True)
        ],
    )


def _exam(one: Programme, exam: Exam) -> ExamView:
    return ExamView(
        code=exam.code,
        name=exam.name,
        exam_class=exam.exam_class,
        class_name=one.exam_classes[exam.exam_class].name,
        tracks=list(exam.tracks),
        aliases=list(exam.aliases),
        pass_validity=_period(exam.pass_validity),
        earned_from=exam.earned_from,
        retired=exam.retired,
        retired_on=exam.retired_on,
        replaced_by=exam.replaced_by,
        former_names=_former(exam.former_names),
        retakes=[
            RetakeView(
                text=sentences.retake(retake),
                effective_from=retake.effective_from,
                effective_until=retake.effective_until,
                source=retake.source,
            )
            for retake in one.retakes
            if retake.fits(exam.code, exam.exam_class)
        ],
        source=exam.source,
    )


def _remarks(one: Programme) -> dict[str, list[RemarkView]]:
    """What else the rules name, each in a sentence."""
    return {
        "number_series": [
            RemarkView(id=s.id, name=s.name, text=f"From {s.first} on.", source=s.source)
            for s in one.number_series.values()
        ],
        "agreements": [
            RemarkView(
                id=a.id,
                name=a.name,
                text=sentences.listed(f"{v.version} from {v.effective_from}" for v in a.versions),
                source=a.source,
            )
            for a in one.agreements.values()
        ],
        "fees": [
            RemarkView(id=f.id, name=f.name, text=sentences.price(f), source=f.source)
            for f in one.fees.values()
        ],
        "approvals": [
            RemarkView(id=a.id, name=a.name, text="Decided by staff.", source=a.source)
            for a in one.approvals.values()
        ],
        "achievements": [
            RemarkView(id=a.id, name=a.name, text=sentences.achievement(a, one), source=a.source)
            for a in one.achievements.values()
        ],
        "emeritus": [
            RemarkView(
                id=f"emeritus-{at}",
                name="Emeritus",
                text=sentences.emeritus(rule, one),
                source=rule.source,
            )
            for at, rule in enumerate(one.emeritus, start=1)
        ],
        "courses": [
            RemarkView(
                id=c.code, name=c.name, text=f"Level {one.levels[c.level].name}.", source=c.source
            )
            for c in one.education.courses.values()
        ],
    }


def _former(names: tuple[FormerName, ...]) -> list[FormerNameView]:
    return [FormerNameView(name=name.name, until=name.until) for name in names]


def _period(validity: Period | None) -> str | None:
    return None if validity is None else str(validity)


def _grace(grace: Grace | None) -> GraceView | None:
    if grace is None:
        return None
    return GraceView(lasts=str(grace.lasts), status=grace.status, allows=grace.allows)
