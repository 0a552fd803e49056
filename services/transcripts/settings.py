"""Settings of transcripts."""

from shared.storage import StorageSettings as KernelSettings


class Settings(KernelSettings):
    """The kernel's settings and the limits of a transcript.

    most_years: how far ahead a transcript may be valid;
    transcripts_per_candidate: how many one candidate may have.
    """

    most_years: int = 10
    transcripts_per_candidate: int = 100
