"""Runs the migrations of certifications."""

from services.certifications.models import Base
from shared.migrations import run_environment

run_environment(Base.metadata)
