"""Runs the migrations of notifications."""

from services.notifications.models import Base
from shared.migrations import run_environment

run_environment(Base.metadata)
