"""`madoguchi eval …` on a real data folder: run, report, gate with exit codes, cases, calibrate."""

import json
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from eval import noise_curve, tables
from eval.affected import Edit
from eval.asking import Rank, ranking
from eval.bench.product import csv_of
from eval.cases import Case, load_suite
from eval.cli import app
from eval.noise import RATES
from eval.runs import Run, RunFolder
from eval.service import affected_by, run_noise, run_suite
from knowledge.bootstrap import opened
from knowledge.errors import Conflict
from knowledge.ports import Redactor, Searcher
from knowledge.settings import Settings
from tests.fakes import small_city

RUN = CliRunner()


def _call(data: Path, *arguments: str) -> tuple[int, str]:
    done = RUN.invoke(app, [*arguments, "--data-dir", str(data)])
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


def test_a_part_of_the_suite_is_never_judged_accepted_or_taken_for_the_whole(city: Path, suite_file: Path) -> None:
    suite = ("--suite", str(suite_file))
    code, out = _call(city, "run", *suite, "--limit", "7")
    assert (code, "一部の質問（7／60件）" in out) == (0, True)
    code, out = _call(city, "gate", *suite)
    assert code == 2
    assert "判定できません" in out
    assert "下限" not in out
    with pytest.raises(Conflict, match="一部"):
        _call(city, "gate", *suite, "--accept")
    with opened(Settings(data_dir=city)) as services, services.db.read() as conn:
        folder = RunFolder(city)
        assert folder.latest("small") is None
        part = folder.latest("small", partial=True)
        assert part is not None
        assert (part.about.cases, part.about.part_of) == (7, 60)
        assert tables.trend(conn, "small") == []
    page = next(city.glob("eval/runs/*/report.html")).read_text(encoding="utf-8")
    assert "一部の質問（7／60件）だけの評価" in page
    assert "判定できません" in page
    _call(city, "run", *suite, "--limit", "60")
    assert RunFolder(city).latest("small") is not None, "as many as there are is everything"


def test_an_interrupted_noise_curve_goes_on_where_it_stopped(
    city: Path, suite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    broken_after = 40

    def counted(searcher: Searcher, redactor: Redactor) -> Rank:
        real = ranking(searcher, redactor)

        def rank(case: Case) -> list[str]:
            if len(asked) == broken_after:
                raise KeyboardInterrupt
            asked.append(case.id)
            return list(real(case))

        return rank

    monkeypatch.setattr(noise_curve, "ranking", counted)
    with opened(Settings(data_dir=city)) as services:
        whole = load_suite(suite_file)
        suite = whole.of(whole.cases[:16])

        def run_once() -> Run:
            return run_suite(services, suite, then=lambda made: run_noise(services, suite, made.about))

        with pytest.raises(KeyboardInterrupt):
            run_once()
        folder = RunFolder(city)
        assert folder.latest("small") is None, "unfinished while its curve is"
        broken_after = -1
        made = run_once()
        clean = sum(c.channel != "asr-noisy" and c.lang == "ja" for c in suite.cases)
        assert len(asked) == 2 * len(RATES) * clean, "no question was asked twice"
        assert len(list((city / "eval" / "runs").iterdir())) == 1, "the same run was continued"
        resumed = noise_curve.from_json(orjson.loads((folder.folder(made.about.run_id) / "noise.json").read_bytes()))
        assert not (folder.folder(made.about.run_id) / "noise").exists()
        again = run_noise(services, suite, made.about)
    assert resumed == again, "and the curve is that of a run in one go"
