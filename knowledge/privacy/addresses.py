"""Home addresses: town and house number, with or without prefecture and municipality before them.

A municipality alone is no personal datum, and the address of an office is public.
"""

import re
from dataclasses import dataclass

from knowledge.privacy.digits import digit_runs
from knowledge.privacy.gazetteer import places, words
from knowledge.privacy.kinds import Kind, Span
from knowledge.privacy.officials import Officials
from knowledge.privacy.spoken_addresses import spoken_addresses
from knowledge.text.late_pattern import late_pattern

_N = r"(?:[1-9][0-9]{0,4}(?![0-9])|[一二三四五六七八九十百千〇]{1,8})"
_SEP = r"\s?(?:[-‐‑‒–—―−ーの]|番地の、?|の、(?:あ、|えっと、?)?)\s?"
_FILLER = r"(?:(?:、|\s)?(?:えっと|えーと|えー|ええと|あの)、?\s?|、)"
_MORE = rf"(?:{_SEP}{_N}(?:号室|号|番)?){{0,3}}"
_BLOCK = late_pattern(
    rf"(?P<chome>{_N}丁目?(?:(?:(?:\s|の|-)?|の?{_FILLER}(?={_N}(?:の|-|番))){_N}(?:番地?|号)?(?:の?\s?{_N}号?)?{_MORE})?)"
    rf"|(?P<banchi>{_N}番地(?:の?、?\s?{_N}(?![0-9年月日時分円歳桁回人個]))?{_MORE}|{_N}番(?:の)?{_N}号?{_MORE})"
    rf"|(?P<dashes>{_N}(?:{_SEP}{_N}号?){{1,4}})"
    rf"|(?P<plain>{_N}(?![0-9年月日時分円歳桁回人個番]))"
)
_BUILDING = late_pattern(
    r"(?:[\s、]?[一-龥々ヶァ-ヶーA-Za-zぁ-ん]{0,10}?(?:マンション|ハイツ|コーポ|アパート|メゾン|ハイム|レジデンス|コート|パレス|団地|住宅|荘|棟)"
    r"(?:[一-龥々ヶァ-ヶーA-Zぁ-ん]{1,8}?(?=の?[0-9一二三四五六七八九〇]{1,4}(?:号|室|階|です|に|、|。|\Z))|[一-龥々ヶァ-ヶーA-Z]{0,8})"
    r"\s?(?:[A-Z]?棟?)?(?:の(?=[0-9一二三四五六七八九〇]))?(?:[0-9]{1,4}|[一二三四五六七八九〇]{1,4})?(?:号室|号|室|階)?)"
    r"|\s[一-龥々ヶァ-ヶー]{2,12}\s?[0-9]{1,4}(?:号室|号|室)?"
)
_TOWN_CHAR = late_pattern(r"[一-龥々ぁ-んァ-ヶーヵ〇]")
_TOWN = late_pattern(
    r"(?:[一-龥々ァ-ヶー〇]|(?<=[一-龥])[がのケヶノ](?=[一-龥])|(?<=[ぁ-ん])が(?=丘)|(?:(?<![ぁ-ん])|(?<=[がはを]))ひばり(?=が丘)){1,14}\Z"
)
_TOWN_END = tuple("町村区丘台通野山川原田島崎津沢浜坂本上下中東西南北口里谷井宿条字門筋")
_PARTICLE = late_pattern(r"[はをへ、。]|から|まで|です|ます|にあ|で|もの|という|って|の(?:窓口|方|場合|人|手)|\ufffc")
_POSTCODE = late_pattern(r"(?:〒\s?|(?<=郵便番号)[はが:：\s]{0,2})([0-9]{3})[\s‐‑‒–—―−ー-]?([0-9]{4})(?![0-9])")
_HOME_BEFORE = late_pattern(
    r"(?:住所|自宅|実家|送付先|送り先|転入先|引っ?越し先|本籍|住まい|家|住んで)(?:言います)?(?:地|の方)?[はがもを:：、ね\s「（(]{0,4}(?:えっと|えー)?[、\s]?\Z"
)
_HOME_AFTER = late_pattern(
    r"(?:\s?(?:に|で)(?:住|暮ら)|の(?:実家|自宅|家|母|父)|から引っ?越|に引っ?越|に(?:母|父|実家)が)"
)
_POSTCODE_DIGITS = 7
_POSTCODE_REACH = 8
_OFFICE = rf"(?:{'|'.join(words('offices'))})"
_OFFICE_NEXT = late_pattern(r"(?:役所|役場|庁)")
_OFFICE_BEFORE = late_pattern(rf"{_OFFICE}(?:の(?:住所|所在地|場所))?[はがも、:：（(「\s]{{0,2}}\Z")
_OFFICE_AFTER = late_pattern(rf"(?:にある|に所在する|の)?[\s、（(]{{0,2}}[一-龥々ァ-ヶー]{{0,10}}?{_OFFICE}")
_CHARS_BACK = 40
_PUBLIC_ROOM = late_pattern(r"庁舎|会議|役所|相談|面談|窓口|診察|本館|別館")
_ROOM = late_pattern(r"[0-9一二三四五六七八九〇](?:号室|号|室)?\Z")
_SAID_SO = late_pattern(
    r"\s?(?:です|でございます|なんです|になります|だ|に(?:住|転|引|越|送)|から(?:引|転|越)|[、。]|\Z)"
)
_IN_PARTS = late_pattern(
    r"(?:町名|大字|字名|地名|町の名前)[はが、\s]{1,2}(?P<town>[一-龥々ヶァ-ヶーぁ-ん]{1,7}[町村区丘台字原川田島崎野山])(?=です|で、|で番|で\s|、|。|に|\s|\Z)"
    r"|(?:マンション|アパート|建物)(?:の?名前?|の名称)?[はが]、?(?P<building>[一-龥々ヶぁ-ん]{0,4}[ァ-ヴー][一-龥々ヶァ-ヴー]{1,12}|[一-龥々ヶ]{1,6}[荘寮館棟])"
    r"(?=です|で|、|の|\Z)"
    rf"|(?:部屋(?:番号)?|号室)[はが、]{{1,2}}(?P<room>[A-Z]?-?(?:[0-9]{{2,4}}|[一二三四五六七八九〇]{{2,4}})(?:号室?)?)(?![0-9年月日時分円歳桁回人個])"
    r"|(?<![一-龥々ァ-ヴーA-Za-z])(?P<flat>[一-龥々ァ-ヴーA-Za-z]{2,12}\s?[0-9]{2,4}号室)"
    rf"|(?:番地|丁目)[はが、\s]{{1,2}}(?P<house>{_N}(?:番地?|丁目)?{_MORE})(?![0-9年月日時分円歳桁回人個番つ])"
)
_HOUSE_NUMBER = late_pattern(
    r"[0-9]|[千百十][一二三四五六七八九十百]|(?:町名|字名|地名|町の名前)|[一二三四五六七八九十百千〇](?:番|丁|[の-][一二三四五六七八九十〇])"
)


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    """Where prefecture or municipality begins."""
    town: int
    """Where the town begins."""


def addresses(text: str, officials: Officials) -> list[Span]:
    """Linear in the text: a bounded window is read to the left of every number."""
    said = [
        Span(start, _building_end(text, end), Kind.ADDRESS)
        for start, end in spoken_addresses(text)
        if not _is_office(text, start, end) and not _is_office(text, _window_start(text, start), end)
    ]
    postcodes = _postcodes(text, officials)
    if not _HOUSE_NUMBER.search(text):
        return said + postcodes
    spans: list[Span] = []
    for match in _BLOCK.finditer(text):
        start = _start(text, match)
        if start is None:
            continue
        end = _building_end(text, match.end())
        start = _with_postcode(text, start)
        if not _is_office(text, start, end):
            spans.append(Span(start, end, Kind.ADDRESS))
    return spans + _in_parts(text) + said + postcodes


def _in_parts(text: str) -> list[Span]:
    """「町名が川井町で、番地が243の7です」: the words stand before their values."""
    found = [
        match.span(match.lastgroup or 0) for match in _IN_PARTS.finditer(text) if not _PUBLIC_ROOM.search(match[0])
    ]
    return [Span(start, end, Kind.ADDRESS) for start, end in found]


def _start(text: str, block: re.Match[str]) -> int | None:
    """Where the address begins, or None when the number belongs to no address."""
    first = block.start()
    if first and text[first - 1] in "0123456789-.:/第":
        return None
    paused = text[first - 1 : first] == "、" and block["plain"] is None
    edge = first - 1 if paused else first
    left = text[_window_start(text, edge) : edge]
    base = edge - len(left)
    place = _place(left)
    if place is not None:
        return base + place.start if _fits(text, block, len(left) - place.town, base + place.start) else None
    if left.endswith("の"):
        left = left[:-1]
    if paused and block["dashes"]:
        return None
    town = _TOWN.search(left)
    if town is None or not _strong(text, block, town[0], base + town.start()):
        return None
    return base + town.start()


def _window_start(text: str, first: int) -> int:
    start = first
    while start > 0 and first - start < _CHARS_BACK and _in_town(text, start - 1, first):
        start -= 1
    return start


def _in_town(text: str, index: int, first: int) -> bool:
    char = text[index]
    if _TOWN_CHAR.match(char):
        return True
    if char == " ":
        return 0 < index < first - 1 or index == first - 1
    return char in "0123456789" and _before_jo(text, index)


def _before_jo(text: str, index: int) -> bool:
    """Digits are part of a town only in 北1条."""
    return text[index + 1 : index + 2] == "条" or text[index + 2 : index + 3] == "条"


def _place(left: str) -> _Place | None:
    """The first prefecture or municipality whose way to the number looks like a town."""
    known = places()
    for index, char in enumerate(left):
        if char not in "都道府県市区町村":
            continue
        for start in range(max(0, index - 11), index):
            name = left[start : index + 1]
            if name not in known.municipalities and name not in known.prefectures:
                continue
            if _PARTICLE.search(left, index + 1) or _OFFICE_NEXT.match(left, index + 1):
                break
            return _Place(start, _town_start(left, index + 1))
    return None


def _town_start(left: str, position: int) -> int:
    """Skip further municipalities, 東京都|新宿区|西新宿, but not a town that is a namesake, 松阪市|大口町."""
    known = places().municipalities
    for _ in range(2):
        if left[position - 1] not in "都道府県市":
            break
        wanted = "区" if left[position - 1] == "市" else "市区町村"
        position = next(
            (
                end
                for end in range(min(len(left), position + 12), position + 1, -1)
                if left[end - 1] in wanted and left[position:end].strip() in known
            ),
            position,
        )
    return position


def _fits(text: str, block: re.Match[str], town_size: int, start: int) -> bool:
    """After a municipality any house number will do, but a lone number needs a word about home."""
    if block["plain"]:
        return town_size >= 1 and (_at_home(text, start, block.end()) or _is_house(text, block, town_size))
    if block["dashes"]:
        return town_size >= 1 and not text.startswith(("年", "月", "日", "時", "分", "階"), block.end())
    if block["chome"] and block["chome"].endswith(("丁目", "丁")):
        return _at_home(text, start, block.end()) or _has_room(text, block.end())
    return True


def _is_house(text: str, block: re.Match[str], town_size: int) -> bool:
    """「諏訪野町の二千三百九十一です」: a number too large to count things, after a town, and nothing after it."""
    number = block["plain"]
    before = text[block.start() - 2 : block.start()]
    large = len(number) >= 3 and (number.isdigit() or number[1:].strip("百千") != "")
    in_town = before[-1:] in _TOWN_END or (before[-1:] == "の" and before[:1] in _TOWN_END)
    return large and town_size > 2 and in_town and _SAID_SO.match(text, block.end()) is not None


def _has_room(text: str, end: int) -> bool:
    building = _BUILDING.match(text, end)
    return building is not None and _ROOM.search(building[0]) is not None


def _strong(text: str, block: re.Match[str], town: str, start: int) -> bool:
    """Without a municipality the number must be unmistakable: 番地, 丁目 with more, or three parts at home."""
    if block["plain"] or not town.endswith(_TOWN_END) or town.endswith(("窓口", "入口", "全国")):
        return False
    if block["banchi"]:
        return True
    if block["chome"]:
        whole = not block["chome"].endswith(("丁目", "丁"))
        return whole or _at_home(text, start, block.end()) or _has_room(text, block.end())
    return _at_home(text, start, block.end())


def _at_home(text: str, start: int, end: int) -> bool:
    return bool(_HOME_BEFORE.search(text[max(0, start - 16) : start]) or _HOME_AFTER.match(text, end))


def _building_end(text: str, end: int) -> int:
    building = _BUILDING.match(text, end)
    return building.end() if building and _OFFICE_AFTER.match(text, end) is None else end


def _with_postcode(text: str, start: int) -> int:
    window = max(0, start - 14)
    for match in _POSTCODE.finditer(text, window, start):
        if not text[match.end() : start].strip():
            return match.start()
    bare = re.search(r"[0-9]{3}-[0-9]{4}\s?\Z", text[window:start])
    return window + bare.start() if bare else start


def _is_office(text: str, start: int, end: int) -> bool:
    if _OFFICE_AFTER.match(text, end):
        return True
    return bool(_OFFICE_BEFORE.search(text[max(0, start - 24) : start]))


def _postcodes(text: str, officials: Officials) -> list[Span]:
    spans: list[Span] = []
    for match in _POSTCODE.finditer(text):
        if officials.is_office_postcode(match[1] + match[2]) or _names_office(text, match.end()):
            continue
        start = match.start() if match[0].startswith("〒") else match.start(1)
        spans.append(Span(start, match.end(), Kind.ADDRESS))
    return spans + _spoken_postcodes(text, officials)


def _spoken_postcodes(text: str, officials: Officials) -> list[Span]:
    """「郵便番号は五一五の〇〇一一」."""
    if "郵便番号" not in text:
        return []
    ends = [match.end() for match in re.finditer("郵便番号", text)]
    return [
        Span(run.start, run.end, Kind.ADDRESS)
        for run in digit_runs(text)
        if len(run) == _POSTCODE_DIGITS
        and any(0 <= run.start - end <= _POSTCODE_REACH for end in ends)
        and not officials.is_office_postcode(run.value)
        and not _names_office(text, run.end)
    ]


_OFFICE_LINE = late_pattern(rf"[^。\n\ufffc]{{0,40}}?{_OFFICE}")


def _names_office(text: str, end: int) -> bool:
    """〒515-8515 松阪市殿町1340番地1 松阪市役所: the whole line is the office's."""
    match = _OFFICE_LINE.match(text, end)
    return match is not None and not re.search(r"住んで|自宅|実家|から|まで|私", match[0])
