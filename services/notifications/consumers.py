"""What notifications hears."""

from services.notifications.handlers import keep_contacts, tell
from services.notifications.handlers.telling import TELLING
from shared.consuming import Subscriptions
from shared.events import CandidateRegistered, CandidateUpdated

SUBSCRIPTIONS: Subscriptions = (
    (CandidateRegistered, keep_contacts),
    (CandidateUpdated, keep_contacts),
    *((event, tell) for event in TELLING),
)
