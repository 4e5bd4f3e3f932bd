"""What a piece of Japanese text is about, as a set that survives when the text is put differently. Pure."""

import re

from knowledge.text.facts import figures

_KANJI = re.compile("[\u3400-\u9fff々]")
_KATAKANA = re.compile("[\u30a1-\u30faー]{2,}")
_LATIN = re.compile("[a-z][a-z0-9]+", re.I)
_BOILERPLATE = re.compile("手数料|費用|料金|場合")
_ONLY = re.compile("(?<!いた)だけ|のみ|に限")
_COMPOUND = re.compile(
    "本人確認書類|資格確認書|交付通知書|交付申請書|電子証明書|暗証番号|健康保険証|マイナンバーカード|公金受取口座|在留カード"
)
"""Names of one thing each: their characters must not look like other words that share some of them."""

_ALIKE = str.maketrans("完終異", "了了違")
"""終わる is 完了する, 異なる is 違う."""


def features(text: str) -> frozenset[str]:
    """Kanji, katakana words, latin words and figures: what survives when a sentence is put differently."""
    telling = _BOILERPLATE.sub(" ", text.translate(_ALIKE))
    named = _COMPOUND.findall(telling)
    telling = _COMPOUND.sub(" ", telling)
    found = {*named, *_KANJI.findall(telling), *_KATAKANA.findall(telling), *(w.lower() for w in _LATIN.findall(text))}
    found.update(f"{fact.value}{fact.unit}{fact.bound}" for fact in figures(text))
    if _ONLY.search(text):
        found.add("だけ")
    return frozenset(found)
