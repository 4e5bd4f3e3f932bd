"""Spreadsheet programs run a cell that begins with = + - @ as a formula. A quote before it prevents that; import takes
exactly that quote away again, so nothing changes on the way out and back."""

import csv
import io
from collections.abc import Iterable

from knowledge.text.late_pattern import late_pattern

_STARTS = "=+\\-@＝＋－＠\t\r"
_DANGEROUS = late_pattern(f"'*[{_STARTS}]")
_GUARDED = late_pattern(f"'+[{_STARTS}]")


def guarded(cell: str) -> str:
    """The cell as it is written. What already looks guarded gets one more quote."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


def spreadsheet(header: Iterable[str], lines: Iterable[Iterable[object]], *, quoted: bool = False) -> bytes:
    """A CSV file for spreadsheet programs: UTF-8 with BOM, CRLF, every cell guarded, None empty; `quoted`: all of them in
    quotes."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guarded("" if cell is None else str(cell)) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")
