"""Spreadsheet programs run a cell that begins with = + - @ as a formula. A quote before it prevents that; import takes
exactly that quote away again, so nothing changes on the way out and back."""

import re

_STARTS = "=+\\-@＝＋－＠\t\r"
_DANGEROUS = re.compile(f"'*[{_STARTS}]")
_GUARDED = re.compile(f"'+[{_STARTS}]")


def guarded(cell: str) -> str:
    """The cell as it is written. What already looks guarded gets one more quote."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell
