"""Does the question ask about another city's office? Names of municipalities, and what people say of them."""

import re
from collections.abc import Collection

from knowledge.answering.city_names import known_cities
from knowledge.text.late_pattern import late_pattern

_CANDIDATE = late_pattern(r"[一-龥々ヶケぁ-んァ-ヴー]{1,8}?[市区町村]")
_ASKED_OF = late_pattern(
    r"^(民|在住|内で|の?(市役所|区役所|役所|役場|窓口|コールセンター|センター|受付|担当|支所|出張所|電話|番号|予約|交付|受け?取り?|カード|マイナ|サービス|ホームページ|住民|人間|者)"
    r"|役所|役場|では|でも|って|に(住|電話|聞|予約)|で(カード|受け|申請|更新|作|もら|予約|取|住))"
)
_MOVING = late_pattern(
    r"引っ?越|ひっこ|転入|転出|移っ|移る|移り|異動|転勤|から来|前に住|住んでいた|帰って|単身|赴任|下宿"
)


_SHORT_ASKED_OF = (
    r"(に(今|いま)?(住|すん)|在住|(市|区)?の?(市|区)?(役所|の?窓口|の?コールセンター|の(ほう|方)で|の(電話|受付)))"
)
_NEARBY = late_pattern(
    r"(?<![一-龥])(お?(隣|となり)|実家|地元|故郷|ふるさと|田舎)の?(ある|ほう|方)?の?(市|町|村|区|県)?(の?(役所|役場|市役所|区役所)|(?<=[市町村区県])の.{0,14}(窓口|コールセンター))"
    r"|(?<![一-龥])お?(隣|となり)の(市|町|村|区)の(人|者|住民)|(?<![一-龥])お?(隣|となり)の([一-龥々]{1,6})?(市|町|村|区)に(今|いま)?(住|すん)"
)
_FOREIGN_MOVING = late_pattern(
    r"\bmov(e|ed|ing)\b|transfer|came from|搬|迁|遷|转|轉|이사|전입|전출|옮|chuyển|dọn|\bmud(ei|ar|an|ou)|vim de|lumipat|lilipat|galing"
)
_FOREIGN_ASKED_OF = late_pattern(
    r"\bliv(e|ing)\b|reside|(ward|city|town) (office|hall)|counter|住|区役所|區役所|市役所|살|거주|구청|시청|sống|\bở\b|\bmor(o|a|amos)\b|\bvivo\b|prefeitura|nakatira"
)


class OtherCities:
    """Knows all municipalities' names; `own` is the city served, in its full name (みほん市)."""

    def __init__(self, names: Collection[str], own: str) -> None:
        self._names = frozenset(names) - {own}
        short, foreign = known_cities(own)
        self._short = re.compile(f"(?<!東)({'|'.join(sorted(short))}){_SHORT_ASKED_OF}")
        latin = "|".join(sorted(name for name in foreign if name.isascii()))
        others = "|".join(sorted(name for name in foreign if not name.isascii()))
        self._foreign = re.compile(rf"\b({latin})\b|{others}")

    def asked_about(self, normal_text: str) -> bool:
        """True when another municipality is named as the office that is asked about, and nobody is moving."""
        if _MOVING.search(normal_text):
            return False
        if self._short.search(normal_text) or _NEARBY.search(normal_text):
            return True
        return any(
            self._names_end(normal_text[m.start() : m.end()]) and _ASKED_OF.match(normal_text[m.end() :])
            for m in _ends(normal_text)
        )

    def asked_about_in_foreign(self, normal_text: str) -> bool:
        """The same of a question in another language: only the best-known cities are recognised."""
        return bool(
            self._foreign.search(normal_text)
            and _FOREIGN_ASKED_OF.search(normal_text)
            and not _FOREIGN_MOVING.search(normal_text)
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
