"""Runs over all candidates, as they are shown."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from services.certifications import spreadsheet
from services.certifications.run_models import DryRun
from services.certifications.schemas.runs import (
    CertificationCounts,
    Counts,
    DryRunView,
    LineView,
    RunState,
)
from shared.programmes import Programme

_STATE: TypeAdapter[RunState] = TypeAdapter(RunState)
COLUMNS = (
    "candidate_id",
    "certification",
    "change",
    "before_status",
    "before_active_on",
    "before_expires_on",
    "after_status",
    "after_active_on",
    "after_expires_on",
    "sentence",
)


def dry_run(run: DryRun, programme: Programme) -> DryRunView:
    """Return a dry run with its counts."""
    tally = {code: Counts(**numbers) for code, numbers in run.certifications.items()}
    return DryRunView(
        id=run.id,
        programme=run.programme,
        state=_STATE.validate_python(run.state),
        problem=run.problem,
        requested_by=run.requested_by,
        requested_by_name=run.requested_by_name,
        as_of=run.as_of,
        changed_files=run.changed_files,
        before=run.before,
        after=run.after,
        done=run.done,
        total=run.total,
        people=run.people,
        skipped=run.skipped,
        counts=Counts(
            gained=sum(one.gained for one in tally.values()),
            lost=sum(one.lost for one in tally.values()),
            dates=sum(one.dates for one in tally.values()),
        ),
        certifications=[
            CertificationCounts(
                certification=code, name=_name(programme, code), **counts.model_dump()
            )
            for code, counts in tally.items()
        ],
        created_at=run.created_at,
        finished_at=run.finished_at,
    )


def _name(programme: Programme, code: str) -> str:
    # A certification that only the changed files have is known by its code.
    known = programme.certifications.get(code)
    return code if known is None else known.name


def line(row: Any, programme: Programme) -> LineView:
    """Return one line of a dry run, with the programme's words."""
    return LineView(
        **{column: getattr(row, column) for column in COLUMNS},
        before_status_text=str(getattr(programme.statuses, row.before_status)),
        after_status_text=str(getattr(programme.statuses, row.after_status)),
    )


def csv_lines(rows: Iterable[Any]) -> str:
    """Return lines of a dry run as CSV."""
    return "".join(spreadsheet.line(getattr(row, column) for column in COLUMNS) for row in rows)
