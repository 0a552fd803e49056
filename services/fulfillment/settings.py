"""Settings of fulfillment: the kernel's; it needs none of its own."""

from shared.settings import Settings

__all__ = ["Settings"]
