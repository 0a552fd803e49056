"""What certifications hears."""

from services.certifications.handlers import keep_candidates, take_passes
from shared.consuming import Subscriptions
from shared.events import CandidateRegistered, CandidateUpdated, ExamPassed

SUBSCRIPTIONS: Subscriptions = (
    (CandidateRegistered, keep_candidates),
    (CandidateUpdated, keep_candidates),
    (ExamPassed, take_passes),
)
