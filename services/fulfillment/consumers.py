"""What fulfillment hears."""

from services.fulfillment.handlers import entitle
from shared.consuming import Subscriptions
from shared.events import CertificationEarned

SUBSCRIPTIONS: Subscriptions = ((CertificationEarned, entitle),)
