"""The rule engine: what a set of facts earned, and why; pure, total and deterministic.

    facts = {ExamPass("219142598", "200-301", date(2021, 4, 1)), AssignedNumber("ccie", 1024)}
    state = evaluate(programme, facts, as_of)           # cheap: for every result
    state["CCNA"].status, .started_on, .active_on, .expires_on, .number, .cycles
    state.standings                                     # only what was ever earned
    state.numbers_needed                                # series in which a number must be given
    detail(programme, facts, as_of, "CCNA")             # on demand: progress, explanations, history
    details(programme, facts, as_of, codes)             # several, evaluating once
    Explained(programme, facts, as_of)                  # all of it: credits, achievements, ways
    reason(programme, cycle)                            # one sentence for an event or a mail
    retakes.eligibility(programme, facts, as_of, exams) # when each exam may be taken again
    what_if.compare(programme, facts, imagined, as_of)  # what imagined facts would change

Facts are a set: order and repetition never matter, and facts after `as_of` are not looked at.
"""

from services.certifications.domain.detail import Detail, Explained, detail, details
from services.certifications.domain.evaluation import evaluate
from services.certifications.domain.explanation import Explanation, Reference
from services.certifications.domain.facts import AssignedNumber, ExamPass, Fact, Held
from services.certifications.domain.history import HistoryLine
from services.certifications.domain.options import WayToRenew
from services.certifications.domain.progress import Evidence, Progress
from services.certifications.domain.reasons import reason
from services.certifications.domain.state import Cycle, CycleKind, Standing, State, Status

__all__ = [
    "AssignedNumber",
    "Cycle",
    "CycleKind",
    "Detail",
    "Evidence",
    "ExamPass",
    "Explained",
    "Explanation",
    "Fact",
    "Held",
    "HistoryLine",
    "Progress",
    "Reference",
    "Standing",
    "State",
    "Status",
    "WayToRenew",
    "detail",
    "details",
    "evaluate",
    "reason",
]
