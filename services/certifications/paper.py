"""What a certificate says, without what draws it: that is large, and loaded when first needed."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Colours:
    """A programme's branding as it concerns paper: #rrggbb each."""

    accent: str
    accent_ink: str
    ink: str


@dataclass(frozen=True)
class CertificateDetails:
    """Everything that a certificate says.

    short_name: what the seal says; timezone: where the days begin and end; revision: of what is
    recorded and of the name, so that two prints can be told apart.
    """

    programme: str
    issuer: str
    colours: Colours
    holder: str
    certification: str
    short_name: str
    level: str
    earned_on: date
    valid_through: date | None
    timezone: str
    verification_code: str
    verification_url: str
    revision: str
    number: str | None = None
    number_label: str = "Number"
    language: str = "en"
