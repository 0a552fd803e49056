"""The tables of exams: what vendors and candidates said, whom it concerns, and how it came."""

from services.exams.models.agreements import Acceptance
from services.exams.models.bookings import Authorization, CandidateExport
from services.exams.models.calls import Call, IdempotencyKey
from services.exams.models.candidates import Candidate, TestingId
from services.exams.models.changes import Change
from services.exams.models.completions import Completion, CompletionNote
from services.exams.models.credits import Credit
from services.exams.models.imports import Import, ImportChunk, RejectedRow
from services.exams.models.results import NATURAL_KEY, Flag, Registration, Result
from services.exams.models.tables import Base

__all__ = [
    "NATURAL_KEY",
    "Acceptance",
    "Authorization",
    "Base",
    "Call",
    "Candidate",
    "CandidateExport",
    "Change",
    "Completion",
    "CompletionNote",
    "Credit",
    "Flag",
    "IdempotencyKey",
    "Import",
    "ImportChunk",
    "Registration",
    "RejectedRow",
    "Result",
    "TestingId",
]
