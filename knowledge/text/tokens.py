"""Sudachi morphemes as search needs them: C units in normalised form, with the A units inside them."""

import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sudachipy import Dictionary, SplitMode
from sudachipy import Tokenizer as SudachiTokenizer

from knowledge.text.normalise import MAX_QUERY_CHARS, normalise

FUNCTION_POS = frozenset({"助詞", "助動詞", "補助記号", "空白", "接続詞", "感動詞"})
# Words that stand in almost every question. Indexed, but they weigh little in a query.
LIGHT_WORDS = frozenset(
    [
        "為る",
        "居る",
        "有る",
        "成る",
        "事",
        "物",
        "出来る",
        "良い",
        "何",
        "何処",
        "何時",
        "こと",
        "もの",
        "です",
        "ます",
        "下さい",
        "下さる",
        "言う",
        "教える",
        "知る",
        "無い",
        "其の",
        "此の",
        "時",
        "場合",
        "如何",
        "貰う",
        "於く",
        "因る",
        "対する",
        "御",
        "人",
        "方",
        "為",
        "等",
        "様",
        "思う",
        "仕舞う",
    ]
)
_CHUNK = 8000  # Sudachi refuses inputs beyond about 48 kB of UTF-8


@dataclass(frozen=True, slots=True)
class Unit:
    """One word: normalised form, reading in katakana, part of speech, ids of Sudachi's synonym groups."""

    surface: str
    norm: str
    reading: str
    pos: str
    synonym_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Morph:
    """A C unit and, when it is a compound, its A units."""

    unit: Unit
    parts: tuple[Unit, ...] = ()
    is_function_word: bool = field(init=False)
    is_light: bool = field(init=False)

    def __post_init__(self) -> None:
        # Every kind of feature asks for these, so they are looked up once.
        object.__setattr__(self, "is_function_word", self.unit.pos in FUNCTION_POS)
        object.__setattr__(self, "is_light", self.unit.norm in LIGHT_WORDS)


class Tokenizer:
    """Thread-safe: a Sudachi tokenizer shared by threads raises "Already borrowed", so each thread has its own."""

    def __init__(self) -> None:
        self._dictionary = Dictionary(dict="core")
        self._local = threading.local()

    def morphs(self, text: str) -> list[Morph]:
        """Morphemes of the matching form of `text`, in order."""
        normal = normalise(text)
        out: list[Morph] = []
        for start in range(0, len(normal), _CHUNK):
            out.extend(self._chunk(normal[start : start + _CHUNK]))
        return out

    def query_morphs(self, text: str) -> list[Morph]:
        """Like `morphs`, with the length bound of a question. One question is asked for by search and by the intent
        model: a thread's last one is kept."""
        last: tuple[str, list[Morph]] | None = getattr(self._local, "last", None)
        if last is not None and last[0] == text:
            return last[1]
        morphs = self.morphs(text[: MAX_QUERY_CHARS * 2])[:MAX_QUERY_CHARS]
        self._local.last = (text, morphs)
        return morphs

    @cached_property
    def version(self) -> str:
        """Dictionary version, part of every index fingerprint."""
        from importlib.metadata import version

        return f"sudachi {version('sudachipy')} core {version('sudachidict-core')}"

    def _chunk(self, text: str) -> list[Morph]:
        tokenizer = self._tokenizer()
        out = []
        for m in tokenizer.tokenize(text):
            parts = m.split(SplitMode.A, add_single=False)
            out.append(Morph(_unit(m), tuple(_unit(p) for p in parts)))
        return out

    def _tokenizer(self) -> SudachiTokenizer:
        tokenizer: SudachiTokenizer | None = getattr(self._local, "tokenizer", None)
        if tokenizer is None:
            tokenizer = self._dictionary.create(mode=SplitMode.C)
            self._local.tokenizer = tokenizer
        return tokenizer


def _unit(m: Any) -> Unit:
    return Unit(m.surface(), m.normalized_form(), m.reading_form(), m.part_of_speech()[0], tuple(m.synonym_group_ids()))
