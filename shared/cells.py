"""Cells of CSV files that people open with a spreadsheet."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def _runs(cell: str) -> bool:
    return cell.lstrip("'").startswith(FORMULA_STARTS)


def defused(cell: str) -> str:
    """Return the cell with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if _runs(cell) else cell


def armed(cell: str) -> str:
    """Return the cell as it was before `defused`."""
    return cell[1:] if cell.startswith("'") and _runs(cell) else cell
