"""Settings of fulfillment: the kernel's, and where copies of data lie; it needs none of its own."""

from shared.storage import StorageSettings as Settings

__all__ = ["Settings"]
