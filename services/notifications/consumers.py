"""What notifications hears."""

from services.notifications.handlers import join_contacts, keep_contacts, tell
from services.notifications.handlers.telling import TELLING
from services.notifications.my_data import MY_DATA
from shared.consuming import Subscriptions
from shared.events import (
    CandidateRegistered,
    CandidatesMerged,
    CandidatesSeparated,
    CandidateUpdated,
)

SUBSCRIPTIONS: Subscriptions = (
    (CandidateRegistered, keep_contacts),
    (CandidateUpdated, keep_contacts),
    (CandidatesMerged, join_contacts),
    (CandidatesSeparated, join_contacts),
    *((event, tell) for event in TELLING),
    *MY_DATA.subscriptions,
)
