"""Who sends: what a programme says of a vendor."""

from collections.abc import Mapping

from shared.programmes import Programme, Vendor


def vendor_of(programmes: Mapping[str, Programme], programme: str, vendor: str) -> Vendor:
    """What the programme says of a vendor; one that it does not name has the defaults."""
    known = programmes[programme].vendors.get(vendor)
    return known or Vendor(id=vendor, name=vendor)
