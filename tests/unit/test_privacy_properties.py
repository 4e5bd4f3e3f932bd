"""What must hold for any text: no long number survives, nothing raises, time stays linear."""

import json
import re
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from knowledge.privacy.kinds import LABELS
from knowledge.privacy.normalise import normalise
from knowledge.privacy.redacted import RedactedText
from knowledge.privacy.redactor import RuleRedactor

_REDACTOR = RuleRedactor()
_GAPS = [
    "",
    "-",
    "－",
    "‐",
    "ー",
    " ",
    "\u3000",
    "の",
    "、",
    "。",
    "・",
    ",",
    "_",
    "|",
    "えー",
    "、えっと、",
    "\u200b",
    "\n",
    "(",
    ")",
]
_SPEECH = ["ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュー"]
_FORMS = st.sampled_from(["0123456789", "０１２３４５６７８９", "〇一二三四五六七八九", _SPEECH])
_SIZE = 3_000
_TEXT = st.text(alphabet=st.characters(), max_size=80)
_PIECES = st.lists(
    st.sampled_from(
        [
            "山田",
            "花子",
            "さん",
            "様",
            "です",
            "と申します",
            "氏名は",
            "住所は",
            "松阪市",
            "殿町",
            "1340番地",
            "3丁目",
            "090",
            "1234",
            "5678",
            "0120",
            "@",
            "example.jp",
            "昭和60年",
            "3月15日",
            "生まれ",
            "暗証番号は",
            "マイナンバーは",
            "、",
            "。",
            "の",
            "【氏名】",
            "【電話番号】",
            "に",
            "し",
            "ご",
            "ゼロ",
            "キュー",
            "〒",
            "515-0001",
            "AB",
            "12345678",
            "\u200b",
            "市役所",
            "記号",
            "番号",
        ]
    ),
    max_size=14,
).map("".join)


@given(st.text("0123456789", min_size=12, max_size=12), st.lists(st.sampled_from(_GAPS), min_size=11, max_size=11))
@settings(max_examples=300, deadline=None)
def test_no_twelve_digits_survive_any_separator(digits: str, gaps: list[str]) -> None:
    text = "".join(digit + gap for digit, gap in zip(digits, [*gaps, ""], strict=True))
    assume(not re.search(r"(?:19|20)\d\d[-.]\d", normalise(text).text))
    # Freephone and navi-dial numbers are public; with two digits more they are no phone at all.
    assert not re.search(r"\d", normalise(str(_REDACTOR.redact(f"番号は{text}です").text)).text)


@given(st.lists(st.tuples(st.integers(0, 9), _FORMS), min_size=12, max_size=12), st.sampled_from(["", "の", "、", " "]))
@settings(max_examples=200, deadline=None)
def test_no_spoken_number_survives(digits: list[tuple[int, str | list[str]]], gap: str) -> None:
    text = gap.join(form[value] for value, form in digits)
    assume(not text.startswith(tuple("一二三四五六七八九")) and not text.endswith(tuple("一二三四五六七八九")))
    redaction = _REDACTOR.redact(f"、{text}、")
    assert sum(end - start for start, end, _ in redaction.spans) >= len(text)


def _fragments() -> list[str]:
    """Pieces of the labelled sentences: joined at random they make the edges no author thinks of."""
    folder = Path(__file__).parents[2] / "eval" / "datasets" / "pii"
    texts = [
        json.loads(line)["text"]
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    cut = re.compile(r"(?<=[、。はのがで])|(?<=[0-9])(?=[^0-9])")
    return [piece for text in texts for piece in cut.split(text) if piece]


_MIXED = st.lists(st.sampled_from([*_fragments(), *LABELS.values()]), max_size=9).map("".join)


@given(st.one_of(_TEXT, _PIECES, _MIXED))
@example("す【口座番号】【在留カード番号】代理人はかな")
@example("名前で12345678901234567890123件の請書の番真央で")
@example("保険証の記号は12、番号は3456789です")
@example("記号00000000000000000番号00")
@settings(max_examples=400, deadline=None)
def test_never_raises_and_is_idempotent(text: str) -> None:
    once = _REDACTOR.redact(text)
    assert isinstance(once.text, RedactedText)
    twice = _REDACTOR.redact(once.text)
    assert twice.text == once.text
    assert not twice.spans


@given(st.one_of(_TEXT, _PIECES, _MIXED))
@settings(max_examples=300, deadline=None)
def test_spans_map_back_to_the_original(text: str) -> None:
    redaction = _REDACTOR.redact(text)
    parts: list[str] = []
    position = 0
    for start, end, kind in redaction.spans:
        assert position <= start < end <= len(text)
        parts += [text[position:start], LABELS[kind]]
        position = end
    assert "".join([*parts, text[position:]]) == redaction.text
    assert redaction.kinds == {kind for _, _, kind in redaction.spans}


@given(_TEXT)
@settings(max_examples=200, deadline=None)
def test_normalisation_offsets_are_ordered(text: str) -> None:
    plain = normalise(text)
    previous = 0
    for index in range(len(plain.text)):
        start, end = plain.original(index, index + 1)
        assert previous <= start < end <= len(text)
        previous = start


@pytest.mark.parametrize(
    "unit",
    ["にしごく", "0 ", "の", "山田", "12345678901 ", "a@", "1番地", "1-", "口座番号", "松阪市", "9", "氏名は", "漢字はあの山", "電話は1、", " ",
     "十", "三十", "頭が12、", "違う12", "今は原です", "妹のさ", "きむらまさと", "A B ", "いちがつ", "番地が1", "部屋は",
     "〒", "と申し", "8:30〜17:15、", "生まれ", "えー", "ア", "ゼロ", "昭和", "【氏名】", "住所は", "ドット@"],
)  # fmt: skip
def test_work_grows_with_the_text_and_not_with_its_square(unit: str) -> None:
    # Lines run are counted, not seconds: the figures are the same on every machine. Twice the text may cost twice the
    # work; four times would be quadratic.
    short, long = (_lines_run((unit * (size // len(unit) + 1))[:size]) for size in (_SIZE, 2 * _SIZE))
    assert long < 2.5 * short + 500


def test_no_single_step_reads_a_long_text_again_and_again() -> None:
    # Steps inside the regular expression engine are no lines; a second text of the same kind must not cost more than
    # its length, with room for a busy machine.
    for unit in (
        "8:30〜17:15、",
        "ゆうちょ1",
        "漢字は山の",
        "a b",
        "マンション",
        "1番地1マンション",
        "きむら",
        "じゅう",
        "違う12",
        "A Bc ",
        "番地が1の",
    ):
        short, long = (_cpu_secs((unit * (size // len(unit) + 1))[:size]) for size in (30_000, 60_000))
        assert long < 8 * short + 0.5, unit


def _lines_run(text: str) -> int:
    count = 0

    def line(_frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal count
        count += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(lambda _frame, _event, _arg: line)
    try:
        _REDACTOR.redact(text)
    finally:
        sys.settrace(before)
    return count


def _cpu_secs(text: str) -> float:
    """CPU time of this thread alone, the least of three runs: what else the process does must not count."""
    taken = []
    for _ in range(3):
        started = time.thread_time()
        _REDACTOR.redact(text)
        taken.append(time.thread_time() - started)
    return min(taken)
