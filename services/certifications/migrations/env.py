"""Runs the migrations of certifications."""

# The tables of the runs, and with them all others.
from services.certifications.run_models import Base
from shared.migrations import run_environment

run_environment(Base.metadata)
