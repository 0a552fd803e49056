"""What notifications hears."""

from services.notifications.handlers import (
    congratulate,
    keep_contacts,
    mail_links,
    remind,
    tell_achievements,
    tell_expiries,
    tell_graces,
    tell_renewals,
    tell_results,
    tell_standings,
)
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
    (SignInLinkRequested, mail_links),
    (CertificationEarned, congratulate),
    (CertificationRenewed, tell_renewals),
    (CertificationExpiring, remind),
    (CertificationGraceStarted, tell_graces),
    (CertificationExpired, tell_expiries),
    (CertificationSuspended, tell_standings),
    (CertificationRevoked, tell_standings),
    (CertificationReinstated, tell_standings),
    (CertificationReplaced, tell_standings),
    (AchievementReached, tell_achievements),
    (ExamPassed, tell_results),
    (ExamFailed, tell_results),
)
