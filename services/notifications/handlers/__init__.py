"""What notifications does: hear of causes, and bring their e-mails on the way."""

from services.notifications.handlers.causes import (
    congratulate,
    mail_links,
    remind,
    tell_achievements,
    tell_expiries,
    tell_graces,
    tell_renewals,
    tell_results,
    tell_standings,
)
from services.notifications.handlers.contacts import keep_contacts, release_all
from services.notifications.handlers.delivery import Fate, give_back, take, write_down

__all__ = [
    "Fate",
    "congratulate",
    "give_back",
    "keep_contacts",
    "mail_links",
    "release_all",
    "remind",
    "take",
    "tell_achievements",
    "tell_expiries",
    "tell_graces",
    "tell_renewals",
    "tell_results",
    "tell_standings",
    "write_down",
]
