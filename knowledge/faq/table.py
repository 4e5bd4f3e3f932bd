"""A file as rows of cells, before anybody asks what the columns mean."""

from dataclasses import dataclass
from typing import Literal

FileFormat = Literal["csv", "xlsx"]
Encoding = Literal["utf-8", "utf-8-bom", "utf-16", "cp932", "xlsx"]

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_ROWS = 60_000
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are (row number as a spreadsheet shows it, cells); row 1 is the header. Empty rows are left out."""

    file_format: FileFormat
    encoding: Encoding
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
