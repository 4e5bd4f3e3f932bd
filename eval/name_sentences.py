"""Sentences to fit the evidence for names on: places filled with names of every kind, and ordinary text without any."""

import csv
import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

from eval.cases import SHIPPED
from eval.pii import load_labelled
from knowledge.privacy.gazetteer import is_known_surname, names, words

LISTS = Path(__file__).parent.parent / "knowledge" / "privacy" / "data"
_FAQ = Path(__file__).parent.parent / "samples" / "faq.csv"
_SETS = SHIPPED / "pii"
_SLOT = re.compile(r"\{([A-Za-z])\}")
_SEED = 20261128
_FILLINGS = 8
_AS_THEY_STAND = 2
"""How often a sentence of the redaction sets counts with its own names."""
_COMMON = 1500
NO_NAMES, ORDINARY = "no_names", "ordinary"
"""The families of sentences without names: written to be hard, and what the FAQ and its citizens say."""


@dataclass(frozen=True, slots=True)
class Sentence:
    family: str
    text: str
    spans: tuple[tuple[int, int], ...]


class NameMaker:
    """Names of every kind for the places of a sentence: common, rare and word-like ones."""

    def __init__(self, seed: int) -> None:
        lists = names()
        self._random = random.Random(seed)
        self._common = _first_column("surnames.txt")[:_COMMON]
        self._rare = sorted(lists.surnames | lists.rare_surnames)
        self._single = [name for name in self._rare if len(name) == 1]
        self._word_like = [name for name in words("ordinary_surnames") if is_known_surname(name)]
        self._given = _first_column("given_names.txt")
        self._given_common = [name for name in self._given if re.fullmatch(r"[一-龥々]{1,3}", name)]
        self._surname_readings = sorted(lists.surname_readings)
        self._given_readings = sorted(lists.given_readings)
        self._foreign = words("foreign_names")

    def fill(self, kind: str) -> str:
        pick = self._random.choice
        if kind == "N":
            return self.fill(self._random.choices("SFskX", (12, 2, 3, 2, 0.5))[0])
        if kind == "M":
            return self.fill(self._random.choices("Ggi", (6, 3, 2))[0])
        if kind == "S":
            source = self._random.choices((self._common, self._rare, self._single, self._word_like), (55, 22, 18, 5))[0]
            return pick(source)
        if kind == "F":
            return self.fill("S") + pick(("", "", " ")) + self.fill("G")
        if kind in "sk":
            return _script(pick(self._surname_readings), kind)
        if kind in "gi":
            return _script(pick(self._given_readings), kind)
        return self._from_abroad(kind)

    def in_passing(self, carrier: str) -> str:
        """The sentence in the middle of others."""
        return self._random.choice(_material()["leads"]) + carrier + self._random.choice(_material()["tails"])

    def _from_abroad(self, kind: str) -> str:
        pick = self._random.choice
        if kind == "x":
            return pick(pick((self._foreign, _material()["unlisted"])))
        if kind == "X":
            return pick("・・ ").join(self._from_abroad("x") for _ in range(pick((2, 2, 3))))
        if kind == "C":
            return pick("王李張劉陳楊趙黄周呉徐孫金朴崔鄭姜尹") + "".join(
                pick("小明秀英偉芳敏静磊洋娟艶勇軍傑濤志浩然子涵") for _ in range(2)
            )
        return pick(_material()["latin"])


def _script(reading: str, kind: str) -> str:
    return reading if kind in "ki" else "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in reading)


def _first_column(file: str) -> list[str]:
    rows = (LISTS / file).read_text(encoding="utf-8").splitlines()
    return [row.partition("\t")[0] for row in rows if row and not row.startswith("#")]


def carriers() -> Iterator[tuple[str, str]]:
    """(family, sentence with places) of the shipped file."""
    family = ""
    for line in _lines("carriers.txt"):
        if line.startswith("["):
            family = line.strip("[]")
        else:
            yield family, line


def carriers_of_sets(without: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The redaction sets as sentences with places of the same script as the names in them; a set is a family."""
    for path in sorted((SHIPPED / "pii").glob("*.jsonl")):
        if path.stem in without:
            continue
        for row in load_labelled(path):
            text, position = "", 0
            for start, end, kind in row.spans:
                if kind != "name" or start < position:
                    continue
                text += row.text[position:start] + "{" + _place_for(row.text[start:end]) + "}"
                position = end
            yield path.stem, text + row.text[position:]


def _place_for(name: str) -> str:
    if re.search(r"[A-Za-z]", name):
        return "L"
    if re.search(r"[ァ-ヴ]", name):
        return "X" if re.search(r"[・\s]", name) else "k" if len(name) > 2 else "i"
    if re.search(r"[ぁ-ん]", name):
        return "g" if len(name) < 4 else "s"
    if name in names().given and not is_known_surname(name):
        return "G"
    return "S" if is_known_surname(name) else "F"


def sentences(without: Sequence[str] = ()) -> list[Sentence]:
    maker = NameMaker(_SEED)
    made = [
        filled(family, maker.in_passing(carrier) if at % 3 == 2 else carrier, maker)
        for family, carrier in (*carriers(), *carriers_of_sets(without))
        for at in range(_FILLINGS if "{" in carrier else 1)
    ]
    made += [sentence for _ in range(_AS_THEY_STAND) for sentence in _of_sets(without)]
    return made + [Sentence(NO_NAMES, line, ()) for line in _lines("no_names.txt") if not _is_either(line)]


def _of_sets(without: Sequence[str]) -> Iterator[Sentence]:
    for path in sorted((SHIPPED / "pii").glob("*.jsonl")):
        if path.stem not in without:
            for row in load_labelled(path):
                yield Sentence(path.stem, row.text, tuple((a, b) for a, b, kind in row.spans if kind == "name"))


def _is_either(line: str) -> bool:
    """「大野です」 may be a place; whoever says so is more often called that."""
    return line.endswith("です") and is_known_surname(line.removesuffix("です"))


def filled(family: str, carrier: str, maker: NameMaker) -> Sentence:
    """The sentence with a name in each place."""
    text, spans, position = "", [], 0
    for slot in _SLOT.finditer(carrier):
        text += carrier[position : slot.start()]
        name = maker.fill(slot[1])
        spans.append((len(text), len(text) + len(name)))
        text += name
        position = slot.end()
    return Sentence(family, text + carrier[position:], tuple(spans))


def ordinary() -> list[Sentence]:
    """What the sample FAQ says and what its citizens ask."""
    with _FAQ.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = {part for row in rows for key in ("question", "alt_questions", "answer") for part in row[key].splitlines()}
    for suite in ("mihon", "probe", "general"):
        for path in (SHIPPED / suite).glob("*.jsonl"):
            texts |= {orjson.loads(line)["text"] for line in path.read_bytes().splitlines()}
    return [Sentence(ORDINARY, text, ()) for text in sorted(texts)]


@cache
def _material() -> dict[str, list[str]]:
    found: dict[str, list[str]] = tomllib.loads((SHIPPED / "names" / "material.toml").read_text(encoding="utf-8"))
    return found


def _lines(file: str) -> list[str]:
    rows = (SHIPPED / "names" / file).read_text(encoding="utf-8").splitlines()
    return [row for row in rows if row and not row.startswith("#")]
