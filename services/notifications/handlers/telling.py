"""What each event has to tell: all tidings in one table."""

from collections.abc import Mapping

from services.notifications.handlers import account_tidings, case_tidings, data_tidings, tidings
from services.notifications.handlers.tidings import Telling
from shared.events import Event

TELLING: Mapping[type[Event], Telling] = {
    **tidings.TELLING,
    **account_tidings.TELLING,
    **case_tidings.TELLING,
    **data_tidings.TELLING,
}
