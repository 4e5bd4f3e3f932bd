"""The content of an FAQ: its checked form, its canonical JSON and the hash that says whether two are the same."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from hashlib import sha256
from typing import Any, get_args

import orjson

from knowledge.domain import LANGUAGES, FaqEntry, HandoffReason, Referral, Visibility
from knowledge.errors import InvalidInput, Problem
from knowledge.faq.text_rules import check_text
from knowledge.text.late_pattern import late_pattern

MAX_CELL_CHARS = 20_000
MAX_LIST_ITEMS = 500
_MAX_CHARS = {
    "question": 1_000,
    "answer_voice": 4_000,
    "answer_easy": MAX_CELL_CHARS,
    "answer": MAX_CELL_CHARS,
    "review_note": 4_000,
}
_LINE_CHARS = 200
_MAX_FACETS = 30
_LONG_LINES = {"url": 2_000, "evidence": 4_000}
_MULTILINE = frozenset({"answer", "answer_voice", "answer_easy", "evidence", "review_note"})
_ID = late_pattern(r"[^\s/\\?#%&\"'<>|｜,、]{1,64}")
_BAD_SCHEME = late_pattern(r"\s*(javascript|data|vbscript|file)\s*:", re.I)
_BAD_ADDRESS = late_pattern(r"(javascript|data|vbscript|file)\s*:", re.I)
_LIST_BREAK = late_pattern(r"[\n｜]")
_SHORT_LIST_BREAK = late_pattern(r"[\n｜、,，;；]")

# Not content: the state of the entry, what identifies it, and what callers said.
_STATE = frozenset({"faq_id", "lang", "version", "status", "past_wordings"})
CONTENT_FIELDS: tuple[str, ...] = tuple(f.name for f in fields(FaqEntry) if f.name not in _STATE)
TEXT_FIELDS: tuple[str, ...] = (
    "question",
    "answer",
    "answer_voice",
    "answer_easy",
    "category",
    "subcategory",
    "department",
    "evidence",
    "url",
    "contact_phone",
    "review_note",
)
LIST_FIELDS: tuple[str, ...] = ("alt_questions", "tags", "related_ids", "forms")
_LINES = frozenset({"alt_questions", "forms"})
"""Lists whose items are sentences or addresses: commas do not part them."""


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """An entry as it may be stored, what forbids storing it, and what was changed in it."""

    entry: FaqEntry
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def check_entry(entry: FaqEntry, row: int | None = None) -> CheckedEntry:
    """Clean every field and collect all problems, each with its column (and `row` when it came from a file)."""
    cleaner = _Cleaner(row)
    changed: dict[str, Any] = {name: cleaner.text(name, getattr(entry, name)) for name in TEXT_FIELDS}
    changed |= {name: cleaner.items(name, getattr(entry, name)) for name in LIST_FIELDS}
    changed["facets"] = tuple(
        (cleaner.text("facets", key, _LINE_CHARS), cleaner.text("facets", value, _LINE_CHARS))
        for key, value in entry.facets
    )
    if entry.referral is not None:
        changed["referral"] = replace(
            entry.referral,
            department=cleaner.text("handoff_department", entry.referral.department, _LINE_CHARS),
            phone=cleaner.text("handoff_phone", entry.referral.phone, _LINE_CHARS),
        )
    clean = replace(entry, **changed)
    cleaner.problems += _rules(clean, row)
    return CheckedEntry(clean, tuple(cleaner.problems), tuple(cleaner.warnings))


def stored_form(entry: FaqEntry) -> FaqEntry:
    """The checked entry. Raises InvalidInput with every problem."""
    checked = check_entry(entry)
    if checked.problems:
        raise InvalidInput("FAQを保存できません。次の点を直してください。", checked.problems)
    return checked.entry


def split_items(text: str, short: bool) -> tuple[str, ...]:
    """Parts of a list cell. Sentences break at newlines and ｜ only; `short` words at commas as well."""
    pattern = _SHORT_LIST_BREAK if short else _LIST_BREAK
    return tuple(dict.fromkeys(part.strip() for part in pattern.split(text) if part.strip()))


def to_json(entry: FaqEntry) -> str:
    """Canonical JSON of the content: equal content, equal text."""
    content = {name: getattr(entry, name) for name in CONTENT_FIELDS}
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()


def content_hash(content: str) -> str:
    return sha256(content.encode()).hexdigest()


def from_json(text: str, **state: Any) -> FaqEntry:
    """The entry with this content; `state` gives faq_id, lang, version and status."""
    raw: dict[str, Any] = orjson.loads(text)
    for name in ("valid_from", "valid_to", "review_due"):
        raw[name] = date.fromisoformat(raw[name]) if raw[name] else None
    for name in LIST_FIELDS:
        raw[name] = tuple(raw.get(name, ()))
    raw["facets"] = tuple((key, value) for key, value in raw["facets"])
    raw["referral"] = Referral(**raw["referral"]) if raw["referral"] else None
    return FaqEntry(**raw, **state)


class _Cleaner:
    def __init__(self, row: int | None) -> None:
        self._row = row
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def text(self, name: str, raw: str, max_chars: int = 0) -> str:
        limit = max_chars or _MAX_CHARS.get(name) or _LONG_LINES.get(name, _LINE_CHARS)
        checked = check_text(raw, limit, name in _MULTILINE)
        if checked.errors or checked.warnings:
            self.problems += [Problem(message, self._row, name) for message in checked.errors]
            self.warnings += [Problem(message, self._row, name) for message in checked.warnings]
        return checked.text

    def items(self, name: str, raw: Sequence[str]) -> tuple[str, ...]:
        short = name not in _LINES
        limit = _LINE_CHARS if short else _MAX_CHARS["question"]
        cleaned = (self.text(name, part, limit) for item in raw for part in split_items(item, short))
        found = tuple(dict.fromkeys(item for item in cleaned if item))
        # All items together stand in one cell of an exported file.
        if len(found) > MAX_LIST_ITEMS or sum(map(len, found)) + len(found) > MAX_CELL_CHARS:
            message = (
                f"項目が多すぎます（{len(found)}件）。{MAX_LIST_ITEMS}件、{MAX_CELL_CHARS:,}文字以内にしてください。"
            )
            self.problems.append(Problem(message, self._row, name))
        return found


def _rules(entry: FaqEntry, row: int | None) -> list[Problem]:
    checks: Mapping[str, tuple[bool, str]] = {
        "question": (bool(entry.question), "質問を入力してください。"),
        "answer": (bool(entry.answer), "回答を入力してください。"),
        "faq_id": (
            not entry.faq_id or bool(_ID.fullmatch(entry.faq_id)),
            "FAQ番号は64文字以内で、空白や / ? # などの記号を含めないでください。",
        ),
        "lang": (entry.lang in LANGUAGES, f"言語は {'・'.join(LANGUAGES)} のどれかにしてください。"),
        "visibility": (entry.visibility in get_args(Visibility), "公開範囲は public か operator にしてください。"),
        "forms": (
            not any(_BAD_ADDRESS.search(line) for line in entry.forms),
            "様式・リンクのURLは http:// または https:// にしてください。",
        ),
        "url": (not _BAD_SCHEME.match(entry.url), "URLは http:// または https:// で始めてください。"),
        "valid_to": (
            not (entry.valid_from and entry.valid_to) or entry.valid_from <= entry.valid_to,
            "適用終了が適用開始より前です。",
        ),
        "facets": (len(entry.facets) <= _MAX_FACETS, f"区別は{_MAX_FACETS}個以内にしてください。"),
        "handoff_department": (
            entry.referral is None or entry.referral.reason in get_args(HandoffReason),
            "取次ぎの理由が正しくありません。",
        ),
    }
    return [Problem(message, row, name) for name, (fine, message) in checks.items() if not fine]
