"""Approved translations of the terms of this field. Shipped for six languages; a city's own file adds and replaces."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from knowledge.errors import ConfigurationError

OWN_FILE = "glossary.csv"
"""In the data folder: columns ja, must (1: protected) and any of the languages; several accepted forms separated by ｜, the best one first."""


@dataclass(frozen=True, slots=True)
class Term:
    """`forms[lang]` are the accepted translations, the preferred one first. A `protected` term has to appear in one of
    them; the others are what a translator should prefer."""

    ja: str
    forms: Mapping[str, tuple[str, ...]]
    protected: bool = False


class Glossary:
    """Longest term first: 署名用電子証明書 is not also counted as 電子証明書."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._by_ja = {term.ja: term for term in self.terms}
        longest = sorted(self._by_ja, key=len, reverse=True)
        self._found = re.compile("|".join(map(re.escape, longest)) or r"(?!)")

    def terms_in(self, japanese: str) -> list[Term]:
        """Terms of a Japanese text, each once, in the order of their first place."""
        names = dict.fromkeys(self._found.findall(unicodedata.normalize("NFKC", japanese)))
        return [self._by_ja[name] for name in names]

    def missing(self, japanese: str, translation: str, lang: str) -> list[Term]:
        """Protected terms of the Japanese text of which the translation has neither an accepted form nor, in brackets, the
        Japanese name."""
        folded = _fold(translation)
        wanted = [term for term in self.terms_in(japanese) if term.protected and term.forms.get(lang)]
        return [
            term
            for term in wanted
            if not any(_fold(form) in folded for form in (*term.forms[lang], f"({term.ja}", f"{term.ja})"))
        ]

    def lines(self, japanese: str, lang: str) -> str:
        """The terms of a text for a prompt: 「電子証明書 → electronic certificate」, one a line."""
        found = [term for term in self.terms_in(japanese) if term.forms.get(lang)]
        return "\n".join(f"{term.ja} → {term.forms[lang][0]}" for term in found)

    def foreign_lines(self, text: str, lang: str) -> str:
        """The terms of a foreign text for a prompt, the other way round."""
        folded = _fold(text)
        pairs = [(form, term.ja) for term in self.terms for form in term.forms.get(lang, ()) if _fold(form) in folded]
        return "\n".join(f"{form} → {ja}" for form, ja in dict(pairs).items())


def load_glossary(folder: Path | None = None) -> Glossary:
    """The shipped terms with those of the folder's own file on top. Raises ConfigurationError naming the row."""
    shipped = files("knowledge.language").joinpath("data/glossary.csv").read_text(encoding="utf-8")
    terms = {term.ja: term for term in _read(shipped.splitlines(), "glossary.csv")}
    own = folder / OWN_FILE if folder is not None else None
    if own is not None and own.is_file():
        for term in _read(own.read_text(encoding="utf-8-sig").splitlines(), str(own.name)):
            before = terms.get(term.ja)
            terms[term.ja] = replace(term, forms={**before.forms, **term.forms}) if before else term
    return Glossary(terms.values())


def _read(lines: Sequence[str], name: str) -> list[Term]:
    reader = csv.DictReader(lines)
    if not reader.fieldnames or "ja" not in reader.fieldnames:
        raise ConfigurationError(f"用語集 {name} に ja の列がありません。")
    terms = []
    for number, row in enumerate(reader, 2):
        ja = unicodedata.normalize("NFKC", (row.get("ja") or "").strip())
        if not ja or None in row:
            raise ConfigurationError(
                f"用語集 {name} の{number}行目を読み取れません。列の数と ja の欄を確認してください。"
            )
        forms = {
            lang: _forms(cell) for lang, cell in row.items() if lang not in ("ja", "must") and (cell or "").strip()
        }
        terms.append(Term(ja, forms, bool((row.get("must") or "").strip())))
    return terms


def _forms(cell: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in cell.split("｜") if form.strip())


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
