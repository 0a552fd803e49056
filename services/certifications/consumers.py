"""What certifications hears."""

from services.certifications.event_facts import FACT_OF
from services.certifications.handlers import keep_candidates, take_facts
from shared.consuming import Subscriptions
from shared.events import CandidateRegistered, CandidateUpdated

SUBSCRIPTIONS: Subscriptions = (
    (CandidateRegistered, keep_candidates),
    (CandidateUpdated, keep_candidates),
    *((event, take_facts) for event in FACT_OF),
)
