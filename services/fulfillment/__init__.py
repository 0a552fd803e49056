"""Fulfillment: the printed kits a candidate is entitled to."""
