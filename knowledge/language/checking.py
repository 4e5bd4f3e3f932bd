"""What is wrong with a machine translation, in words for the person (or the next try) that has to mend it. Pure."""

import re
import unicodedata
from collections.abc import Sequence

from knowledge.language.figures import differences
from knowledge.language.glossary import Glossary
from knowledge.text.language import detect_language
from knowledge.text.late_pattern import late_pattern

_LABEL = late_pattern(r"【[^】\n]{1,12}】|\{\{[^{}\n]{1,40}\}\}")
"""What stands for something else: a redacted datum, a value of the city."""
_LEAST_LETTERS = 12
"""Below this the language of a text cannot be told."""


def translation_problems(
    source: str, source_lang: str, target: str, target_lang: str, glossary: Glossary
) -> tuple[str, ...]:
    """Problems in Japanese, empty when none was found. Finding none does not prove the translation right."""
    if not target.strip():
        return ("訳文がありません。",)
    problems = [
        *_figure_problems(source, source_lang, target, target_lang),
        *_language_problems(source, target, target_lang),
    ]
    if source_lang == "ja":
        for term in glossary.missing(source, target, target_lang):
            problems.append(f"用語「{term.ja}」の訳は「{term.forms[target_lang][0]}」にしてください。")
    lost = set(_LABEL.findall(source)) - set(_LABEL.findall(target))
    problems += [f"{label} がそのまま残っていません。" for label in sorted(lost)]
    return tuple(problems)


def _figure_problems(source: str, source_lang: str, target: str, target_lang: str) -> Sequence[str]:
    found = differences(source, source_lang, target, target_lang)
    problems = []
    if found.missing:
        problems.append(f"原文の {'、'.join(found.missing)} が訳文にありません。")
    if found.added:
        problems.append(f"訳文の {'、'.join(found.added)} は原文にありません。")
    return problems


def _language_problems(source: str, target: str, target_lang: str) -> Sequence[str]:
    """Brackets hold Japanese names on purpose, so they do not count."""
    bare = re.sub(r"[（(][^）)]*[）)]", "", unicodedata.normalize("NFC", target))
    letters = sum(char.isalpha() for char in bare)
    if letters < _LEAST_LETTERS or target.strip() == source.strip():
        return ("訳されていません。",) if target.strip() == source.strip() and letters >= _LEAST_LETTERS else ()
    return () if detect_language(bare) == target_lang else ("訳文が、求めた言語ではありません。",)
