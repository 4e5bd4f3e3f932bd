"""Does the question ask about another city's office? Names of municipalities, and what people say of them."""

import re
from collections.abc import Collection

_CANDIDATE = re.compile(r"[一-龥々ヶケぁ-んァ-ヴー]{1,8}?[市区町村]")
_ASKED_OF = re.compile(
    r"^(民|在住|内で|の?(市役所|区役所|役所|役場|窓口|コールセンター|センター|受付|担当|支所|出張所|電話|番号|予約|交付|受け?取り?|カード|マイナ|サービス|ホームページ|住民|人間|者)"
    r"|役所|役場|では|でも|って|に(住|電話|聞|予約)|で(カード|受け|申請|更新|作|もら|予約|取|住))"
)
_MOVING = re.compile(r"引っ?越|ひっこ|転入|転出|移っ|移る|移り|異動|転勤|から来|前に住|住んでいた|帰って")


class OtherCities:
    """Knows all municipalities' names; `own` is the city served, in its full name (みほん市)."""

    def __init__(self, names: Collection[str], own: str) -> None:
        self._names = frozenset(names) - {own}

    def asked_about(self, normal_text: str) -> bool:
        """True when another municipality is named as the office that is asked about, and nobody is moving."""
        if _MOVING.search(normal_text):
            return False
        return any(
            self._names_end(normal_text[m.start() : m.end()]) and _ASKED_OF.match(normal_text[m.end() :])
            for m in _ends(normal_text)
        )

    def _names_end(self, candidate: str) -> bool:
        return any(candidate[i:] in self._names for i in range(len(candidate) - 1))


def _ends(text: str) -> list[re.Match[str]]:
    """Every place where a municipality's name could end, with up to eight characters before it."""
    out, start = [], 0
    while (m := _CANDIDATE.search(text, start)) is not None:
        out.append(m)
        start = m.end()
    return out
