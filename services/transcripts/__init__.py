"""Transcripts: what candidates show to strangers, and the public page that proves it."""
