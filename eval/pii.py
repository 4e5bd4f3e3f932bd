"""How much personal data the redactor finds, and how much harmless text it takes: by kind and by way of writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.jsonl import read_rows
from eval.metrics.intervals import Rate
from eval.metrics.labels import LabelFigures, Span, span_figures
from knowledge.ports import Redactor
from knowledge.privacy.kinds import LABELS
from knowledge.text.percent import percent

STYLES = {"written": "文字", "asr": "音声認識", "spoken": "読み上げた数字", "clean": "個人情報なし"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence with the personal data in it; offsets in the text."""

    id: str
    text: str
    style: str
    spans: tuple[Span, ...]


def load_labelled(path: Path) -> list[Labelled]:
    """One JSON object a line. Raises NotReadable naming the line."""
    return read_rows(path, _labelled)


def _labelled(row: Any) -> Labelled:
    spans = tuple((int(s["start"]), int(s["end"]), str(s["kind"])) for s in row["spans"])
    return Labelled(str(row["id"]), str(row["text"]), str(row["style"]), spans)


def figures(sentences: Sequence[Labelled], redactor: Redactor) -> dict[str, LabelFigures]:
    """By kind; under "" whether it was hidden at all, whatever it was taken for."""
    found = [redactor.redact(s.text).spans for s in sentences]
    return span_figures([s.spans for s in sentences], found)


def by_style(sentences: Sequence[Labelled], redactor: Redactor) -> dict[str, dict[str, LabelFigures]]:
    return {
        style: figures(part, redactor)
        for style in STYLES
        if (part := [s for s in sentences if s.style == style and s.spans])
    }


def table_rows(sentences: Sequence[Labelled], redactor: Redactor) -> list[tuple[str, str, str, str, str]]:
    """(what, style, n, recall, precision) for all kinds together by style, then each kind."""
    out = [("全体", STYLES[style], *_cells(found[""])) for style, found in by_style(sentences, redactor).items()]
    total = figures(sentences, redactor)
    return out + [(_named(kind), "すべて", *_cells(f)) for kind, f in total.items()]


def _named(kind: str) -> str:
    return LABELS[kind].strip("【】") if kind in LABELS else kind or "全体"


def _cells(found: LabelFigures) -> tuple[str, str, str]:
    return str(found.recall.total), _shown(found.recall), _shown(found.precision)


def _shown(rate: Rate) -> str:
    return f"{percent(rate.value)}（{percent(rate.low)}〜{percent(rate.high)}）" if rate.total else "－"
