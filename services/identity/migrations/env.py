"""Runs the migrations of identity."""

from services.identity.models import Base
from shared.migrations import run_environment

run_environment(Base.metadata)
