"""Runs the migrations of exams."""

from services.exams.models import Base
from shared.migrations import run_environment

run_environment(Base.metadata)
