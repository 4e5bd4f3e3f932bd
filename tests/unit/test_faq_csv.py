"""Files in and out: every encoding, every odd character, every way a file can be broken."""

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.domain import FaqEntry
from knowledge.errors import InvalidInput, NotReadable
from knowledge.faq.cp932 import image, unwritable
from knowledge.faq.csv_export import ExportEncoding, Header, cells_of, export_records
from knowledge.faq.csv_guard import guarded, spreadsheet, unguarded
from knowledge.faq.csv_rows import ParsedRow, merge
from knowledge.faq.importing import parse_file
from knowledge.faq.labels import LABELS
from knowledge.faq.records import FaqRecord
from tests.fakes.faq_entries import entries

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ENTRY = FaqEntry("F1", "質問", "回答", status="draft")


def _record(entry: FaqEntry) -> FaqRecord:
    return FaqRecord(entry, 1, 0, 0, 0, 3, 3, False, (), "", NOW, NOW, "sato")


def _parsed(text: str, encoding: str = "utf-8") -> tuple[ParsedRow, ...]:
    parsed = parse_file(text.encode(encoding))
    assert parsed.problems == ()
    return parsed.rows


def _out_and_back(given_: Sequence[FaqEntry], encoding: ExportEncoding, header: Header) -> list[FaqEntry]:
    parsed = parse_file(export_records(map(_record, given_), encoding, header).data)
    assert parsed.problems == ()
    assert all(row.values["source_version"] == 3 for row in parsed.rows)
    return [replace(merge(row, None), status=row.values["status"]) for row in parsed.rows]


@settings(max_examples=60)
@given(
    st.lists(entries(), min_size=1, max_size=4),
    st.sampled_from(["utf-8-bom", "utf-8", "xlsx"]),
    st.sampled_from(["id", "label"]),
)
def test_export_then_import_changes_nothing(many: list[FaqEntry], encoding: ExportEncoding, header: Header) -> None:
    assert _out_and_back(many, encoding, header) == [replace(entry, version=0) for entry in many]


@given(st.text())
def test_the_formula_guard_is_undone_exactly(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(st.sampled_from("=+-@＝＋－＠\t\r"), st.text())
def test_no_exported_cell_can_run_as_a_formula(start: str, rest: str) -> None:
    assert guarded(start + rest).startswith("'")


@given(st.text(st.characters(codec="utf-8")))
def test_the_cp932_image_is_writable_and_stable(text: str) -> None:
    shown = image(text)
    assert shown.encode("cp932").decode("cp932") == shown
    assert image(shown) == shown
    assert unwritable(shown) == ()


def test_cp932_export_lists_every_lost_character_with_its_place() -> None:
    exported = export_records([_record(ENTRY), _record(replace(ENTRY, question="𠮷野家〜", answer="é𠮷é"))], "cp932")
    assert [(problem.row, problem.column, problem.message.split("「")[1][0]) for problem in exported.problems] == [
        (3, "question", "𠮷"),
        (3, "answer", "é"),
        (3, "answer", "𠮷"),
    ]
    text = exported.data.decode("cp932")
    assert "〓野家～" in text
    assert "𠮷" not in text


def test_export_is_what_excel_expects() -> None:
    data = export_records([_record(replace(ENTRY, answer="=1+1\nあ"))], header="label").data
    assert data.startswith(codecs.BOM_UTF8 + '"FAQ番号","質問"'.encode())
    assert '"\'=1+1\nあ"'.encode() in data
    assert data.count(b"\r\n") == 2


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-bom"), ("cp932", "cp932"), ("utf-16", "utf-16")],
)
def test_encodings_are_told_apart(encoding: str, named: str) -> None:
    parsed = parse_file("質問,回答\r\n髙橋①は？,㈱です～\r\n".encode(encoding))
    assert parsed.encoding == named
    assert merge(parsed.rows[0], None).question == "髙橋①は？"


def test_columns_come_in_any_order_under_any_known_name() -> None:
    rows = _parsed("回答（必須）,ＵＲＬ,Question*,ﾀｸﾞ,謎の列\nはい,https://a,何？,a｜b,x\n")
    assert (rows[0].values["question"], rows[0].values["answer"]) == ("何？", "はい")
    assert rows[0].values["url"] == "https://a"
    parsed = parse_file("質問,回答,謎の列\na,b,c\n".encode())
    assert ["謎の列" in warning.message for warning in parsed.warnings] == [True]


def test_values_are_read_by_label_or_id() -> None:
    header = "質問,回答,公開範囲,状態,言語,適用開始,見直し期限,区別,言い換え,取次先,取次先電話"
    line = '問,答,窓口のみ,公開中,英語,R8.8.1,令和9年3月31日,"{""誰"":""本人""}","a\nb｜c",税務課,0120'
    row = _parsed(f"{header}\n{line}\n")[0]
    entry = merge(row, None)
    assert (entry.visibility, row.values["status"], row.lang) == ("operator", "published", "en")
    assert (entry.valid_from, entry.review_due) == (date(2026, 8, 1), date(2027, 3, 31))
    assert (entry.facets, entry.alt_questions) == ((("誰", "本人"),), ("a", "b", "c"))
    assert entry.referral is not None
    assert (entry.referral.department, entry.referral.phone) == ("税務課", "0120")


def test_absent_columns_keep_and_empty_cells_clear() -> None:
    base = replace(ENTRY, department="市民課", tags=("a",), visibility="operator")
    row = _parsed("faq_id,question,answer,tags,visibility\nF1,新しい質問,回答,,\n")[0]
    merged = merge(row, base)
    assert (merged.question, merged.department, merged.tags) == ("新しい質問", "市民課", ())
    assert merged.visibility == "operator"  # an empty cell must not open an internal answer to the public


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    parsed = parse_file('質問,回答,適用開始\n"二行の\n質問",あ,\n,,\nい,う,明日\n'.encode())
    assert [row.row for row in parsed.rows] == [2, 4]
    assert [(problem.row, problem.column) for problem in parsed.problems] == [(4, "valid_from")]


def test_all_problems_of_all_rows_are_reported_together() -> None:
    text = "質問,回答,状態,公開範囲,言語,見直し期限,区別,翻訳元の版\na,b,?,?,?,?,?,?\na,b,,,,,,\na,b,c,d,e,f,g,h,余分\n"
    problems = parse_file(text.encode()).problems
    assert [problem.row for problem in problems] == [2] * 6 + [4] * 7
    assert {problem.column for problem in problems} >= {"status", "visibility", "lang", "review_due", "facets"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "空です"),
        (b"\n \n", "空です"),
        (b"PK\x03\x04 not a zip", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "古い形式"),
        (b"%PDF-1.7", "PDF"),
        ("質問,回答\na,\0\n".encode(), "2行目（17バイト目）"),
        ("質問,回答\nこれはちゃんとしたUTF-8の文章です".encode() + b"\xff,x\n", "2行目"),
        ("質問,回答\nこれはちゃんとした文章".encode()[:-1], "途中で切れて"),
        (codecs.BOM_UTF8 + "質問,回答\n".encode() + b"\x82\xa0,b\n", "2行目（18バイト目）"),
        ("質問,回答\n".encode("cp932") + b"\xff\xff\n", "CP932"),
        ("質問,回答\n".encode() + b'"abc\n', "引用符"),
        ("質問,回答\n".encode() + b'"a"b,c\n', "引用符"),
        ("質問,回答\n".encode() + b"," * 300 + b"x\n", "列が多すぎます"),
        ("質問,回答\n".encode() + b"a,b\n" * 60_001, "行が多すぎます"),
        (b"a" * (20 * 1024 * 1024 + 1), "大きすぎます"),
    ],
)
def test_unreadable_files_say_why_and_where(data: bytes, message: str) -> None:
    with pytest.raises(NotReadable) as caught:
        parse_file(data)
    assert message in " ".join([caught.value.message, *map(str, caught.value.problems)])


@pytest.mark.parametrize(
    ("header", "column"),
    [("質問,答弁\na,b", "answer"), ("x,y\na,b", "question"), ("質問,question,回答\na,b,c", "question")],
)
def test_a_wrong_header_is_named(header: str, column: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_file(header.encode())
    assert column in [problem.column for problem in caught.value.problems]


def test_a_cell_beyond_the_limit_names_its_place() -> None:
    parsed = parse_file(f"質問,回答\na,{'あ' * 20_001}\n".encode())
    assert [(problem.row, problem.column) for problem in parsed.problems] == [(2, "answer")]
    assert "20,001文字" in parsed.problems[0].message


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_give_rows_or_a_clear_error(data: bytes) -> None:
    try:
        parsed = parse_file(data)
    except InvalidInput:
        return
    assert len(parsed.rows) <= data.count(b"\n") + data.count(b"\r") + 1


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=2, max_size=4), max_size=6))
def test_any_cells_give_rows_or_problems(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["質問", "回答", "状態", "見直し期限"], *rows])
    try:
        parsed = parse_file(out.getvalue().encode())
    except NotReadable:
        return
    assert len(parsed.rows) <= len(rows)


def test_every_column_has_a_cell() -> None:
    assert set(cells_of(ENTRY)) == set(LABELS)


def test_a_spreadsheet_file_is_guarded_and_read_back() -> None:
    data = spreadsheet(("名前", "値"), [("=1+1", None), ("a,b\n", 3)])
    assert data == codecs.BOM_UTF8 + '名前,値\r\n\'=1+1,\r\n"a,b\n",3\r\n'.encode()
    assert spreadsheet(("名前",), [("x",)], quoted=True) == codecs.BOM_UTF8 + '"名前"\r\n"x"\r\n'.encode()
