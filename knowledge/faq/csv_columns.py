"""Which column of a file is which field: machine ids, Japanese labels and the names such columns have elsewhere."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.errors import InvalidInput, Problem
from knowledge.faq.labels import LABELS
from knowledge.text.late_pattern import late_pattern

_OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "faq_id": ("id", "番号", "no", "faqid", "管理番号"),
    "question": ("q", "質問文", "問い", "質問内容"),
    "answer": ("a", "回答文", "答え", "回答内容"),
    "alt_questions": ("言い換え質問", "類似質問", "別の聞き方"),
    "answer_voice": ("音声回答", "読み上げ用回答"),
    "answer_easy": ("やさしい日本語の回答",),
    "category": ("カテゴリ", "カテゴリー", "分類"),
    "subcategory": ("サブカテゴリ", "サブカテゴリー", "中分類"),
    "department": ("担当課", "所管", "担当部署"),
    "url": ("リンク", "参照url"),
    "handoff_phone": ("取次先電話番号",),
    "forms": ("様式", "関連リンク"),
    "contact_phone": ("案内先電話番号", "問い合わせ先電話"),
}
_DECORATION = late_pattern(r"[\s*＊※]|[（(\[【]?(?:必須|任意)[）)\]】]?")


@dataclass(frozen=True, slots=True)
class Columns:
    """`fields[i]` is the field of column i, None where nobody knows it."""

    fields: tuple[str | None, ...]
    unknown: tuple[str, ...]


def recognise(header: Sequence[str]) -> Columns:
    """Raises InvalidInput when question or answer is missing, or two columns are the same field."""
    fields = tuple(_KNOWN.get(_folded(name)) for name in header)
    known = [field for field in fields if field]
    problems = [
        Problem(f"「{LABELS[field]}」（{field}）の列がありません。見出しの行を確認してください。", 1, field)
        for field in ("question", "answer")
        if field not in known
    ]
    twice = sorted({field for field in known if known.count(field) > 1})
    problems += [Problem(f"「{LABELS[field]}」の列が2つ以上あります。", 1, field) for field in twice]
    if problems:
        found = "、".join(name[:20] for name in header[:12] if name.strip()) or "なし"
        raise InvalidInput(f"FAQの一覧として読み込めません。見つかった見出し：{found}", problems)
    return Columns(
        fields, tuple(name for name, field in zip(header, fields, strict=True) if not field and name.strip())
    )


def _folded(name: str) -> str:
    return _DECORATION.sub("", unicodedata.normalize("NFKC", name).strip("\ufeff")).lower()


_KNOWN = {
    _folded(name): field for field, label in LABELS.items() for name in (field, label, *_OTHER_NAMES.get(field, ()))
}
