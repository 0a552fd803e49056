"""What notifications does: hear of causes, and bring their e-mails on the way."""

from services.notifications.handlers.causes import (
    congratulate,
    mail_links,
    tell_renewals,
    tell_results,
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
    "take",
    "tell_renewals",
    "tell_results",
    "write_down",
]
