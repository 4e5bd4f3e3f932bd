"""Usual Japanese words (the key list of the installed word vectors) as homophones, worked out once and kept on disk."""

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import orjson

from eval.noise import Homophones, homophones
from knowledge.domain import FaqEntry
from knowledge.errors import Unavailable
from knowledge.search.cache import read_json, write_json
from knowledge.search.word_vectors import WordVectors
from knowledge.text.tokens import Tokenizer

_SHORT_KANJI_WORD = re.compile(r"[\u4e00-\u9fff々ぁ-んァ-ヶー]{0,5}[\u4e00-\u9fff][\u4e00-\u9fff々ぁ-んァ-ヶー]{0,5}")
_MAX_CHARS = 6


def usual_words(vectors: WordVectors) -> Iterator[str]:
    """Short words with kanji that have a word vector of their own. Raises Unavailable without ja_ginza."""
    spec = find_spec("ja_ginza")
    if spec is None or spec.origin is None:
        raise Unavailable("単語の一覧（ja_ginza）が見つかりません。README の手順でインストールし直してください。")
    folder = Path(spec.origin).parent / f"ja_ginza-{version('ja_ginza')}"
    for word in orjson.loads((folder / "vocab" / "strings.json").read_bytes()):
        if len(word) <= _MAX_CHARS and _SHORT_KANJI_WORD.fullmatch(word) and vectors.get(word) is not None:
            yield word


def load_homophones(
    folder: Path, tokenizer: Tokenizer, entries: Iterable[FaqEntry], vectors: WordVectors
) -> Homophones:
    """Homophones of the usual words (kept in `folder`) joined with those of the FAQ in hand."""
    path = folder / "homophones.json"
    kept = read_json(path)
    if kept.get("version") != tokenizer.version:
        table = homophones(tokenizer, (), usual_words(vectors))
        kept = {"version": tokenizer.version, "words": {r: list(w) for r, w in table.words.items()}}
        write_json(path, kept)
    own = homophones(tokenizer, entries, ())
    readings = {**{r: tuple(w) for r, w in kept["words"].items()}}
    for reading, words in own.words.items():
        readings[reading] = tuple(dict.fromkeys((*words, *readings.get(reading, ()))))
    return Homophones(readings)
