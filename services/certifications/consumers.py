"""What certifications hears."""

from services.certifications.event_facts import FACT_OF
from services.certifications.handlers import keep_candidates, regroup, take_facts
from services.certifications.my_data import MY_DATA
from shared.consuming import Subscriptions
from shared.events import (
    CandidateRegistered,
    CandidatesMerged,
    CandidatesSeparated,
    CandidateUpdated,
)

SUBSCRIPTIONS: Subscriptions = (
    (CandidateRegistered, keep_candidates),
    (CandidateUpdated, keep_candidates),
    (CandidatesMerged, regroup),
    (CandidatesSeparated, regroup),
    *((event, take_facts) for event in FACT_OF),
    *MY_DATA.subscriptions,
)
