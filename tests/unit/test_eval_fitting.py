"""Calibration: recovers what made the data, sees one split only; recogniser errors: by hand and for every text."""

import json
import math
import random
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.asr import (
    Errors,
    edit_distance,
    errors,
    evaluate,
    load_manifest,
    over_the_phone,
    pcm16,
    read_wav,
    total,
)
from eval.calibrate import Sample, fit, logistic, probability
from knowledge.errors import NotReadable
from voicebot.hearing.scripted import ScriptedTranscriber

NAMES = ("share", "margin", "constant")


def _samples(count: int, split: str, seed: int) -> list[Sample]:
    rng = random.Random(seed)
    out = []
    for _ in range(count):
        share, margin = rng.gauss(0, 2), rng.gauss(1, 0.5)
        chance = 1 / (1 + math.exp(-(0.5 + 1.2 * share - 0.8 * margin)))
        out.append(Sample({"share": share, "margin": margin, "constant": 3.0}, rng.random() < chance, split))
    return out


def test_the_fit_recovers_the_truth_and_is_calibrated_on_test() -> None:
    found = fit([*_samples(4_000, "calibration", 1), *_samples(2_000, "test", 2)], NAMES, l2=1e-4)
    assert found.coefficients["share"] == pytest.approx(1.2, abs=0.12)
    assert found.coefficients["margin"] == pytest.approx(-0.8, abs=0.15)
    assert found.coefficients["constant"] == 0
    assert (found.samples, found.test_samples) == (4_000, 2_000)
    assert found.test_ece < 0.04


def test_other_splits_do_not_change_the_coefficients() -> None:
    base = _samples(300, "calibration", 1)
    wrong = [Sample(s.features, not s.right, split) for s, split in zip(base, ["test", "dev"] * 150, strict=True)]
    assert fit([*base, *wrong], NAMES).coefficients == fit(base, NAMES).coefficients


def test_one_kind_of_label_is_not_enough() -> None:
    with pytest.raises(ValueError):
        fit([Sample({"share": 1.0}, True, "calibration")] * 5, ("share",))


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_probabilities_lie_between_0_and_1_and_follow_the_sign(weight: float, value: float) -> None:
    p = probability({"intercept": 0.0, "x": weight}, {"x": value})
    assert 0 < p < 1
    assert (p >= 0.5) == (weight * value >= 0) or abs(weight * value) < 1e-9


def test_scale_of_a_feature_does_not_matter() -> None:
    rows = [{"x": float(i)} for i in range(40)]
    right = [i > 18 for i in range(40)]
    small, large = logistic(rows, right, ("x",)), logistic([{"x": r["x"] * 1000} for r in rows], right, ("x",))
    assert probability(small, {"x": 25.0}) == pytest.approx(probability(large, {"x": 25_000.0}), abs=1e-4)


texts = st.text(alphabet="あいうアイ漢字ab1", max_size=12)


@given(texts, texts, texts)
def test_edit_distance_is_a_metric(a: str, b: str, c: str) -> None:
    assert edit_distance(a, a) == 0
    assert edit_distance(a, b) == edit_distance(b, a) <= max(len(a), len(b))
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)


def test_error_rate_by_hand() -> None:
    assert errors("カードの更新。", "ｶｰﾄﾞの 更正") == Errors(1, 6)
    assert total([Errors(1, 6), Errors(0, 4)]).cer == pytest.approx(0.1)
    assert errors("", "").cer == 0


def _tone(rate: int, seconds: float, channels: int = 1) -> bytes:
    t = np.arange(int(rate * seconds)) / rate
    mono = pcm16((0.5 * np.sin(2 * np.pi * 440 * t)).astype(np.float32))
    return np.repeat(np.frombuffer(mono, "<i2"), channels).tobytes()


def _write(path: Path, rate: int, channels: int = 1, width: int = 2) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(_tone(rate, 0.5, channels))


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (8_000, 1), (44_100, 2)])
def test_recordings_of_any_rate_become_16_khz_mono(tmp_path: Path, rate: int, channels: int) -> None:
    _write(tmp_path / "a.wav", rate, channels)
    samples = read_wav(tmp_path / "a.wav")
    assert len(samples) == pytest.approx(8_000, abs=2)
    assert float(np.sqrt(np.mean(samples**2))) == pytest.approx(0.5 / math.sqrt(2), abs=0.02)


def test_the_telephone_keeps_speech_and_loses_little(tmp_path: Path) -> None:
    _write(tmp_path / "a.wav", 16_000)
    samples = read_wav(tmp_path / "a.wav")
    narrow = over_the_phone(samples)
    clean = samples[::2]
    middle = slice(200, -200)
    noise = float(np.sqrt(np.mean((narrow[middle] - clean[middle]) ** 2)))
    assert len(narrow) == len(clean)
    assert 1e-4 < noise < 0.02  # 8 bits leave an error, a small one


async def test_both_versions_of_a_recording_are_transcribed(tmp_path: Path) -> None:
    _write(tmp_path / "a.wav", 16_000)
    manifest = tmp_path / "m.jsonl"
    manifest.write_text(json.dumps({"file": "a.wav", "transcript": "カードの更新"}) + "\n", encoding="utf-8")
    scripted = ScriptedTranscriber(["カードの更新", "カードの更正"], delay_secs=0)
    [heard] = await evaluate(load_manifest(manifest), scripted)
    assert (heard.wide_errors.cer, heard.phone_errors.edits) == (0.0, 1)
    assert scripted.lengths_secs == [pytest.approx(0.5), pytest.approx(0.5)]


@pytest.mark.parametrize("line", ["{", '{"file": "none.wav", "transcript": "x"}', '{"transcript": "x"}', "[]"])
def test_a_bad_manifest_names_the_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "m.jsonl").write_text("\n" + line + "\n", encoding="utf-8")
    with pytest.raises(NotReadable) as caught:
        load_manifest(tmp_path / "m.jsonl")
    assert caught.value.problems[0].row == 2
