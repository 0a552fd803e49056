"""Runs the migrations of transcripts."""

from services.transcripts.models import Base
from shared.migrations import run_environment

run_environment(Base.metadata)
