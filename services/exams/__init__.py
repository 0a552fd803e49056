"""Vendor feeds in, the testing history out."""
