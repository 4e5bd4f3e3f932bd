"""Workbooks: types of cells, formulas, and packages made to hurt."""

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.errors import NotReadable
from knowledge.faq.csv_rows import merge
from knowledge.faq.importing import parse_file
from knowledge.faq.xlsx import read_xlsx, write_xlsx


def _book(*rows: tuple[str | float | datetime | None, ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_typed_cells_become_the_text_people_see() -> None:
    parsed = parse_file(_book(("FAQ番号", "質問", "回答", "適用開始"), (101, "何円？", 800.0, datetime(2026, 8, 1))))
    entry = merge(parsed.rows[0], None)
    assert (parsed.encoding, entry.faq_id, entry.answer) == ("xlsx", "101", "800")
    assert entry.valid_from is not None
    assert entry.valid_from.isoformat() == "2026-08-01"


def test_blank_rows_are_skipped_but_counted() -> None:
    parsed = parse_file(_book(("質問", "回答", None), (None, None), ("a", "b")))
    assert [row.row for row in parsed.rows] == [3]


def test_written_cells_are_text_and_never_formulas() -> None:
    data = write_xlsx(["質問"], [["=1+1"], ["@x"], ["0012"]])
    sheet = load_workbook(io.BytesIO(data)).active
    assert isinstance(sheet, Worksheet)
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [("=1+1", "s"), ("@x", "s"), ("0012", "s")]


def test_what_was_written_is_read_back() -> None:
    table = read_xlsx(write_xlsx(["質問", "回答"], [["二行\nです", "𠮷 é <b>&amp;"]]))
    assert table.rows == ((2, ("二行\nです", "𠮷 é <b>&amp;")),)


def _patched(replacement: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    book = io.BytesIO(_book(("質問", "回答"), ("a", "b")))
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, replacement.get(name, source.read(name)))
        for name in replacement.keys() - set(source.namelist()):
            target.writestr(name, replacement[name])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (_patched({"xl/media/zeros.bin": b"\0" * (201 * 1024 * 1024)}), "中身が大きすぎます"),
        (_patched({"xl/worksheets/sheet1.xml": b'<!DOCTYPE x [<!ENTITY a "aa">]><x>&a;</x>'}), "DOCTYPE"),
        (_patched({"xl/workbook.xml": b"<broken"}), "壊れている"),
        (_patched({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"}), "壊れている"),
        (_book()[:-200], "壊れている"),
        (_book(), "行がありません"),
        (_book(tuple("abc" for _ in range(201)), ("x",)), "列が多すぎます"),
    ],
    ids=["bomb", "entities", "workbook", "sheet", "cut", "empty", "wide"],
)
def test_hostile_and_broken_packages_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(NotReadable, match=message):
        parse_file(data)
