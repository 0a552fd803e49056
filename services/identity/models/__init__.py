"""The tables of identity, a module for each noun."""

from services.identity.models.addresses import (
    AddressProof,
    DuplicateAddress,
    EmailAddress,
    RegistrationNumber,
    ScoreReportRequest,
)
from services.identity.models.audit import AuditEntry
from services.identity.models.candidates import Candidate, IdSeries, TestingIdentity
from services.identity.models.cases import Case, CaseEntry, CaseFile
from services.identity.models.clients import ApiClient, ApiClientSecret
from services.identity.models.credentials import (
    KEEP_USED_LINKS,
    Credential,
    LinkRequest,
    SignInLink,
)
from services.identity.models.factors import Challenge, CodeApp, Passkey, RecoveryCode
from services.identity.models.federation import (
    KEEP_FLOWS,
    ExternalIdentity,
    FederatedFlow,
    PendingIdentity,
)
from services.identity.models.help import ArticleVote
from services.identity.models.imports import (
    KEEP_ACCOUNT_IMPORTS,
    AccountImport,
    AccountImportRow,
)
from services.identity.models.merges import Merge
from services.identity.models.my_data import DataAnswer, DataRequest
from services.identity.models.names import NameChange
from services.identity.models.profile import (
    Answer,
    AttributeValue,
    Confirmation,
    PostalAddress,
)
from services.identity.models.sessions import (
    KEEP_ENDED_SESSIONS,
    KnownAddress,
    RefreshToken,
    Session,
    Throttle,
)
from services.identity.models.signing_keys import SigningKey
from services.identity.models.staff import StaffLink, StaffLinkRequest, StaffMember, StaffRole
from services.identity.models.tables import Base

__all__ = [
    "KEEP_ACCOUNT_IMPORTS",
    "KEEP_ENDED_SESSIONS",
    "KEEP_FLOWS",
    "KEEP_USED_LINKS",
    "AccountImport",
    "AccountImportRow",
    "AddressProof",
    "Answer",
    "ApiClient",
    "ApiClientSecret",
    "ArticleVote",
    "AttributeValue",
    "AuditEntry",
    "Base",
    "Candidate",
    "Case",
    "CaseEntry",
    "CaseFile",
    "Challenge",
    "CodeApp",
    "Confirmation",
    "Credential",
    "DataAnswer",
    "DataRequest",
    "DuplicateAddress",
    "EmailAddress",
    "ExternalIdentity",
    "FederatedFlow",
    "IdSeries",
    "KnownAddress",
    "LinkRequest",
    "Merge",
    "NameChange",
    "Passkey",
    "PendingIdentity",
    "PostalAddress",
    "RecoveryCode",
    "RefreshToken",
    "RegistrationNumber",
    "ScoreReportRequest",
    "Session",
    "SignInLink",
    "SigningKey",
    "StaffLink",
    "StaffLinkRequest",
    "StaffMember",
    "StaffRole",
    "TestingIdentity",
    "Throttle",
]
