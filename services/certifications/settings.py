"""Settings of certifications."""

from pydantic import Field

from shared.storage import StorageSettings as KernelSettings


class Settings(KernelSettings):
    """The kernel's settings and those of what runs over all candidates.

    programme_file_bytes: the largest file of a programme that may be uploaded for a dry run;
    dry_run_workers: processes that evaluate for a dry run, by default two or as many as there are
    processors;
    dry_run_portion: candidates in one transaction of a dry run;
    dry_run_lease_seconds: after so long without a step another instance goes on with a dry run;
    dry_run_days: how long what a dry run found is kept;
    reevaluation_portion: candidates in one transaction of a re-evaluation, which is also for how
    many of them others wait.
    """

    # What candidates look for first is decided here, so not much is waited for.
    consumer_gather_milliseconds: float = 30.0
    programme_file_bytes: int = Field(default=1_000_000, ge=1)
    dry_run_workers: int | None = Field(default=None, ge=1)
    dry_run_portion: int = Field(default=400, ge=1)
    dry_run_lease_seconds: float = Field(default=30, gt=0)
    dry_run_days: int = Field(default=30, ge=1)
    reevaluation_portion: int = Field(default=100, ge=1)
