"""Runs the migrations of fulfillment."""

from services.fulfillment.models import Base
from shared.migrations import run_environment

run_environment(Base.metadata)
