"""`madoguchi eval …` on a real data folder: run, report, gate with exit codes, cases, calibrate."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.affected import Edit
from eval.bench.product import csv_of
from eval.cases import load_suite
from eval.cli import app
from eval.service import affected_by, run_suite
from knowledge.bootstrap import opened
from knowledge.settings import Settings
from tests.fakes import small_city

RUN = CliRunner()


def _call(data: Path, *arguments: str) -> tuple[int, str]:
    done = RUN.invoke(app, [*arguments, "--data-dir", str(data)], env={"COLUMNS": "200"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MADOGUCHI_SEARCH__TRAINING__BACKGROUND", "false")
    data = tmp_path / "data"
    with opened(Settings(data_dir=data)) as services:
        services.faqs.import_file(csv_of(small_city.entries()), True, "test")
    return data


@pytest.fixture
def suite_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.jsonl"
    lines = [c.model_dump_json() for c in small_city.suite().cases[:60]]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def loose(tmp_path: Path) -> Path:
    path = tmp_path / "limits.toml"
    path.write_text("[change]\nnewly_wrong = 0\nnewly_harmful = 0\nchanged_facts = 0\n", encoding="utf-8")
    return path


def test_from_run_to_a_red_gate(city: Path, suite_file: Path, loose: Path) -> None:
    suite = ("--suite", str(suite_file))
    code, out = _call(city, "run", *suite, "--json")
    told = json.loads(out[out.index("{") :])
    assert (code, told["summary"]["outcomes"]["cases"]) == (0, 60)
    page = Path(told["report"]).read_text(encoding="utf-8")
    assert "正答自己解決率" in page
    assert _call(city, "gate", *suite, "--limits", str(loose))[0] == 0
    assert _call(city, "gate", *suite, "--accept")[0] == 0

    rows = [json.loads(line) for line in (Path(told["report"]).parent / "rows.jsonl").read_text().splitlines()[1:]]
    given = sorted({r["faq_id"] for r in rows if r["outcome"] == "resolved"})
    assert len(given) >= 2
    with opened(Settings(data_dir=city)) as services:
        one, two = (services.faqs.get(f) for f in given[:2])
        swapped = [replace(one.entry, answer=two.entry.answer), replace(two.entry, answer=one.entry.answer)]
        services.faqs.import_file(csv_of(swapped), True, "test")
    _call(city, "run", *suite)
    code, out = _call(city, "gate", *suite, "--limits", str(loose))
    assert code == 1
    assert "不合格" in out
    code, out = _call(city, "report", *suite)
    assert code == 0
    csv = Path(told["report"]).parents[1].glob("*/report.csv")
    assert len(list(csv)) == 2


def test_the_editor_is_told_before_publishing(city: Path, suite_file: Path) -> None:
    suite = load_suite(suite_file)
    with opened(Settings(data_dir=city)) as services:
        before = run_suite(services, suite)
        good = next(r.faq_id for r in before.rows if r.outcome == "resolved" and r.right_faqs == (r.faq_id,))
        found = affected_by(services, Edit(removed=((good, "ja"),)), suite)
        fresh = affected_by(services, Edit(removed=((good, "ja"),)), replace(suite, name="never-run"))
    assert found.advice == "block"
    assert found.sentences[0] != "評価ケースへの影響はありません。"
    assert found.cases == fresh.cases
    assert [c.case_id for c in found.changes.moved] == [c.case_id for c in fresh.changes.moved]
    assert good in {c.before.faq_id for c in found.changes.newly_wrong}


def test_deleting_a_good_faq_turns_the_gate_red(city: Path, suite_file: Path, loose: Path) -> None:
    suite = ("--suite", str(suite_file))
    _call(city, "run", *suite)
    _call(city, "gate", *suite, "--accept")
    gone = small_city.suite().cases[0]
    faq_id = sorted(gone.right_faqs)[0]
    with opened(Settings(data_dir=city)) as services:
        record = services.faqs.get(faq_id)
        services.faqs.retire((faq_id, "ja"), record.revision, "test")
    _call(city, "run", *suite)
    code, out = _call(city, "gate", *suite, "--limits", str(loose))
    assert code == 1
    assert faq_id in out
    code, out = _call(city, "cases", *suite)
    assert code == 1
    assert faq_id in out


def test_cases_without_problems_and_with_a_leak(city: Path, suite_file: Path) -> None:
    code, out = _call(city, "cases", "--suite", str(suite_file))
    assert (code, "問題はありません" in out) == (0, True)
    lines = suite_file.read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    first["text"] = small_city.entries()[0].question
    suite_file.write_text("\n".join([json.dumps(first, ensure_ascii=False), *lines[1:]]), encoding="utf-8")
    code, out = _call(city, "cases", "--suite", str(suite_file))
    assert (code, "重複" in out) == (1, True)


def test_calibration_is_written_with_its_origin(city: Path, suite_file: Path, tmp_path: Path) -> None:
    everything = "\n".join(c.model_dump_json() for c in small_city.suite().cases)
    suite_file.write_text(everything, encoding="utf-8")
    code, _ = _call(city, "calibrate", "--suite", str(suite_file), "--out", str(tmp_path / "out"))
    found = json.loads((tmp_path / "out" / "calibration.json").read_text(encoding="utf-8"))
    assert code == 0
    assert found["fitted_on"]["split"] == "calibration"
    assert "intercept" in found["search"]["coefficients"]


def test_nothing_recorded_yet_is_said_plainly(city: Path) -> None:
    from knowledge.errors import NotFound

    for command in ("report", "gate"):
        with pytest.raises(NotFound, match="先に"):
            _call(city, command)


def test_a_swap_is_red_even_where_no_run_was_ever_accepted(city: Path, tmp_path: Path) -> None:
    relaxed = tmp_path / "facts.toml"
    relaxed.write_text("[change]\nchanged_facts = 0\n", encoding="utf-8")
    shipped = ("--suite", "mihon", "--limits", str(relaxed))
    _call(city, "run", "--suite", "mihon", "--limit", "5")
    code, out = _call(city, "gate", *shipped)
    assert "入れ替わって" not in out
    with opened(Settings(data_dir=city)) as services:
        one, two = (services.faqs.get(f).entry for f in ("MH1001", "MH1005"))
        swapped = [replace(one, answer=two.answer), replace(two, answer=one.answer)]
        services.faqs.import_file(csv_of(swapped), True, "test")
    _call(city, "run", "--suite", "mihon", "--limit", "5")
    code, out = _call(city, "gate", *shipped)
    assert code == 1
    assert "MH1001 の回答が MH1005 の回答に入れ替わっています" in out
