"""Word-level difference between two texts of an FAQ, field by field."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Literal

from knowledge.domain import FaqEntry, Referral
from knowledge.faq.content import CONTENT_FIELDS
from knowledge.faq.labels import LABELS
from knowledge.text.late_pattern import late_pattern

Tokenise = Callable[[str], Sequence[str]]
"""Words of a text in order; joined they must give the text again."""
_WORDS = late_pattern(r"[一-鿿々]+|[ぁ-ゖー]+|[ァ-ヺー]+|[A-Za-z0-9]+|\s+|.", re.S)


@dataclass(frozen=True, slots=True)
class Part:
    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field that differs; parts with kind same+removed give the old text, same+added the new one."""

    field: str
    label: str
    parts: tuple[Part, ...]


def diff(old: FaqEntry, new: FaqEntry, tokenise: Tokenise | None = None) -> tuple[FieldDiff, ...]:
    """Fields whose content differs, in the order of the entry."""
    found = []
    for name in CONTENT_FIELDS:
        before, after = shown(getattr(old, name)), shown(getattr(new, name))
        if before != after:
            found.append(FieldDiff(name, LABELS.get(name, "取次ぎ"), text_diff(before, after, tokenise)))
    return tuple(found)


def text_diff(before: str, after: str, tokenise: Tokenise | None = None) -> tuple[Part, ...]:
    """Parts in reading order; removed comes before added."""
    old, new = _words(before, tokenise), _words(after, tokenise)
    parts: list[Part] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(Part("same", "".join(old[old_from:old_to])))
            continue
        if old_from < old_to:
            parts.append(Part("removed", "".join(old[old_from:old_to])))
        if new_from < new_to:
            parts.append(Part("added", "".join(new[new_from:new_to])))
    return tuple(parts)


def shown(value: Any) -> str:
    """A field as text, lists one item a line."""
    if value is None:
        return ""
    if isinstance(value, Referral):
        return f"{value.department}\n{value.phone}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "\n".join("：".join(item) if isinstance(item, tuple) else item for item in value)
    return str(value)


def _words(text: str, tokenise: Tokenise | None) -> list[str]:
    words = list(tokenise(text)) if tokenise else _WORDS.findall(text)
    # A tokenizer that normalises would show the editor words nobody wrote.
    return words if "".join(words) == text else _WORDS.findall(text)
