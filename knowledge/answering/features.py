"""What a piece of Japanese text is about, as a set that survives when the text is put differently. Pure."""

from functools import lru_cache

from knowledge.text.facts import figures
from knowledge.text.late_pattern import late_pattern

_KEPT = 8192
"""Clauses that are remembered; those of one sentence are asked for by several checks."""
_ONLY = late_pattern("(?<!いた)だけ(?!でなく|で(?:は)なく)|のみ(?!ならず)|に限|しか(?=[^、。]{0,14}(?:ません|ない))")
_BOILERPLATE = frozenset({"手数料", "費用", "料金", "場合"})
_FEATURE = late_pattern(
    "本人確認書類|資格確認書|交付通知書|交付申請書|電子証明書|暗証番号|健康保険証|マイナンバーカード|公金受取口座|在留カード"
    "|手数料|費用|料金|場合|[\u30a1-\u30faー]{2,}|[A-Za-z][A-Za-z0-9]+|[\u3400-\u9fff々]"
)
"""Names of one thing each come first: their characters must not look like other words that share some of them."""
_ALIKE = str.maketrans("完終異使利購修訂宅氏死", "了了違用用買直直家名亡")
"""終わる is 完了する, 異なる is 違う, 使う is 利用する."""
_PHRASES = (
    ("お越し", "来"),
    ("先着順", "早い順"),
    ("なくし", "失"),
    ("なくす", "失"),
    ("紛失", "失"),
    ("記入", "書"),
    ("記載", "書"),
    ("失効", "失効用"),
)


@lru_cache(maxsize=_KEPT)
def features(text: str) -> frozenset[str]:
    """Kanji, katakana words, latin words and figures: what survives when a sentence is put differently."""
    found = {word.lower() if word.isascii() else word for word in _FEATURE.findall(alike(text))} - _BOILERPLATE
    found.update(f"{fact.value}{fact.unit}{fact.bound}" for fact in figures(text))
    if "マイナンバーカード" in found:
        found.add("カード")
    if _ONLY.search(text):
        found.add("だけ")
    return frozenset(found)


def alike(text: str) -> str:
    """One way to write what is often written in two."""
    for words, other in _PHRASES:
        text = text.replace(words, other)
    return text.translate(_ALIKE)
