"""What notifications does: hear of causes, and bring their e-mails on the way."""

from services.notifications.handlers.causes import tell
from services.notifications.handlers.contacts import join_contacts, keep_contacts
from services.notifications.handlers.data_tidings import forget_last_words
from services.notifications.handlers.delivery import Fate, give_back, take, write_down
from services.notifications.handlers.notes import Notes
from services.notifications.handlers.waiting import give_up, release

__all__ = [
    "Fate",
    "Notes",
    "forget_last_words",
    "give_back",
    "give_up",
    "join_contacts",
    "keep_contacts",
    "release",
    "take",
    "tell",
    "write_down",
]
