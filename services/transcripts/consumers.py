"""What transcripts hears."""

from services.transcripts.handlers import keep_holders, keep_holdings, keep_lapses
from shared.consuming import Subscriptions
from shared.events import (
    CandidateRegistered,
    CandidateUpdated,
    CertificationEarned,
    CertificationExpired,
    CertificationGraceStarted,
    CertificationReinstated,
    CertificationRenewed,
    CertificationReplaced,
    CertificationRevoked,
    CertificationSuspended,
)

SUBSCRIPTIONS: Subscriptions = (
    (CandidateRegistered, keep_holders),
    (CandidateUpdated, keep_holders),
    (CertificationEarned, keep_holdings),
    (CertificationRenewed, keep_holdings),
    (CertificationGraceStarted, keep_holdings),
    (CertificationSuspended, keep_holdings),
    (CertificationRevoked, keep_holdings),
    (CertificationReinstated, keep_holdings),
    (CertificationReplaced, keep_holdings),
    (CertificationExpired, keep_lapses),
)
