"""Excel workbooks (.xlsx): the first sheet to a table, and tables to a workbook whose cells are all plain text."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from knowledge.errors import NotReadable
from knowledge.faq.csv_decode import check_size
from knowledge.faq.csv_read import check_extent
from knowledge.faq.table import MAX_ROWS, Table

if TYPE_CHECKING:
    from openpyxl.styles import Font

_MAX_UNPACKED_BYTES = 200 * 1024 * 1024
_MAX_PARTS = 1_000
_MAX_GAP_ROWS = 200_000
_BROKEN = "Excelファイル（.xlsx）として読み取れません。壊れているか、パスワードが設定されています。"


def is_xlsx(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def read_xlsx(data: bytes) -> Table:
    """The first worksheet; formulas give their last computed value. Raises NotReadable."""
    from openpyxl import load_workbook

    check_size(data)
    _check_package(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            rows = _rows(book.worksheets[0].iter_rows(values_only=True))
        finally:
            book.close()
    except NotReadable:
        raise
    except Exception as exc:  # openpyxl raises whatever its parsers meet: KeyError, ValueError, ParseError …
        raise NotReadable(_BROKEN) from exc
    if not rows:
        raise NotReadable("1枚目のシートに行がありません。")
    return Table("xlsx", "xlsx", rows[0][1], tuple(rows[1:]))


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook with one sheet; no cell is ever a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet("FAQ")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, text, Font(bold=True)) for text in header])
    for row in rows:
        sheet.append([_cell(sheet, text, None) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _check_package(data: bytes) -> None:
    """A small file that unpacks to gigabytes, or that declares entities, never reaches the parser."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED_BYTES:
                raise NotReadable("Excelファイルの中身が大きすぎます。行や画像を減らして保存し直してください。")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _declares_entities(package, part):
                    raise NotReadable("Excelファイルに使えない定義（DOCTYPE）が含まれています。保存し直してください。")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as exc:
        raise NotReadable(_BROKEN) from exc


def _declares_entities(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with package.open(part) as stream:
        start = stream.read(4096).upper()
    return b"<!DOCTYPE" in start or b"<!ENTITY" in start


def _rows(source: Iterable[tuple[Any, ...]]) -> list[tuple[int, tuple[str, ...]]]:
    found: list[tuple[int, tuple[str, ...]]] = []
    for number, values in enumerate(source, start=1):
        cells = tuple(map(_text, values))
        if any(cell.strip() for cell in cells):
            found.append((number, _trimmed(cells)))
            check_extent(len(found) - 1, len(found[-1][1]))
        if number > MAX_ROWS + _MAX_GAP_ROWS:
            raise NotReadable(f"{number:,}行目より下にもデータがあります。余分な行を削除してください。")
    return found


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Without the empty cells that formatting leaves on the right."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # Excel writes a carriage return inside a cell in this form.
    return str(value).replace("_x000D_", "")


def _cell(sheet: Any, text: str, font: "Font | None") -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"  # never a formula, whatever the text begins with
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if font is not None:
        cell.font = font
    return cell
