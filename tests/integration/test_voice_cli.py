"""`madoguchi voice`: a call in writing or from a file, and what works."""

import json
import wave
from pathlib import Path

import pytest

from api.cli.run import FAILED, run
from knowledge.bootstrap import opened
from knowledge.settings import load_settings
from tests.fakes.open_city import FAQ_CSV

SETTINGS = """[search.training]
background = false
[answer]
answer_at = 0.3
clarify_at = 0.2
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data")
    (made / "madoguchi.toml").write_text(SETTINGS + "[voice.speech]\nprocesses = 0\nspeed = 3.0\n", encoding="utf-8")
    with opened(load_settings(data_dir=made)) as services:
        services.faqs.import_file(FAQ_CSV.encode(), True, "test")
    return made


def test_a_call_in_writing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["--text", "カードをなくしました", "--text", "#1", "--text", "ありません"]
    assert run(["voice", "call", "--data-dir", str(folder), *lines]) == 0
    said = capsys.readouterr().out
    assert "あなた：カードをなくしました" in said
    assert "〔A001〕" in said
    assert run(["voice", "call", "--data-dir", str(folder), "--json", *lines]) == 0
    assert json.loads(capsys.readouterr().out)["call"]["outcome"] == "confirmed"


@pytest.mark.voice
def test_a_call_from_a_file_says_what_is_missing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "in.wav", tmp_path / "out.wav"
    with wave.open(str(source), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(16000)
        target.writeframes(bytes(3200))
    assert run(["voice", "call", "--data-dir", str(folder), "--wav", str(source)]) == FAILED
    assert "--out" in capsys.readouterr().err
    missing = ["voice", "call", "--data-dir", str(folder), "--wav", str(tmp_path / "none.wav"), "--out", str(out)]
    assert run(missing) == FAILED
    assert "音声ファイル" in capsys.readouterr().err
    assert not out.exists()


def test_what_works_is_said_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["voice", "status", "--data-dir", str(folder)]) == 0
    assert "models import" in capsys.readouterr().out
    assert run(["doctor", "--data-dir", str(folder)]) in (0, 1)
    assert "音声応答：声の聞き取りはできません" in capsys.readouterr().out
