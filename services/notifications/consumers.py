"""What notifications hears."""

from services.notifications.handlers import keep_contacts, tell
from shared.consuming import Subscriptions
from shared.events import (
    AchievementReached,
    CandidateRegistered,
    CandidateUpdated,
    CertificationEarned,
    CertificationExpired,
    CertificationExpiring,
    CertificationGraceStarted,
    CertificationReinstated,
    CertificationRenewed,
    CertificationReplaced,
    CertificationRevoked,
    CertificationSuspended,
    ExamFailed,
    ExamPassed,
    SignInLinkRequested,
)

SUBSCRIPTIONS: Subscriptions = (
    (CandidateRegistered, keep_contacts),
    (CandidateUpdated, keep_contacts),
    (SignInLinkRequested, tell),
    (CertificationEarned, tell),
    (CertificationRenewed, tell),
    (CertificationExpiring, tell),
    (CertificationGraceStarted, tell),
    (CertificationExpired, tell),
    (CertificationSuspended, tell),
    (CertificationRevoked, tell),
    (CertificationReinstated, tell),
    (CertificationReplaced, tell),
    (AchievementReached, tell),
    (ExamPassed, tell),
    (ExamFailed, tell),
)
