"""Personal-data figures on labelled sentences, and the tables of other measurements in the report."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cases import SHIPPED
from eval.cli import app
from eval.extra import ExtraTable, load_all, save
from eval.pii import Labelled, by_style, figures, load_labelled, table_rows
from eval.report import ReportData, html
from knowledge.errors import NotReadable
from knowledge.privacy.redactor import RuleRedactor
from tests.unit.test_eval_report import _run

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def test_figures_count_what_is_missed_and_what_is_taken_wrongly() -> None:
    sentences = [
        Labelled("1", "番号は123456789012です", "written", ((3, 15, "my_number"),)),
        Labelled("2", "ぼくのひみつはないしょです", "spoken", ((3, 6, "secret"),)),
        Labelled("3", "電話は090-1234-5678です", "clean", ()),
    ]
    found = figures(sentences, RuleRedactor())
    assert (found["my_number"].recall.value, found["my_number"].precision.value) == (1.0, 1.0)
    assert found["secret"].recall.value == 0
    assert found["phone"].precision.value == 0
    assert (found[""].recall.hits, found[""].recall.total) == (1, 2)
    assert set(by_style(sentences, RuleRedactor())) == {"written", "spoken"}


def test_shipped_sentences_are_found_nearly_all() -> None:
    rows = table_rows(load_labelled(SHIPPED / "pii" / "held_out.jsonl"), RuleRedactor())
    assert {r[1] for r in rows} == {"文字", "音声認識", "読み上げた数字", "すべて"}
    found = figures(load_labelled(SHIPPED / "pii" / "held_out.jsonl"), RuleRedactor())
    assert found["my_number"].recall.value == 1
    assert found[""].recall.value > 0.9


def test_bad_lines_are_named(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": "1", "text": "a", "style": "written", "spans": []}\n[]\n')
    with pytest.raises(NotReadable) as caught:
        load_labelled(tmp_path / "x.jsonl")
    assert caught.value.problems[0].row == 2


def test_kept_tables_come_back_and_stand_in_the_report(tmp_path: Path) -> None:
    table = ExtraTable("公開の質問集", "説明<b>", AT, ("名前", "n"), (("set", "300"),))
    save(tmp_path, "public", table)
    (tmp_path / "eval" / "extra" / "broken.json").write_text("{")
    assert load_all(tmp_path) == [table]
    page = html(ReportData(_run(), extra=load_all(tmp_path)))
    assert "公開の質問集" in page
    assert "説明&lt;b&gt;" in page


def test_the_command_measures_and_keeps(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["pii", "--data-dir", str(tmp_path)])
    assert done.exit_code == 0
    assert "個人番号" in done.output
    assert "my_number" not in done.output
    assert [t.title for t in load_all(tmp_path)] == ["個人情報の検出"]
