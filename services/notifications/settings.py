"""Settings of notifications: where mail goes, how fast, and what is too old to be news."""

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from shared.errors import StartRefused
from shared.storage import StorageSettings as KernelSettings


class Settings(KernelSettings):
    """The kernel's settings and those of e-mail.

    mailbox: keep mail in the local mailbox page instead of sending it (demonstration);
    mailbox_size: how many e-mails the mailbox keeps;
    mail_from: the sender's address, shown with the programme's name;
    mail_domain: the right half of every Message-ID;
    mails_per_second: at most so many, 0 for no limit;
    mail_lease_seconds: how long mail that a killed process had taken waits for the next one; must
    be several times what one letter takes on a slow server;
    congratulate_within_days: older news is suppressed;
    exam_result_mails: whether results, and what becomes of them, are told by e-mail.
    """

    mailbox: bool = False
    mailbox_size: int = Field(default=500, ge=1)
    mail_from: str = "no-reply@certtrack.example"
    mail_domain: str = "certtrack.example"
    mails_per_second: float = Field(default=50, ge=0)
    mail_lease_seconds: float = Field(default=600, ge=5)
    congratulate_within_days: int = Field(default=30, ge=0)
    exam_result_mails: bool = True
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_timeout_seconds: float = Field(default=20, gt=0)

    @model_validator(mode="after")
    def _no_public_mailbox_in_production(self) -> Self:
        # The mailbox shows sign-in links to everybody who can reach it.
        if self.mailbox and self.environment == "production":
            raise StartRefused("CERTTRACK_MAILBOX must be off in production")
        return self
