"""Decides what each candidate has earned, shows why, and issues the certificate."""
