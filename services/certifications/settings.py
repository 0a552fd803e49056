"""Settings of certifications."""

from shared.settings import Settings as KernelSettings


class Settings(KernelSettings):
    """The kernel's settings; this service needs no others."""
