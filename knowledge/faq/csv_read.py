"""CSV text to a table. A file whose quotes do not close is refused: reading on would swallow rows."""

import csv
import io
from collections.abc import Iterator

from knowledge.errors import NotReadable, Problem
from knowledge.faq.csv_decode import decode
from knowledge.faq.csv_guard import unguarded
from knowledge.faq.table import MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, Table


def read_csv(data: bytes) -> Table:
    """Raises NotReadable."""
    text, encoding = decode(data)
    csv.field_size_limit(MAX_FILE_BYTES)  # cells are judged later, with their row and column
    rows = [(number, tuple(map(unguarded, cells))) for number, cells in _records(text) if any(map(str.strip, cells))]
    if not rows:
        raise NotReadable("ファイルに行がありません。")
    check_extent(len(rows) - 1, max(len(cells) for _, cells in rows))
    return Table("csv", encoding, rows[0][1], tuple(rows[1:]))


def check_extent(rows: int, columns: int) -> None:
    """Raises NotReadable for more rows or columns than a FAQ file has."""
    if rows > MAX_ROWS:
        raise NotReadable(f"行が多すぎます（{rows:,}行）。{MAX_ROWS:,}行以内に分けてください。")
    if columns > MAX_COLUMNS:
        raise NotReadable(f"列が多すぎます（{columns:,}列）。FAQの一覧か確認してください。")


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            message = f'引用符（"）の閉じ忘れなど、CSVの形が崩れています（ファイルの{begins}行目から）。'
            raise NotReadable("CSVとして読み取れません。", [Problem(message, number)]) from exc
        yield number, cells
