"""Settings of exams."""

from shared.settings import Settings


class ExamsSettings(Settings):
    """What exams needs to know beyond what every service does."""

    items_per_request: int = 1_000
    import_rows: int = 50_000
    import_bytes: int = 20_000_000
    import_chunk: int = 500
    # The vendors that staff may name in a file; a vendor's own uploads and posts carry its token.
    vendors: frozenset[str] = frozenset({"vue", "psi", "prometric", "certiport", "certiverse"})
