"""What goes over identity's HTTP edge, a module for each noun."""

from services.identity.schemas.candidates import CandidateOut, TestingIdOut
from services.identity.schemas.fields import NO_NULL, Email, Login, Password, ProgrammeId, Secret
from services.identity.schemas.links import (
    LinkOpened,
    LinkToken,
    LinkWanted,
    PasswordByLink,
    PasswordSet,
    Said,
)
from services.identity.schemas.programmes import BrandingOut, ProgrammeOut
from services.identity.schemas.second_step import (
    Confirmation,
    Confirmed,
    PasskeyAsked,
    PasskeyShown,
    PasskeyWanted,
    SecondStep,
    StaffPasskeyShown,
    WaysToConfirm,
)
from services.identity.schemas.sessions import (
    MachineToken,
    PrincipalOut,
    RefreshTokenIn,
    SessionOut,
    SignIn,
    StaffSignIn,
)

__all__ = [
    "NO_NULL",
    "BrandingOut",
    "CandidateOut",
    "Confirmation",
    "Confirmed",
    "Email",
    "LinkOpened",
    "LinkToken",
    "LinkWanted",
    "Login",
    "MachineToken",
    "PasskeyAsked",
    "PasskeyShown",
    "PasskeyWanted",
    "Password",
    "PasswordByLink",
    "PasswordSet",
    "PrincipalOut",
    "ProgrammeId",
    "ProgrammeOut",
    "RefreshTokenIn",
    "Said",
    "SecondStep",
    "Secret",
    "SessionOut",
    "SignIn",
    "StaffPasskeyShown",
    "StaffSignIn",
    "TestingIdOut",
    "WaysToConfirm",
]
