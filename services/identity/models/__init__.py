"""The tables of identity, a module for each noun."""

from services.identity.models.candidates import Candidate, IdSeries, TestingIdentity
from services.identity.models.clients import ApiClient, ApiClientSecret
from services.identity.models.credentials import (
    KEEP_USED_LINKS,
    Credential,
    LinkRequest,
    SignInLink,
)
from services.identity.models.sessions import (
    KEEP_ENDED_SESSIONS,
    KnownAddress,
    RefreshToken,
    Session,
    Throttle,
)
from services.identity.models.signing_keys import SigningKey
from services.identity.models.staff import StaffMember
from services.identity.models.tables import Base

__all__ = [
    "KEEP_ENDED_SESSIONS",
    "KEEP_USED_LINKS",
    "ApiClient",
    "ApiClientSecret",
    "Base",
    "Candidate",
    "Credential",
    "IdSeries",
    "KnownAddress",
    "LinkRequest",
    "RefreshToken",
    "Session",
    "SignInLink",
    "SigningKey",
    "StaffMember",
    "TestingIdentity",
    "Throttle",
]
