"""A report as an Excel workbook ready to print: A4, titles, column widths, heat colours. Same report, same bytes."""

import io
import re
import zipfile
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from desk.reports.model import Report, Table

_STILL = datetime(2020, 1, 1)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_ILLEGAL_TITLE = re.compile(r"[\[\]:*?/\\]")
_ILLEGAL_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LINE = Side(style="thin", color="999999")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", start_color="E6E6E6")
_MAX_WIDTH = 48


def report_xlsx(report: Report) -> bytes:
    """One sheet a table; numbers stay numbers."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    book.properties.creator = report.city
    book.properties.created = _STILL
    for number, table in enumerate(report.tables, start=1):
        _write_sheet(book.create_sheet(_sheet_name(number, table.title)), report, table)
    out = io.BytesIO()
    book.save(out)
    return _without_clock(out.getvalue())


def _sheet_name(number: int, title: str) -> str:
    """Excel allows 31 characters, none of them special; the number keeps names apart."""
    return _ILLEGAL_TITLE.sub("・", f"{number}.{title}")[:31]


def _write_sheet(sheet: Any, report: Report, table: Table) -> None:
    _put(sheet, 1, 1, report.title).font = Font(bold=True, size=14)
    _put(sheet, 2, 1, table.title).font = Font(bold=True, size=12)
    for column, name in enumerate(table.header, start=1):
        cell = _put(sheet, 4, column, name)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for row, values in enumerate(table.rows, start=5):
        for column, value in enumerate(values, start=1):
            cell = _put(sheet, row, column, "－" if value is None else value)
            cell.border = _BORDER
            if isinstance(value, float):
                cell.number_format = "#,##0.0"
            elif isinstance(value, int):
                cell.number_format = "#,##0"
            else:
                cell.alignment = Alignment(vertical="top", wrap_text=True)
    last = 4 + len(table.rows)
    for line, note in enumerate((*table.notes, report.footer), start=last + 2):
        _put(sheet, line, 1, f"※{note}").font = Font(size=9, color="555555")
    if table.heat and table.rows:
        _colour(sheet, table, last)
    _widths(sheet, table)
    _page(sheet)


def _put(sheet: Any, row: int, column: int, value: str | int | float) -> Any:
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, str):
        cell.value = _ILLEGAL_TEXT.sub("", value)
        cell.data_type = "s"  # never a formula, whatever the text begins with
    else:
        cell.value = value
    return cell


def _colour(sheet: Any, table: Table, last: int) -> None:
    """The sums in the last row and column would drown the rest."""
    end = get_column_letter(max(2, len(table.header) - 1))
    rule: Any = ColorScaleRule
    scale = rule(start_type="min", start_color="FFFFFF", end_type="max", end_color="F4A582")
    sheet.conditional_formatting.add(f"B5:{end}{max(5, last - 1)}", scale)


def _widths(sheet: Any, table: Table) -> None:
    for column, name in enumerate(table.header):
        texts = [name, *(str(row[column]) for row in table.rows if column < len(row))]
        width = max((_cells(text) for text in texts), default=8) + 2
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(_MAX_WIDTH, max(8, width))


def _cells(text: str) -> int:
    """Width on paper: kana and kanji take two cells."""
    return max((sum(2 if ord(char) > 0x2E7F else 1 for char in line) for line in text.split("\n")), default=0)


def _page(sheet: Any) -> None:
    sheet.freeze_panes = "A5"
    sheet.print_title_rows = "4:4"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P / &N"


def _without_clock(data: bytes) -> bytes:
    """The same workbook with fixed times: openpyxl stamps the present into it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2020-01-01T00:00:00Z\g<2>", content)
            part = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, content)
    return out.getvalue()
