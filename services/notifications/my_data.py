"""How notifications gives out and erases what it holds about a person."""

from services.notifications.personal_data import REGISTER
from shared.events import NotificationsCopyWritten, NotificationsErasureFinished
from shared.my_data.keeping import MyData

MY_DATA = MyData(REGISTER, NotificationsCopyWritten, NotificationsErasureFinished)
