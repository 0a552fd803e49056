"""Notifications: every e-mail the product sends, and what became of it."""
