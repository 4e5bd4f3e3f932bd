"""The command line as a person runs it: real processes, real files, clear words, no tracebacks."""

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.fakes.open_city import FAQ_CSV

ROOT = Path(__file__).parents[2]
NO_TRAIN = "--no-train"


def run(*arguments: str | Path, stdin: str = "", least_free_gb: float = 0) -> subprocess.CompletedProcess[str]:
    """`least_free_gb` is nothing: how full the disk is that the tests run on must not decide anything."""
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *map(str, arguments)],
        cwd=ROOT, env={**os.environ, "MADOGUCHI_STORE__LEAST_FREE_GB": str(least_free_gb)},
        input=stdin, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data")
    csv = made.parent / "faq.csv"
    csv.write_text(FAQ_CSV, encoding="cp932")
    done = run("faq", "import", csv, "--publish", NO_TRAIN, "--data-dir", made, "--json")
    assert done.returncode == 0, done.stderr
    report = orjson.loads(done.stdout)
    assert (report["new"], report["published"], report["encoding"]) == (8, 8, "cp932")
    return made


def test_a_month_of_a_citys_calls_is_made_and_taken_once(tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    done = run(
        "pbx", "simulate", "--city", "kurume", "--month", "2025-04", "--output", out, "--data-dir", tmp_path / "d"
    )
    assert "久留米市の2025年4月：通話 1,976 件" in done.stdout, done.stderr
    lines = [orjson.loads(line) for line in out.read_bytes().splitlines()]
    assert (
        sum(1 for one in lines if one["type"] == "call_offered") == 1976
    )  # 1,900 in hours and four in a hundred outside
    month = ("pbx", "simulate", "--city", "matsusaka", "--month", "2026-10", "--data-dir", tmp_path / "d")
    first, again = run(*month), run(*month)
    assert "通話 728 件" in first.stdout, first.stderr
    assert "新しく受け取ったイベント 0 件" not in first.stdout
    assert "新しく受け取ったイベント 0 件" in again.stdout
    failed(run("pbx", "simulate", "--month", "2026-13", "--data-dir", tmp_path / "d"), "--month")
    days = ("--first", "2026-10-16", "--last", "2026-10-31", "--data-dir", tmp_path / "d")
    done = run("report", tmp_path / "october.csv", *days)
    assert done.returncode == 0, done.stderr
    assert "■前後の比較（入電）" in (tmp_path / "october.csv").read_text(encoding="utf-8-sig")
    failed(run("report", tmp_path / "october.pdf", *days), ".xlsx")


def failed(done: subprocess.CompletedProcess[str], words: str, code: int = 2) -> None:
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_help_is_there_and_light() -> None:
    done = run("--help")
    assert done.returncode == 0
    for command in ("demo", "serve", "ask", "faq", "synonyms", "apikey", "eval", "voice", "models", "doctor"):
        assert command in done.stdout
    heavy = (
        "import sys, api.cli.app; print([m for m in sys.modules if m in ('numpy', 'fastapi', 'sqlalchemy', 'rich')])"
    )
    checked = subprocess.run([sys.executable, "-c", heavy], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert checked.stdout.strip() == "[]"


def test_ask_prints_the_same_as_the_interface(folder: Path) -> None:
    done = run("ask", "カードをなくしました", "--data-dir", folder, "--json")
    assert done.returncode == 0, done.stderr
    reply = orjson.loads(done.stdout)
    assert {"action", "confidence", "answer", "candidates", "answer_id", "took_ms"} <= set(reply)
    assert reply["candidates"][0]["faq_id"] == "A001"
    plain = run("ask", "-", "--data-dir", folder, stdin="カードをなくしました\n")
    assert plain.returncode == 0
    assert "確信度" in plain.stdout


@pytest.mark.parametrize("text", ["", "  \u200b", "長" * 4001])
def test_ask_refuses_what_is_no_question(folder: Path, text: str) -> None:
    failed(run("ask", text, "--data-dir", folder), "エラー：送信された項目に誤りがあります。")


def test_export_imports_as_no_change(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert run("faq", "export", out, "--data-dir", folder, "--labels").returncode == 0
    again = run("faq", "import", out, "--publish", NO_TRAIN, "--data-dir", folder, "--json")
    report = orjson.loads(again.stdout)
    assert (report["unchanged"], report["new"], report["changed"]) == (8, 0, 0)


def test_import_names_row_and_column_and_writes_nothing(folder: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("question,answer\n新しい質問です。,回答です。\n,回答だけ\n", encoding="utf-8")
    done = run("faq", "import", bad, "--data-dir", folder)
    failed(done, "取り込めません")
    assert "3行目・question" in done.stderr
    seen = run("faq", "import", bad, "--preview", "--data-dir", folder)
    assert seen.returncode == 2
    assert "3行目・question" in seen.stderr
    out = run("faq", "export", "-", "--data-dir", folder).stdout
    assert "新しい質問" not in out


def test_synonyms_there_and_back(folder: Path, tmp_path: Path) -> None:
    groups = tmp_path / "s.csv"
    groups.write_text("代表語,類義語\n暗証番号,パスワード｜ピン\n", encoding="utf-8")
    assert "新規 1 組" in run("synonyms", "import", groups, "--data-dir", folder).stdout
    assert "暗証番号" in run("synonyms", "export", "-", "--data-dir", folder).stdout


def test_accounts(folder: Path) -> None:
    key = run("apikey", "create", "--role", "operator", "--data-dir", folder)
    assert key.stdout.startswith("mdg_")
    failed(run("apikey", "create", "--role", "boss", "--data-dir", folder), "役割は")
    assert "/setup/" in run("user", "add", "hanako", "--role", "editor", "--data-dir", folder).stdout
    failed(run("user", "add", "hanako", "--role", "editor", "--data-dir", folder), "すでに使われています")


def test_backup_and_restore(folder: Path, tmp_path: Path) -> None:
    copy, elsewhere = tmp_path / "copy.tar.gz", tmp_path / "elsewhere"
    assert run("backup", copy, "--data-dir", folder).returncode == 0
    assert copy.stat().st_mode & 0o077 == 0
    assert run("restore", copy, "--data-dir", elsewhere).returncode == 0
    assert (
        run("faq", "export", "-", "--data-dir", elsewhere).stdout
        == run("faq", "export", "-", "--data-dir", folder).stdout
    )
    failed(run("restore", copy, "--data-dir", elsewhere), "--replace")
    assert "before-restore" in run("restore", copy, "--data-dir", elsewhere, "--replace").stdout
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(copy.read_bytes()[:-2000])
    failed(run("restore", broken, "--data-dir", tmp_path / "third"), "壊れています")
    failed(run("restore", tmp_path / "none", "--data-dir", tmp_path / "third"), "ありません")


def test_doctor_and_audit(folder: Path, tmp_path: Path) -> None:
    done = run("doctor", "--data-dir", folder)
    assert done.returncode == 0, done.stdout
    assert "公開中の FAQ 8 件" in done.stdout
    found = orjson.loads(run("doctor", "--data-dir", folder, "--json").stdout)
    assert not [one for one in found if one["state"] == "broken"]
    full = run("doctor", "--data-dir", folder, least_free_gb=1e9)
    assert full.returncode == 1
    assert "以上になるように空けてください" in full.stdout
    nowhere = tmp_path / "nowhere"
    assert "まだありません" in run("doctor", "--data-dir", nowhere).stdout
    assert not nowhere.exists()
    assert "改ざんや欠落はありません" in run("audit", "verify", "--data-dir", folder).stdout


def test_models_without_a_network(tmp_path: Path) -> None:
    listed = run("models", "list", "--data-dir", tmp_path)
    assert "whisper-small" in listed.stdout
    source = tmp_path / "usb"
    source.mkdir()
    failed(run("models", "import", "whisper-small", source, "--data-dir", tmp_path), "model.bin")
    for name in ("model.bin", "config.json"):
        (source / name).write_bytes(b"x")
    assert run("models", "import", "whisper-small", source, "--data-dir", tmp_path).returncode == 0
    assert "whisper-small　入っています" in run("models", "list", "--data-dir", tmp_path).stdout
    failed(run("models", "pull", "nothing", "--data-dir", tmp_path), "models list")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("faq", "import", "/no/such/file.csv"), "ありません"),
        (("faq", "import", "/tmp"), "フォルダーです"),
        (("nonsense",), "使い方が違います"),
        (("ask",), "使い方が違います"),
        (("faq",), "Usage"),
        (("ingest", "a.zip"), "取り込めません"),
        (("serve", "--data-dir", "/proc/none"), "書き込めません"),
        (("ask", "質問", "--data-dir", "/proc/none"), "書き込めません"),
        (("faq", "export", "-", "--encoding", "ebcdic"), "--encoding"),
    ],
)
def test_mistakes_get_one_clear_line(arguments: tuple[str, ...], words: str) -> None:
    failed(run(*arguments), words)


def test_settings_that_do_not_exist(tmp_path: Path) -> None:
    (tmp_path / "madoguchi.toml").write_text("[server]\nprot = 1\n", encoding="utf-8")
    failed(run("doctor", "--data-dir", tmp_path), "server.prot")


def test_a_lost_authenticator_is_reset_and_an_unknown_name_is_refused(folder: Path) -> None:
    added = run("user", "add", "kanri", "--role", "admin", "--data-dir", folder)
    assert added.returncode == 0, added.stderr
    done = run("user", "reset-second-factor", "kanri", "--data-dir", folder)
    assert done.returncode == 0, done.stderr
    assert "登録を解除しました" in done.stdout
    failed(run("user", "reset-second-factor", "nobody", "--data-dir", folder), "登録されていません")


def test_blocked_words_are_published_and_named_or_held_as_asked(folder: Path, tmp_path: Path) -> None:
    csv = tmp_path / "words.csv"
    csv.write_text("faq_id,question,answer\nZ1,何が要りますか。,個人番号カードです。\n", encoding="utf-8")
    held = run("faq", "import", csv, "--publish", "--hold-terms", NO_TRAIN, "--data-dir", folder)
    assert "1 件は下書きのまま" in held.stdout, held.stderr
    done = run("faq", "import", csv, "--publish", NO_TRAIN, "--data-dir", folder)
    assert "公開 1 件" in done.stdout
    assert "直す言葉がある行：1 行（2）" in done.stdout


def test_the_citys_own_lists_are_checked_with_file_and_line(folder: Path) -> None:
    lists = folder / "checklists.toml"
    own = '[[checklist]]\nwho = "本人"\nprocedure = "返納"\ncounter = "市の窓口"\nfaq_id = "K9"\ndocuments = ["印鑑"]\n'
    try:
        lists.write_text(own, encoding="utf-8")
        done = run("assist", "guides", "--data-dir", folder, "--json")
        found = orjson.loads(done.stdout)
        assert (found["own"], found["checklists"]) == (["checklists.toml"], 1), done.stderr
        assert {"file": "checklists.toml", "name": "本人・返納・市の窓口", "lacks": ["K9"]} in found["unsupported"]
        lists.write_text(own + "[[checklist]]\nwho = 5\n", encoding="utf-8")
        failed(run("assist", "guides", "--data-dir", folder), "checklists.toml 7行目 の checklist[2].who")
        told = run("doctor", "--data-dir", folder)
        assert "× 持ち物・台本・タグ：checklists.toml 7行目" in told.stdout
    finally:
        lists.unlink()
