"""What candidates plan with: next eligible days, and what imagined passes and credits change."""

from collections.abc import Mapping
from datetime import date

from services.certifications.domain import Explained, Standing, evaluate
from services.certifications.domain.labels import status_text
from services.certifications.domain.retakes import attempts_by_exam, eligibility
from services.certifications.domain.rules import compiled
from services.certifications.domain.what_if import WhatIf
from services.certifications.schemas.planning import (
    ChangeView,
    CreditLineView,
    CreditTableView,
    Eligibilities,
    EligibilityView,
    StandingView,
    Warned,
    WhatIfView,
)
from services.certifications.views.seen import Seen
from shared.programmes import Exam, Named, Programme


def credit_table(seen: Seen) -> CreditTableView:
    """Return every credit with what has become of it, and the totals."""
    programme = seen.programme
    table = Explained(programme, seen.facts, seen.as_of).credits()
    return CreditTableView(
        as_of=seen.as_of,
        lines=[
            CreditLineView(
                id=line.id,
                title=line.title,
                provider=line.provider,
                category=line.category,
                category_name=_named(programme.education.categories, line.category),
                activity=line.activity,
                activity_name=_named(programme.education.activities, line.activity),
                points=line.points,
                active_on=line.active_on,
                inactive_on=line.inactive_on,
                status=line.status,
                why=line.why,
            )
            for line in table.lines
        ],
        totals={str(status): points for status, points in table.totals.items()},
    )


def _named(there: Mapping[str, Named], key: str | None) -> str | None:
    found = there.get(key or "")
    return None if found is None else found.name


def eligibilities(seen: Seen) -> Eligibilities:
    """Return the next eligible days: what was attempted last first, then what renews."""
    programme, day = seen.programme, seen.as_of
    attempts = attempts_by_exam(programme, seen.facts, day)
    attempted = sorted(attempts, key=lambda exam: attempts[exam][-1].day, reverse=True)
    renewing = _renewing(seen)
    others = [exam for exam in renewing if exam not in attempts]
    return Eligibilities(
        as_of=day,
        items=[
            EligibilityView(
                exam=one.exam,
                name=programme.exams[one.exam].name,
                eligible_on=one.eligible_on,
                attempts=one.attempts,
                attempt_number=one.attempt_number,
                last_attempt_on=one.last_attempt_on,
                reason=one.reason,
                rule=one.rule,
                renews=renewing.get(one.exam, []),
                warns=[
                    Warned(certification=code, name=programme.certifications[code].name, text=text)
                    for code, text in zip(one.warns, one.warnings, strict=True)
                ],
            )
            for one in eligibility(programme, seen.facts, day, [*attempted, *others])
        ],
    )


def _renewing(seen: Seen) -> Mapping[str, list[str]]:
    """The exams on offer that can renew something held, and what, in the order of the file."""
    programme, day = seen.programme, seen.as_of
    policy = compiled(programme).on(day)
    if policy is None:
        return {}
    state = evaluate(programme, seen.facts, day)
    held = [code for code in programme.certifications if state[code].status == "active"]
    found: dict[str, list[str]] = {}
    for exam in programme.exams.values():
        renewed = policy.renewed_by.get(("exam", exam.code), ())
        codes = [code for code in held if code in renewed]
        if codes and _offered(exam, day):
            found[exam.code] = codes
    return found


def _offered(exam: Exam, day: date) -> bool:
    return exam.retired_on is None or day <= exam.retired_on


def differences(programme: Programme, found: WhatIf, as_of: date) -> WhatIfView:
    """Return what imagined facts would change."""
    return WhatIfView(
        as_of=as_of,
        on=found.on,
        changes=[
            ChangeView(
                certification=change.certification,
                name=programme.certifications[change.certification].name,
                before=_standing(programme, change.before),
                after=_standing(programme, change.after),
                months_lost=change.months_lost,
                days_lost=change.days_lost,
                best_day=change.best_day,
                sentences=list(change.sentences),
            )
            for change in found.changes
        ],
        warnings=list(found.warnings),
        sentences=list(found.sentences),
    )


def _standing(programme: Programme, standing: Standing) -> StandingView:
    return StandingView(
        status=standing.status,
        status_text=status_text(programme, standing),
        started_on=standing.started_on,
        active_on=standing.active_on,
        expires_on=standing.expires_on,
    )
