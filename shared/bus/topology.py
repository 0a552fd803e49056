"""Who hears what: one table, so that any process can declare every queue before it publishes.

An event published before its consumer's queue exists is confirmed and gone; therefore the
queues do not wait for their consumers. A test compares this table with each service's own.
"""

from shared.events import (
    AchievementReached,
    AgreementAccepted,
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
    CourseCompletionApproved,
    CourseCompletionRejected,
    CourseCompletionReturned,
    CourseCompletionSubmitted,
    CreditsGranted,
    CreditsRevoked,
    Event,
    ExamFailed,
    ExamPassed,
    ExamRegistered,
    ResultChanged,
    ResultFlagged,
    ResultHeld,
    ResultReinstated,
    ResultReleased,
    ResultRevoked,
    SignInLinkRequested,
)

SUBSCRIPTIONS: dict[str, tuple[type[Event], ...]] = {
    "identity": (ExamRegistered,),
    "exams": (CandidateRegistered, CandidateUpdated),
    "certifications": (
        CandidateRegistered,
        CandidateUpdated,
        AgreementAccepted,
        CourseCompletionApproved,
        CourseCompletionRejected,
        CourseCompletionReturned,
        CourseCompletionSubmitted,
        CreditsGranted,
        CreditsRevoked,
        ExamFailed,
        ExamPassed,
        ResultChanged,
        ResultHeld,
        ResultReinstated,
        ResultReleased,
        ResultRevoked,
    ),
    "fulfillment": (CertificationEarned, CertificationReinstated, CertificationRevoked),
    "transcripts": (
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
    ),
    "notifications": (
        CandidateRegistered,
        CandidateUpdated,
        AchievementReached,
        CertificationEarned,
        CertificationExpired,
        CertificationExpiring,
        CertificationGraceStarted,
        CertificationReinstated,
        CertificationRenewed,
        CertificationReplaced,
        CertificationRevoked,
        CertificationSuspended,
        CourseCompletionApproved,
        CourseCompletionRejected,
        CourseCompletionReturned,
        ExamFailed,
        ExamPassed,
        ResultChanged,
        ResultFlagged,
        ResultHeld,
        ResultReinstated,
        ResultReleased,
        ResultRevoked,
        SignInLinkRequested,
    ),
}


def subscribers() -> dict[str, frozenset[str]]:
    """Return each consumer's event types."""
    return {
        consumer: frozenset(event.type for event in events)
        for consumer, events in SUBSCRIPTIONS.items()
    }
