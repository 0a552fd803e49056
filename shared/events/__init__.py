"""The published language: one module per producing service."""

from shared.events.certifications import (
    AchievementReached,
    CertificationEarned,
    CertificationExpired,
    CertificationExpiring,
    CertificationGraceStarted,
    CertificationReinstated,
    CertificationRenewed,
    CertificationReplaced,
    CertificationRevoked,
    CertificationStanding,
    CertificationSuspended,
    StaffActionRecorded,
    StaffActionUndone,
)
from shared.events.event import Event, event_class, event_types, producer_of
from shared.events.exams import ExamFailed, ExamPassed, ExamRegistered
from shared.events.identity import (
    CandidateRegistered,
    CandidateUpdated,
    Contact,
    SignInLinkRequested,
    TestingId,
)
from shared.events.notifications import EmailFailed, EmailSent, EmailSuppressed
from shared.events.transcripts import TranscriptShared, TranscriptViewed

__all__ = [
    "AchievementReached",
    "CandidateRegistered",
    "CandidateUpdated",
    "CertificationEarned",
    "CertificationExpired",
    "CertificationExpiring",
    "CertificationGraceStarted",
    "CertificationReinstated",
    "CertificationRenewed",
    "CertificationReplaced",
    "CertificationRevoked",
    "CertificationStanding",
    "CertificationSuspended",
    "Contact",
    "EmailFailed",
    "EmailSent",
    "EmailSuppressed",
    "Event",
    "ExamFailed",
    "ExamPassed",
    "ExamRegistered",
    "SignInLinkRequested",
    "StaffActionRecorded",
    "StaffActionUndone",
    "TestingId",
    "TranscriptShared",
    "TranscriptViewed",
    "event_class",
    "event_types",
    "producer_of",
]
