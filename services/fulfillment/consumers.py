"""What fulfillment hears."""

from services.fulfillment.handlers import entitle
from shared.consuming import Subscriptions
from shared.events import CertificationEarned, CertificationReinstated, CertificationRevoked

SUBSCRIPTIONS: Subscriptions = (
    (CertificationEarned, entitle),
    (CertificationReinstated, entitle),
    (CertificationRevoked, entitle),
)
