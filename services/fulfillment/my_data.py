"""How fulfillment gives out and erases what it holds about a person."""

from services.fulfillment.personal_data import REGISTER
from shared.events import FulfillmentCopyWritten, FulfillmentErasureFinished
from shared.my_data.keeping import MyData

MY_DATA = MyData(REGISTER, FulfillmentCopyWritten, FulfillmentErasureFinished)
