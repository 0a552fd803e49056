"""The published language: one module per producing service."""

from shared.events.certifications import (
    CertificationEarned,
    CertificationExpired,
    CertificationRenewed,
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
    "CandidateRegistered",
    "CandidateUpdated",
    "CertificationEarned",
    "CertificationExpired",
    "CertificationRenewed",
    "Contact",
    "EmailFailed",
    "EmailSent",
    "EmailSuppressed",
    "Event",
    "ExamFailed",
    "ExamPassed",
    "ExamRegistered",
    "SignInLinkRequested",
    "TestingId",
    "TranscriptShared",
    "TranscriptViewed",
    "event_class",
    "event_types",
    "producer_of",
]
