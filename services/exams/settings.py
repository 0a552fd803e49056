"""Settings of exams."""

from pathlib import Path

from shared.storage import StorageSettings


class ExamsSettings(StorageSettings):
    """What exams needs to know beyond what every service does."""

    items_per_request: int = 1_000
    import_rows: int = 2_000_000
    import_bytes: int = 500_000_000
    import_chunk: int = 1_000
    # How long the rows of an import are kept after its end, to tell the outcome of each.
    import_days: int = 7
    # Watched for files that SFTP servers drop: <folder>/<programme>/<vendor>/drop.
    inbox_folder: Path | None = None
    # How long a file there must not have changed before it is taken for whole.
    inbox_still_seconds: float = 5.0
    # How long the record of vendors' calls is kept.
    call_days: int = 400
    # The vendors that staff may name in a file; a vendor's own uploads and posts carry its token.
    vendors: frozenset[str] = frozenset({"vue", "psi", "prometric", "certiport", "certiverse"})
    # The largest certificate of a course, and how many may wait for a decision for one candidate.
    certificate_bytes: int = 10_000_000
    completions_waiting: int = 30
