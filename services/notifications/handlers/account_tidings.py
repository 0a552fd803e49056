"""Tidings of accounts: what identity's events have to tell, and to whom."""

from collections.abc import Mapping

from services.notifications.handlers.tidings import Telling
from shared.events import Event

TELLING: Mapping[type[Event], Telling] = {}
