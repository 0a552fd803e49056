"""What certifications hears."""

from services.certifications.handlers import keep_candidates, take_results
from shared.consuming import Subscriptions
from shared.events import CandidateRegistered, CandidateUpdated, ExamFailed, ExamPassed

SUBSCRIPTIONS: Subscriptions = (
    (CandidateRegistered, keep_candidates),
    (CandidateUpdated, keep_candidates),
    (ExamPassed, take_results),
    (ExamFailed, take_results),
)
