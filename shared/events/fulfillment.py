"""What fulfillment publishes."""

from typing import ClassVar

from shared.events.my_data import CopyWritten, ErasureFinished


class FulfillmentCopyWritten(CopyWritten):
    """The part of fulfillment in a copy of somebody's data is written."""

    type: ClassVar[str] = "fulfillment.data_copy.written.v1"


class FulfillmentErasureFinished(ErasureFinished):
    """In fulfillment nothing is held about somebody any more."""

    type: ClassVar[str] = "fulfillment.erasure.finished.v1"
