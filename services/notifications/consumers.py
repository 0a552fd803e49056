"""What notifications hears."""

from services.notifications.handlers import (
    congratulate,
    keep_contacts,
    mail_links,
    tell_renewals,
    tell_results,
)
from shared.consuming import Subscriptions
from shared.events import (
    CandidateRegistered,
    CandidateUpdated,
    CertificationEarned,
    CertificationRenewed,
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
    (ExamPassed, tell_results),
    (ExamFailed, tell_results),
)
