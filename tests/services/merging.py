"""Merges and separations as identity tells of them."""

from datetime import UTC, datetime

from shared.events import CandidatesMerged, CandidatesSeparated
from shared.ids import uuid7

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def merged(away: str, into: str, version: int = 1) -> CandidatesMerged:
    return CandidatesMerged(
        programme="cisco", candidate_id=away, version=version, merge_id=uuid7(), into=into, at=AT
    )


def separated(away: str, into: str, version: int = 2) -> CandidatesSeparated:
    return CandidatesSeparated(
        programme="cisco", candidate_id=away, version=version, merge_id=uuid7(), into=into, at=AT
    )
