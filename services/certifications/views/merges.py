"""A merge before it is done: both candidates evaluated apart and together."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from services.certifications.domain import AssignedNumber, Fact, Standing, State
from services.certifications.domain.labels import status_text
from services.certifications.present import present
from services.certifications.schemas.merges import (
    Change,
    MergedCertification,
    MergedFacts,
    MergedNumber,
    MergePreview,
    StandingBrief,
)
from services.certifications.views.seen import date_rule
from shared.programmes import Programme

Known = Sequence[tuple[date, Fact]]
_NEVER = date.max


class Both(NamedTuple):
    """Two candidates with their facts, and all of these together."""

    survivor: str
    merged_away: str
    theirs: Known
    others: Known
    together: Known


def preview(programme: Programme, both: Both, today: date) -> MergePreview:
    """Return what it would come to if two candidates were one person from today on."""
    before, other, after = (
        present(programme, known, today).state
        for known in (both.theirs, both.others, both.together)
    )
    apart = {one.id for state in (before, other) for one in state.achievements}
    return MergePreview(
        programme=programme.id,
        survivor=both.survivor,
        merged_away=both.merged_away,
        as_of=today,
        date_rule=date_rule(programme),
        one_person_already=both.survivor == both.merged_away,
        certifications=[
            line
            for code in programme.certifications
            if (line := _line(programme, code, before, other, after)) is not None
        ],
        numbers=_numbers(programme, both),
        achievements=[
            programme.achievements[one.id].name for one in after.achievements if one.id not in apart
        ],
        facts=MergedFacts(survivor=len(both.theirs), merged_away=len(both.others)),
    )


def _line(
    programme: Programme, code: str, before: State, other: State, after: State
) -> MergedCertification | None:
    sides = [state[code] if state[code].cycles else None for state in (before, other, after)]
    if not any(sides):
        return None
    mine, theirs, joined = sides
    one = programme.certifications[code]
    return MergedCertification(
        certification=code,
        name=one.name,
        level_name=programme.levels[one.level].name,
        change=_change(mine, theirs, joined),
        survivor=_brief(programme, mine),
        merged_away=_brief(programme, theirs),
        after=_brief(programme, joined),
    )


def _change(mine: Standing | None, theirs: Standing | None, after: Standing | None) -> Change:
    if after is None:
        return "lost"
    if mine is None and theirs is None:
        return "earned"
    as_mine, as_theirs = _same(mine, after), _same(theirs, after)
    if mine is not None and theirs is not None and (as_mine or as_theirs):
        return "together"
    if as_mine:
        return "kept"
    if as_theirs:
        return "moved"
    lasts = max(_end(one) for one in (mine, theirs) if one is not None)
    return "renewed" if after.holding and _end(after) > lasts else "changed"


def _same(one: Standing | None, after: Standing) -> bool:
    return one is not None and (one.status, one.expires_on) == (after.status, after.expires_on)


def _end(standing: Standing) -> date:
    return standing.expires_on or _NEVER


def _brief(programme: Programme, standing: Standing | None) -> StandingBrief | None:
    if standing is None:
        return None
    return StandingBrief(
        status=standing.status,
        status_text=status_text(programme, standing),
        active_on=standing.active_on,
        expires_on=standing.expires_on,
        number=standing.number,
    )


def _numbers(programme: Programme, both: Both) -> list[MergedNumber]:
    mine, theirs = _numbers_in(both.theirs), _numbers_in(both.others)
    return [
        MergedNumber(
            series=series,
            name=found.name,
            survivor=_text(mine.get(series)),
            merged_away=_text(theirs.get(series)),
            after=str(min(one[series] for one in (mine, theirs) if series in one)),
        )
        for series, found in programme.number_series.items()
        if series in mine or series in theirs
    ]


def _numbers_in(known: Known) -> dict[str, int]:
    found: dict[str, int] = {}
    for _, fact in known:
        if isinstance(fact, AssignedNumber):
            found[fact.series] = min(found.get(fact.series, fact.number), fact.number)
    return found


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
