"""Home addresses by evidence: how much like a house number the numbers are, what stands before them, what is said around.

Nothing decides alone, so neither municipality nor 番地 is needed where a town, a word about home or a building says
enough, and a form's number (様式3の2) or an office's address stays readable.
"""

import re
from collections.abc import Iterator

from knowledge.privacy.gazetteer import places, words
from knowledge.privacy.parts_of_speech import OTHER, PARTICLE, PLACE, Words
from knowledge.text.late_pattern import late_pattern

_ENOUGH = 4.0
_KANA_N = (
    r"(?:いっ|いち|にー|(?<![目地番号棟])に|さん|よん|し(?!た|て|ま)|ごー?(?!ざ)|ろく|ろっ|なな|しち|はち|はっ|きゅう|じゅう|じゅっ|ひゃく|びゃく|ぴゃく|せん|ぜん|ぜろ|まる"
    r"|イチ|ニー?|サン|ヨン|ゴー?|ロク|ナナ|ハチ|キュウ|キュー|ジュウ|ゼロ){1,6}"
)
_N = rf"(?:[1-9][0-9]{{0,4}}(?![0-9])|[一二三四五六七八九十百千]{{1,7}}|{_KANA_N})"
_UNIT = r"(?:丁目|ちょうめ|丁|番地|ばんち|番|ばん(?!ち)|号室|号棟|号|ごう(?!し)|棟|線)"
_FILL = r"(?:[、\s]|えーっ?と|えっと|ええと|えー|あの|その)"
_GAP = rf"(?:{_FILL}{{0,3}}(?:の|[-‐‑‒–—―−ー])\s?{_FILL}{{0,3}}|(?<=[目地番め棟])(?:の|{_FILL}){{0,3}}|(?<=[ちん])の?{_FILL}{{0,2}})"
_NOT_COUNTED = r"(?![0-9年月日時分円歳才回人個件枚通%点つ階桁番町本倍割万代週,:：]|か月|ヶ月|カ月|世帯|種類|項|条第)"
_NUMBERS = late_pattern(
    rf"(?<![0-9.,:：/])(?!ぜろ|まる|ゼロ)(?P<mark>[甲乙丙丁]の?)?(?P<first>{_N})(?P<unit>{_UNIT})?(?P<more>(?:{_GAP}(?:{_N}{_UNIT}?|[甲乙丙](?![種類]))){{0,5}}){_NOT_COUNTED}"
)
_PART = late_pattern(rf"{_N}|[甲乙丙]")
_GATE = late_pattern(r"[0-9]|[丁番号棟]|ちょうめ|ばんち|[一二三四五六七八九十百千][のー-]")
_TOWN_END = late_pattern(r"[町村字丘台通条郷新田]\Z|(?:まち|ちょう|がおか|だい|通り)\Z")
_PAUSE = late_pattern(rf"の?{_FILL}{{1,4}}の?{_FILL}{{0,2}}\Z")
_KANA_TOWN = late_pattern(
    r"[一-龥々]{1,5}[町字村][ぁ-んァ-ヶ]{2,8}\Z|(?:(?<=[。、\s])|\A)[ぁ-ん]{2,8}(?:まち|ちょう|がおか|だい)、?\s?\Z"
)
_TOWN_CHAR = late_pattern(r"[一-龥々ァ-ヶーヵ]")
_NO_TOWN = late_pattern(
    r"(?:窓口|様式|別紙|受付|番号|電話|内線|期間|手数料|写真|書類|項目|欄|第|平成|昭和|令和|大正|明治|西暦|全国|法律|型番|品番|バージョン|ページ|頁|問|図|表|例|手順|方法"
    r"|月曜|火曜|水曜|木曜|金曜|土曜|日曜|午前|午後|前後|以上|約|計|合計|最大|最初|最後|同じ|共通|毎月|毎週|大体|残り|エラー|コード|ベスト|レベル)\Z"
)
_OF_OLD = late_pattern(
    r"(?:いま|今|新|旧|現|前|元|住所|自宅|実家|本籍|家|転居|転入|転出|変更|送付先?|届け先|私|夫|妻|母|父)\Z"
)
_HOME_BEFORE = late_pattern(
    r"(?:ご?住所|お住まい|送り先|送付先)[^。？?\n\ufffc]{0,14}(?:か|さい|ぞ|ます)[。、？?\s]{1,2}(?:はい、?|えー?っと、?)?\Z|[0-9一二三四五六七八九]から\Z|(?:住所|自宅|実家|住まい|(?<![一-龥])家|(?<![ぁ-ん])うち|新居|居所|下宿|勤務先|本籍地?|[先元]|番地|町名|地名|(?:(?:転居|転入|転出|住所変更|変更)[\s　、:：]{0,2}|(?<![一-龥])|→)[新旧現前]"
    r"|届|送付|郵送|転送|配達)(?:変更|住所)?(?:[はがもをのに：:、。\s→「（(]|です|言います|いきます|ですが|ですけど|ですね|えっと|えー|ええと|の方|のほう)"
    r"{0,4}\Z"
)
_HOME_AFTER = late_pattern(
    r"\s?(?:(?:に|へ|で)(?:今|いま|現在)?(?:住|暮|越|引|移|転|送|届|郵送|おり|い[るま])|から(?:引|越|転|移)|から(?=[一-龥ァ-ヶぁ-ん]{1,8}[0-9一二三四五六七八九])|の(?:実家|自宅|家|アパート|マンション|マイホーム)|に(?:なり|なる|変)|→|宛)"
)
_SAID = late_pattern(
    r"\s?(?:です(?!か)|でして|でございます|なんです|ですけど|だけど|やけど|やで|じゃ|や(?=[、。]|\Z)|だ(?=[、。]|\Z)|[。、]|\Z)"
)
_ALL_SAID = late_pattern(r"\s?(?:です(?:けど|が|ね|よ)?|でございます|なんです(?:けど|が)?|や|だ|じゃ)?[。、]?\Z")
"""The address is the whole utterance."""
_AROUND_STRONG = late_pattern(r"住所|本籍|町名|地名|郵便番号|不在票")
_AROUND = late_pattern(
    r"引っ?越|届かな|転居|転入|転出|住んで|住んど|住ん|越して|越しま|番地(?!は|を|も|が(?:必要|要))|宛先|送って|自宅|実家|アパート|マンション|配達"
)
_OFFICE = late_pattern(rf"{'|'.join(words('offices'))}|会場|ホール|病院|学校|銀行|公園|店舗|コンビニ|スーパー|モール")
_OURS = late_pattern(r"自宅|実家|うち|私|住ん|住ま|引っ?越|(?<!お)越し|家|転居|送付|送って|届")
_BUILDING_WORD = r"(?:マンション|ハイツ|コーポ|アパート|メゾン|ハイム|レジデンス|コート|パレス|団地|住宅|荘|寮|ヴィラ|ビラ|ガーデン|タワー|ヒルズ|シャトー|ライオンズ|グラン|パーク|サンライズ|ハウス|フラット|ビル|エステート|テラス|ドミール|クレスト|プレミスト|シティ|リバーサイド|シーサイド|サイド)"
_NAME_CHARS = r"[一-龥々ァ-ヶーA-Za-z]"
_BUILDING = late_pattern(
    rf"(?P<name>{_NAME_CHARS}{{0,12}}?{_BUILDING_WORD}{_NAME_CHARS}{{0,10}})(?P<link>の|\s|、)?(?P<wing>[A-Z0-9一二三四五六七八九]{{1,2}}号?[棟館]の?、?)?"
    rf"(?P<room>[A-Z]?-?[0-9]{{2,4}}|[一二三四五六七八九〇]{{2,4}})(?P<unit>号室|号|室)?{_NOT_COUNTED}"
)
_WING = late_pattern(r"[0-9A-Z一二三四五六七八九]号?[棟館]\Z")
_ROOM = late_pattern(rf"(?<![0-9A-Za-z第])(?P<room>[A-Z]?[0-9]{{1,4}}号室){_NOT_COUNTED}")
_TAIL = late_pattern(
    rf"[\s、の]{{0,2}}{_NAME_CHARS}{{0,12}}?{_BUILDING_WORD}{_NAME_CHARS}{{0,10}}[\s、の]?(?:[A-Z0-9]{{1,2}}号?[棟館]の?)?(?:[A-Z]?-?[0-9]{{1,4}}(?:号室|号|室)?)?"
    rf"|\s[一-龥ァ-ヶー]{{2,10}}\s?[A-Z]?[0-9]{{2,4}}(?:号室|号|室)?{_NOT_COUNTED}|(?:の|\s)[A-Z]?[0-9]{{2,4}}号室"
)
_REACH = 30
_CHARS_BACK = 40
_SENTENCE_CHARS = 80
_SENTENCE_END = late_pattern(r"[。\n]")


def addresses_by_evidence(text: str, found: Words) -> list[tuple[int, int]]:
    """Offsets of the addresses, and of the parts of them."""
    if not _GATE.search(text):
        return []
    spans = [*_with_numbers(text, found), *_buildings(text, found)]
    return [(start, end) for start, end in spans if not _is_public(text, start, end)]


def _with_numbers(text: str, found: Words) -> Iterator[tuple[int, int]]:
    around = _around(text)
    for match in _NUMBERS.finditer(text):
        weight = _like_house_number(match)
        if not weight:
            continue
        start = _town_start(text, match.start(), found)
        town = text[start : match.start()]
        place = _like_town(town, start, found)
        if weight < 1 and place < 1:
            continue
        tail = _TAIL.match(text, match.end())
        weight += place + around + (1.5 if tail else 0.0)
        weight += 2.0 if _HOME_BEFORE.search(text[max(0, start - _REACH) : start]) else 0.0
        weight += 2.0 if _HOME_AFTER.match(text, match.end()) else 0.5 if _SAID.match(text, match.end()) else 0.0
        if not text[:start].strip("はい、えっとー 。") and _ALL_SAID.match(text, match.end()):
            weight += 1.5
        if weight >= _ENOUGH:
            yield start, tail.end() if tail else match.end()


def _around(text: str) -> float:
    return 1.5 if _AROUND_STRONG.search(text) else 1.0 if _AROUND.search(text) else 0.0


def _like_house_number(match: re.Match[str]) -> float:
    """0 for numbers that never are one by themselves."""
    whole = match[0]
    count = len(_PART.findall(whole))
    if match["mark"]:
        return 2.0
    if "丁" in whole or "ちょうめ" in whole:
        return 1.0 if count < 2 else 3.0 if count < 3 else 3.5
    if "番地" in whole or "ばんち" in whole:
        return 3.0 if count > 1 else 2.5
    if count > 1 and ("番" in whole or "号" in whole):
        return 2.5
    if count > 1:
        return 2.0 if count > 2 else 1.0
    return 0.5 if match["unit"] is None else 0.0


def _town_start(text: str, end: int, found: Words) -> int:
    """Where the words of the town before a number begin."""
    pause = _PAUSE.search(text[max(0, end - _REACH) : end])
    if pause and _TOWN_END.search(text[max(0, end - _REACH) : end - len(pause[0])]):
        end -= len(pause[0])
    start = end
    for first, last, mark in found.up_to(end, _CHARS_BACK):
        if last > end:
            if first < end:
                start = end
            continue
        if last != start:
            break
        word = text[first:last]
        if word in ("の", "、", " ") and start == end:
            if not _TOWN_CHAR.match(text[first - 1 : first]) and not _TOWN_END.search(text[max(0, first - 4) : first]):
                break
            start = first
            continue
        if word in ("が", "の", "ヶ", "ケ") and start < end and first and _TOWN_CHAR.match(text[first - 1]):
            if mark == PARTICLE and not _joined(text, first, last):
                break
        elif word != "ん" and (
            mark == PARTICLE or (mark == OTHER and not _TOWN_CHAR.match(word)) or _OF_OLD.fullmatch(word)
        ):
            break
        start = first
    kana = _KANA_TOWN.search(text[max(0, end - _REACH) : end])
    if kana:
        start = min(start, end - len(kana[0]))
    return start + _lead(text[start:end])


def _joined(text: str, first: int, last: int) -> bool:
    """旭が丘, 上の原: kanji on both sides, and the second one ends a town."""
    return re.match(r"(?:丘|原|谷|内|木|台|浜|崎|前|上|下|段|宮|森|池|平)", text[last : last + 1]) is not None


def _lead(town: str) -> int:
    """Length of what is cut off again when nothing but joints is left, or a word about home opens it."""
    if not town.strip("の、 "):
        return len(town)
    old = re.match(
        r"(?:新|旧|現)?(?:住所|自宅|実家|本籍|転居先|引っ?越し先|送り先|送付先|届け先|集落の|いま|今|先|所)(?=.)", town
    )
    return old.end() if old else 0


def _like_town(town: str, start: int, found: Words) -> float:
    name = town.strip("の、 ")
    if not name:
        return 0.0
    if _NO_TOWN.search(name):
        return -4.0
    place = name in places().municipalities or any(
        mark == PLACE for _, _, mark in found.between(start, start + len(town))
    )
    if re.search(r"(?:大|\A|[町村])字", name):
        return 2.5
    ends = _TOWN_END.search(name) is not None or _KANA_TOWN.search(name) is not None
    if not place and not ends:
        return 0.5 if len(name) > 1 and _TOWN_CHAR.match(name) else 0.0
    return 1.5 + (0.5 if place and ends else 0.0)


def _buildings(text: str, found: Words) -> Iterator[tuple[int, int]]:
    """「グランドメゾン西公園の1105号」: a building and a room; a room alone where a building is the topic."""
    around = _around(text)
    for match in _BUILDING.finditer(text):
        start = _town_start(text, match.start(), found)
        weight = (
            2.0
            + (1.5 if match["wing"] or _WING.search(match["name"]) else 0.0)
            + {"号室": 2.0, "号": 1.5, "室": 1.0}.get(match["unit"] or "", 0.5)
        )
        weight += 2.0 if _HOME_BEFORE.search(text[max(0, start - _REACH) : start]) else around
        weight += 2.0 if _HOME_AFTER.match(text, match.end()) else 0.5 if _SAID.match(text, match.end()) else 0.0
        if weight >= _ENOUGH:
            yield start, match.end()
    if "号室" in text and (around or re.search(rf"{_BUILDING_WORD}|部屋", text)):
        yield from (match.span("room") for match in _ROOM.finditer(text))


def _is_public(text: str, start: int, end: int) -> bool:
    """The address of an office, a venue, a shop: named in the same sentence, with no word about one's own home."""
    before = _SENTENCE_END.split(text[max(0, start - _SENTENCE_CHARS) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + _SENTENCE_CHARS], maxsplit=1)[0]
    sentence = f"{before}\ufffc{after}"
    return _OFFICE.search(sentence) is not None and _OURS.search(sentence) is None
