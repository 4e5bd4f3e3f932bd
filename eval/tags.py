"""How well automatic tags (REC-10) and alerts made of words (SPT-05) meet what a supervisor would say: precision and
recall, by label and all together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.jsonl import read_rows
from eval.metrics.intervals import Rate, rate
from eval.metrics.labels import LabelFigures, label_figures


@dataclass(frozen=True, slots=True)
class Note:
    """A record in an operator's words, or one utterance of a call, with the labels a person gave it; none at all is an
    answer too."""

    id: str
    text: str
    tags: frozenset[str]
    split: str
    faq_id: str = ""
    """The FAQ the operator answered with, where the set names it."""
    speaker: str = ""
    """Who said it, where it is an utterance."""


Tagger = Callable[[Note], Iterable[str]]


@dataclass(frozen=True, slots=True)
class TagFigures:
    whole: LabelFigures
    by_tag: dict[str, LabelFigures]
    exact: Rate
    """Records whose tags are exactly the person's."""


def load_notes(path: Path, split: str = "") -> list[Note]:
    """One JSON object a line; one split of them when it is named. Raises NotReadable naming the line."""
    return [note for note in read_rows(path, _note) if not split or note.split == split]


def _note(row: Any) -> Note:
    made = Note(str(row["id"]), str(row["text"]), frozenset(row["tags"]), str(row["split"]))
    return replace(made, faq_id=str(row.get("faq_id", "")), speaker=str(row.get("speaker", "")))


def tag_figures(notes: Sequence[Note], tagger: Tagger) -> TagFigures:
    """Every pair of record and tag counts once in `whole`."""
    found = [frozenset(tagger(note)) for note in notes]
    gold = [note.tags for note in notes]
    by_tag = label_figures(gold, found)
    right = sum(len(one & two) for one, two in zip(gold, found, strict=True))
    whole = LabelFigures(rate(right, sum(map(len, found))), rate(right, sum(map(len, gold))))
    return TagFigures(whole, by_tag, rate(sum(a == b for a, b in zip(gold, found, strict=True)), len(notes)))
