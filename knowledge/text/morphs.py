"""What Sudachi says about a word, and what the word brings into every kind of feature."""

from dataclasses import dataclass, field
from itertools import chain

from knowledge.text.normalise import fold_reading

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
_POS_WEIGHT = {"副詞": 0.3, "代名詞": 0.3, "連体詞": 0.2}
LIGHT_WEIGHT = 0.2
"""Light words in a query: enough to separate 'how' from 'when', too little to lead."""
_GRAMMAR_POS = frozenset({"助詞", "助動詞"})
_SILENT_POS = frozenset({"補助記号", "空白"})


@dataclass(frozen=True, slots=True)
class Unit:
    """One word: normalised form, reading in katakana, part of speech, ids of Sudachi's synonym groups. `sort` is the
    last part of speech that is given: サ変可能, 副詞可能, 地名 …"""

    surface: str
    norm: str
    reading: str
    pos: str
    synonym_ids: tuple[int, ...]
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Morph:
    """A C unit and, when it is a compound, its A units. What features need of it is worked out once: dictionary words
    are kept (see `Tokenizer`), and every kind of feature asks for the same things."""

    unit: Unit
    parts: tuple[Unit, ...] = ()
    is_function_word: bool = field(init=False, repr=False, compare=False)
    is_light: bool = field(init=False, repr=False, compare=False)
    is_silent: bool = field(init=False, repr=False, compare=False)
    """Symbols and spaces: nobody says them."""
    words: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Normalised C unit followed by the A units inside it; empty for function words."""
    query_weight: float = field(init=False, repr=False, compare=False)
    """Weight of each of `words` in a query."""
    synonyms: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Sudachi synonym group ids of a content word, as `S123`."""
    sounds: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """2- and 3-grams of `^reading$` of a content word; empty for light words."""
    folded_reading: str = field(init=False, repr=False, compare=False)
    """The reading as a recogniser may have heard it; that of joined words is their folded readings joined."""
    ideographs: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Encoder features: the kanji as they are written."""
    heard: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Encoder features: the 3-grams among `sounds`."""
    grammar: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Encoder features: synonym groups, and the word itself where it is a particle or an auxiliary."""

    def __post_init__(self) -> None:
        unit, put = self.unit, object.__setattr__
        function, light = unit.pos in FUNCTION_POS, unit.norm in LIGHT_WORDS
        put(self, "is_function_word", function)
        put(self, "is_light", light)
        put(self, "is_silent", unit.pos in _SILENT_POS)
        inside = () if function else tuple(p.norm for p in self.parts if p.pos not in FUNCTION_POS)
        put(self, "words", () if function else (unit.norm, *inside))
        put(self, "query_weight", LIGHT_WEIGHT if light else _POS_WEIGHT.get(unit.pos, 1.0))
        ids = tuple(chain(unit.synonym_ids, *(p.synonym_ids for p in self.parts)))
        put(self, "synonyms", () if function else tuple(f"S{g}" for g in ids))
        put(self, "folded_reading", fold_reading(unit.reading))
        put(self, "sounds", () if function or light else _grams(f"^{unit.reading}$"))
        put(self, "ideographs", tuple(f"1:{c}" for c in unit.surface if "\u4e00" <= c <= "\u9fff"))
        put(self, "heard", tuple(f"Y:{gram}" for gram in self.sounds if len(gram) == 3))
        said = (f"F:{unit.norm}",) if unit.pos in _GRAMMAR_POS else ()
        put(self, "grammar", (*(f"S:{g}" for g in sorted(set(ids))), *said))


def _grams(reading: str) -> tuple[str, ...]:
    return tuple(reading[i : i + n] for n in (2, 3) for i in range(len(reading) - n + 1))
