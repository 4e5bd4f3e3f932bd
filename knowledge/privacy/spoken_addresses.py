"""Addresses as people say and note them: no prefecture, no municipality, often no 番地; spoken numerals; parts apart.

Each pattern has something that an ordinary sentence lacks: a word about home, three numbers in a row, 番地, 大字, 条.
"""

from knowledge.text.late_pattern import late_pattern

_KANJI_TOWN = r"(?:[一-龥々ヶァ-ヴー]|(?<=[一-龥])が(?=[丘谷原浜崎島台]))"
_DIGITS = r"[0-9]{1,4}(?![0-9])"
_KANJI_N = r"[一二三四五六七八九十百千〇]{1,6}"
_KANA_N = r"(?:いっ|いち|にい?|さん|よん|し|ごー?|ろく|なな|しち|はち|きゅう|じゅう|ひゃく){1,4}"
_N = rf"(?:{_DIGITS}|{_KANJI_N})"
_SPOKEN_N = rf"(?:{_DIGITS}|{_KANJI_N}|{_KANA_N})"
_UNIT = r"(?:丁目|ちょうめ|丁|番地|番|号室|号)?"
_SEP = r"\s?(?:[-‐‑‒–—―−ーの]|番地の)\s?"
_NOT_COUNTED = r"(?![0-9年月日時分円歳回人個件枚通%点つ階])"
_NEXT = rf"(?:(?:{_SEP}|(?<=[目丁地番])\s?){_N}{_UNIT})"
_ROOM = r"(?:の?(?:[A-Z]?[0-9]{2,4})(?:号室?)?)?"
_HOME = (
    r"(?:(?:旧|新|現)?住所(?:言いますね|言います)?|自宅|実家|(?<![一-龥])家|(?<![ぁ-ん])うち|本籍|(?:転入|転出|転居|引っ?越し|送付|送り|届け|郵送|異動)先)"
    r"[はがもを:：、\s]{0,3}(?:えっと|えー)?[、\s]?"
)
_CUED = late_pattern(
    rf"{_HOME}(?P<at>(?:[ぁ-ん]{{2,4}}(?=[台丘町]))?{_KANJI_TOWN}{{1,10}}?(?:通り|の|\s)?{_N}{_UNIT}{_NEXT}{{1,4}}{_ROOM}){_NOT_COUNTED}"
    rf"|{_HOME}(?P<lone>{_KANJI_TOWN}{{1,8}}[町字丁条村]\s?{_DIGITS}){_NOT_COUNTED}(?!丁目から|[桁番]|{_SEP}[0-9])"
    rf"|(?:(?:旧|新|現)?住所|実家|本籍)[はが]、?(?P<bare>{_KANJI_TOWN}{{2,6}}[0-9]{{2,4}})(?=でし?|や|に|、|。|\Z)"
)
_THREE = late_pattern(
    rf"(?P<at>(?:[ぁ-ん]{{2,4}}(?=[台丘町]))?{_KANJI_TOWN}{{1,8}}(?<=[町村丘台通野山川原田島崎津沢浜坂本里谷井宿条筋江森口沼木])(?:[0-9]{{1,2}}|{_KANJI_N})(?:{_SEP}{_N}){{2,4}}){_NOT_COUNTED}(?!-)"
)
_BANCHI = late_pattern(rf"(?P<at>{_KANJI_TOWN}{{2,8}}?\s?{_N}番地(?:の?\s?{_N}{_NOT_COUNTED})?)")
_OLD_STYLE = late_pattern(
    rf"(?P<at>(?:大字|(?<![一-龥])字){_KANJI_TOWN}{{1,8}}?(?:字{_KANJI_TOWN}{{1,6}}?)?\s?[0-9]{{1,5}}(?:番地?)?(?:{_SEP}{_DIGITS})?){_NOT_COUNTED}"
)
_GRID = late_pattern(
    rf"(?P<at>[東西南北]?{_N}条[東西南北]?{_N}丁目(?:\s?{_N}(?:番地?|号|の|-)?(?:\s?{_N}号?)?)?)|(?P<short>[東西南北]{_N}条[東西南北]?{_N}(?:の|-){_N})"
)
_BLOCK_OF_FLATS = late_pattern(
    r"(?P<at>[一-龥々ァ-ヴーぁ-ん]{2,8}?(?:団地|マンション|ハイツ|コーポ|アパート|住宅|寮)[A-Z]?\s?[0-9]{1,3}号?棟の?\s?[0-9]{2,4}号?室?)"
    r"|(?:アパート|マンション|団地|ハイツ|コーポ|部屋)の(?P<room>[0-9]{3,4})(?=です|号|に|、|。|や|\Z)"
)
_KANA_NUMBERS = late_pattern(
    rf"(?P<at>(?:[ぁ-ん]{{2,4}}(?=[台丘町]))?[一-龥々ヶが]{{0,8}}[町丘台]\s?{_SPOKEN_N}(?:ちょうめ|丁目)?の{_SPOKEN_N}(?:の{_SPOKEN_N}){{0,2}})(?=です|や|に|、|。|と|で|だ|じゃ|から|\s|\Z)"
)
_BLOCK = late_pattern(rf"(?P<at>{_N}丁目\s?{_N}番地?の?\s?{_N}号?){_NOT_COUNTED}")
_CALLED = late_pattern(
    rf"(?P<at>{_KANJI_TOWN}{{2,6}})という(?:ところ|とこ|町|村|集落|地区|字)(?:の|で)?、?(?P<house>{_N}番地?(?:の{_N})?){_NOT_COUNTED}"
)
_PATTERNS = (_CUED, _THREE, _BANCHI, _OLD_STYLE, _GRID, _BLOCK_OF_FLATS, _KANA_NUMBERS, _BLOCK, _CALLED)
_GATE = late_pattern(
    r"[0-9][の\-‐‑‒–—―−ー番棟条]|番地|条|丁目|ちょうめ|(?:大字|字)|住所|家|うち|実家|先|[町丘台]\s?(?:[いにさよごろなしはきじ一二三四五六七八九十])|の[0-9]{3}"
)
_NOT_TOWNS = late_pattern(
    r"(?:受付|番号|電話|型番|品番|様式|別紙|令和|平成|昭和|内線|期間|全国|窓口|第|法律|手数|写真|同じ|共通|一つの|どの|何)"
)


def spoken_addresses(text: str) -> list[tuple[int, int]]:
    """Every part of an address found; overlaps and offices are left to the caller."""
    if not _GATE.search(text):
        return []
    found: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if _NOT_TOWNS.match(match[0]) and pattern is not _CUED:
                continue
            found += [match.span(name) for name, value in match.groupdict().items() if value]
    return found
