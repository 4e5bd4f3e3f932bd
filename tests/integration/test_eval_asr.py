"""`madoguchi eval asr` on a real (random) Whisper: every recording heard twice, as it is and over the telephone."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from eval.cli import app

pytest.importorskip("faster_whisper", reason="the extra [voice] is not installed")
pytestmark = pytest.mark.voice
WORDS = {"one.wav": "カードを受け取ります", "two.wav": "手数料は無料です"}


def recording(path: Path, rate_hz: int) -> None:
    seconds = np.arange(rate_hz) / rate_hz
    samples = (np.sin(2 * np.pi * 220 * seconds) * np.sin(2 * np.pi * 3 * seconds) * 12_000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.tobytes())


def test_every_recording_is_heard_as_it_is_and_over_the_telephone(tmp_path: Path) -> None:
    from tests.fakes.voice_whisper import build

    lines = []
    for (name, words), rate_hz in zip(WORDS.items(), (16_000, 22_050), strict=True):
        recording(tmp_path / name, rate_hz)
        lines.append(json.dumps({"file": name, "transcript": words}, ensure_ascii=False))
    (tmp_path / "manifest.jsonl").write_text("\n".join(lines), encoding="utf-8")
    model = build(tmp_path / "model")
    arguments = ["asr", "--manifest", str(tmp_path / "manifest.jsonl"), "--model-dir", str(model)]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    table = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.output.splitlines() if "│" in line]
    by_name = {row[0]: row[1:] for row in table}
    assert set(by_name) == {*WORDS, "合計"}
    assert [int(by_name[name][0]) for name in (*WORDS, "合計")] == [10, 8, 18]
    for name in WORDS:  # noise hears noise: no word of the reference can be expected
        assert all(float(cell.removesuffix("％")) > 0 for cell in by_name[name][1:3])
