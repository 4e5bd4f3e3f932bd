"""Personal names by what stands around them (〜と申します, 氏名は, 様) and by the name lists."""

import re

from knowledge.privacy.gazetteer import is_known_surname, is_plain_surname, names, places, words
from knowledge.privacy.grammar import DIALECT_IS, FILLER, KANJI, KIN, KIN_GATE, ME, OPENING, SAYS, TO_KATAKANA
from knowledge.privacy.kinds import Kind, Span
from knowledge.text.late_pattern import late_pattern

_RUN = late_pattern(rf"[{KANJI}]+")
_KATAKANA = late_pattern(r"[ァ-ヴー]+(?:[・=\s][ァ-ヴー]+)*")
_HIRAGANA = late_pattern(r"[ぁ-ん]+")
_ROLES = words("roles")
_HONORIFIC_KANJI = ("様", "氏", "殿", "君", "宛", "名義")
_ONE_HONORIFIC = tuple(mark for mark in _HONORIFIC_KANJI if len(mark) == 1)
_HONORIFIC_KANA = late_pattern(r"(?:\s?(?:さま|さん|くん|ちゃん))")
_NOT_NAMES = frozenset(words("not_names"))
_OFFICE_WORDS = words("office_words")
_NOT_PEOPLE = frozenset({"大西洋", "太平洋", "東西南北"})
_PLACE_ENDS = ("市", "町", "村", "区", "県", "府", "駅", "岳", "港", "城", "線", "橋", "館")
NOT_KATAKANA = late_pattern(
    r"カタカナ|ゴミ|ガラケー|ローマ|アルファ|フリガナ|マイナ|パス|カード|コンビニ|スマ|ポイント|オンライン|アプリ|メール|ホームページ|コピー|サイン|カナ|(?<!ス)ミス|ペン|ママ(?!ダ)"
)
_KATAKANA_WORD = late_pattern(
    r"サービス|センター|システム|インターネット|データ|ケース|プラン|セット|ポータル|リーダー|ナンバー|テレビ|エラー"
)
_TITLE = rf"(?:{'|'.join(words('titles'))}|(?<![一-龥])姓|(?<![一-龥])名(?=[はが])|(?:担当|対応|受電)者?(?=[:：]))"
_TITLED = late_pattern(
    rf"{_TITLE}(?:の(?:お?名前|氏名|名))?(?:ですか)?(?:は|が|も|、|:|：|\s|（|\(|「){{0,3}}(?:えっと|えー|ええと)?[、\s]?"
)
_KIN = late_pattern(rf"{KIN}(?:の|、)(?:名前は)?")
_SELF = late_pattern(rf"(?:{OPENING})\Z")
_CALLED_BEFORE = late_pattern(
    r"(?:電話|連絡|予約|申請|相談|お願い|問い?合わせ|対応)(?:を)?(?:した|してた|していた|して(?:もら|いただ)った|された)(?:者の)?[、\s]?\Z"
    r"|(?:かけた|申し込んだ|伺った|お世話になった|[市町村課係]の|会社の)\Z"
)
_GREETED = late_pattern(
    rf"(?:はい|もしもし|{ME}|名前は|苗字は|(?:代理|担当|受付|窓口|職員|後見人|ケアマネ(?:ージャー)?|施設|病院)の)[、。\s]?\Z"
)
_IS_ME = late_pattern(
    rf"(?:{SAYS})|\s?(?:{DIALECT_IS}|です(?!か|よね)|なんです|ですけ|でございます|だけど|といいます|と言います|っていいます|って言います|という者|なのです)"
)
_KNOWN_CALLER = late_pattern(r"[^。\n\ufffc]{1,8}?(?:お世話にな|先ほど|さっき|昨日|先日|以前)")
_SAID = late_pattern(r"\s?と(?:申し(?![込出])|申す|もうし)")
_CLOSED = late_pattern(
    r"\s?(?:です(?!か)|でした|と申|ともうし|といい|と言い|って|さん|様|さま|氏|で(?:合って|お願い|、|登録)|だ|で(?=\s|\Z)|。|、|）|\)|」|\n|\s|\Z|（|\(|・|\ufffc|[0-9])"
)
_SPELLED = late_pattern(
    r"(?:漢字|字|名前)(?:は|が|で)[、\s]?((?:[^、。！？!?「」\s0-9の\ufffc]{1,8}の[一-龥](?:[にと]?、?|です)){2,6})(?<!です)"
)
_KANA_START = late_pattern(rf"(?:{ME}|{FILLER}|はい|もしもし|は|の|が|も)+")
_TRIGGER = late_pattern(
    rf"[{KANJI}]{{2}}|[ァ-ヴー]{{3}}|と申|ともうし|[{KANJI}](?:といい|と言い|です|でご)|[はが：:][{KANJI}]|さん|さま|ちゃん|くん|{_TITLE}"
)
_MIXED_GIVEN = late_pattern(r"[ァ-ヴー]{1,3}[子江代美枝]|[ァ-ヴー]{2,5}(?![ァ-ヴー])")
_KANA_GIVEN = late_pattern(r"[ァ-ヴー]{2,8}|[ぁ-ん]{2,4}(?=です|と申|さん|様|。|、|\Z)")
_KANA_GIVEN_TIGHT = late_pattern(r"[ァ-ヴー]{2,6}|[ぁ-ん]{2,5}?(?=です|と申|さん|様|。|、|\Z)")
_BEFORE_SAID = late_pattern(
    rf"(?:[{KANJI}]{{1,8}}(?:[\s・]?(?:[{KANJI}]{{1,4}}|[ァ-ヴー]{{2,6}}|[ぁ-ん]{{2,5}}))?"
    r"|[ァ-ヴー]+(?:[・=\s][ァ-ヴー]+){0,4}|[ぁ-ん]{2,16})\Z"
)
_ELDER_ENDS = tuple("子江代美枝")
_MAX_RUN = 14


def name_spans(text: str) -> list[Span]:
    """Every name found; overlaps are left to the caller."""
    if not _TRIGGER.search(text):
        return []
    found = [*_in_kanji(text), *_in_kana(text), *_titled(text), *_introduced(text)]
    if KIN_GATE.search(text):
        found += _of_family(text)
    found += [match.span(1) for match in _SPELLED.finditer(text)]
    return [Span(start, end, Kind.NAME) for start, end in found if start < end]


def _in_kanji(text: str) -> list[tuple[int, int]]:
    """Full names, names with an honorific, and 「佐藤です」, one run of kanji at a time."""
    found: list[tuple[int, int]] = []
    runs = [match.span() for match in _RUN.finditer(text)]
    for index, (start, end) in enumerate(runs):
        if end - start > _MAX_RUN:
            continue
        span = _in_run(text, start, end)
        follower = runs[index + 1] if index + 1 < len(runs) else None
        joined = _with_given(text, _skip_role(text, start, end), end, follower) or _mixed_elder(text, start, end)
        if joined:
            found.append(joined)
        elif span:
            found.append(span)
    return found


def _in_run(text: str, start: int, end: int) -> tuple[int, int] | None:
    first, last, polite = *_bare(text, start, end), False
    polite = last < end or _HONORIFIC_KANA.match(text, end) is not None
    word = text[first:last]
    if len(word) < 1 or word in _NOT_NAMES:
        return None
    if is_full_name(word):
        return first, last
    lists = names()
    if polite and (is_known_surname(word) or (word in lists.given and len(word) > 1) or is_likely_name(word)):
        return first, last
    if first > start and _begins_with_surname(word) and _CLOSED.match(text, last):
        return first, last
    likely = is_known_surname(word) or _begins_with_surname(word)
    said = _IS_ME.match(text, last) if likely else None
    return (first, last) if said and _introduces(text, first, word, said[0]) else None


def _begins_with_surname(word: str) -> bool:
    lists = names()
    return is_likely_name(word) and any(word[:cut] in lists.surnames for cut in range(2, len(word)))


def _introduces(text: str, start: int, word: str, said: str) -> bool:
    before = text[max(0, start - 8) : start]
    if _KNOWN_CALLER.match(text, start + len(word)):
        return _SELF.search(before) is not None
    names_itself = "い" in said or "ー" in said or "ござ" in said or (start == 0 and "けど" in text[start : start + 8])
    if (word in places().stems or len(word) == 1) and not names_itself:
        return _GREETED.search(before) is not None
    if is_plain_surname(word) and _CALLED_BEFORE.search(before):
        return True
    return _SELF.search(before) is not None


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """The run without a role before it and an honorific after it."""
    first = _skip_role(text, start, end)
    for honorific in _HONORIFIC_KANJI:
        if end - first > len(honorific) and text.endswith(honorific, first, end):
            return first, end - len(honorific)
    return first, end


def _without_honorific(word: str) -> str:
    return word[:-1] if word.endswith(_ONE_HONORIFIC) else word


def _skip_role(text: str, start: int, end: int) -> int:
    if not text.startswith(_ROLES, start) or is_known_surname(_without_honorific(text[start:end])):
        return start
    for role in _ROLES:
        if text.startswith(role, start) and start + len(role) < end:
            return start + len(role)
    return start


def is_full_name(word: str) -> bool:
    """Surname and given name, both listed, filling the word: 山田花子."""
    lists = names()
    if not 3 <= len(word) <= 7:
        return False
    if word in _NOT_PEOPLE or word.endswith(_PLACE_ENDS):
        return False
    return any(
        word[:cut] in lists.surnames and word[cut:] in lists.given and not _hides_place(word, cut)
        for cut in range(1, min(len(word), 5))
    )


def _hides_place(word: str, cut: int) -> bool:
    """東京一 is 東京, not 東 and 京一."""
    return any(word[:end] in places().stems for end in range(cut + 1, min(len(word), 5)))


def _with_given(text: str, start: int, end: int, follower: tuple[int, int] | None) -> tuple[int, int] | None:
    """「山田 花子」, 「山田はなこ」, 「阿部 サクラ」: the surname is one run, the given name the next."""
    lists = names()
    surname = text[start:end]
    if not is_known_surname(surname):
        return None
    gap = 1 if text[end : end + 1] in (" ", "\u3000", "・") else 0
    if gap and follower and follower[0] == end + 1:
        first, last = follower[0], follower[1]
        _, bare = _bare(text, first, last)
        given = text[first:bare]
        called = bare < last or _HONORIFIC_KANA.match(text, last) is not None
        if given in lists.given or (called and len(given) <= 3 and given not in _NOT_NAMES):
            return start, bare
    return _with_kana_given(text, start, end + gap)


def _with_kana_given(text: str, start: int, position: int) -> tuple[int, int] | None:
    lists = names()
    for size in range(6, 1, -1):
        word = text[position : position + size]
        readings = lists.known_given_readings if size > 2 else lists.given_readings
        if len(word) == size and word.translate(TO_KATAKANA) in readings and _ends_name(text, position + size):
            return start, position + size
    return None


def _ends_name(text: str, end: int) -> bool:
    return _CLOSED.match(text, end) is not None or text[end : end + 1] in ("と", "は", "が", "の", "に", "を", "も")


def _in_kana(text: str) -> list[tuple[int, int]]:
    """Surname and given name written in kana, filling a run: ヤマダハナコ, or parts with a word that says it is oneself."""
    found: list[tuple[int, int]] = []
    for match in _KATAKANA.finditer(text):
        if (4 <= len(match[0]) <= 14 and _kana_full_name(match[0].replace(" ", "").replace("・", ""))) or _is_foreigner(
            text, match
        ):
            found.append(match.span())
    return found


def _is_foreigner(text: str, match: re.Match[str]) -> bool:
    """ファム・ミン・ホアです, マリア サントスといいます: no list knows these names."""
    parts = re.split(r"[・=\s]", match[0])
    if sum(len(part) > 1 for part in parts) < 2 or _KATAKANA_WORD.search(match[0]) or NOT_KATAKANA.search(match[0]):
        return False
    before = text[max(0, match.start() - 8) : match.start()]
    return _SELF.search(before) is not None and _IS_ME.match(text, match.end()) is not None


def _kana_full_name(word: str) -> bool:
    lists = names()
    return any(word[:cut] in lists.surname_readings and word[cut:] in lists.given_readings for cut in range(2, 6))


def _titled(text: str) -> list[tuple[int, int]]:
    """What follows 「氏名は」 and its like."""
    found: list[tuple[int, int]] = []
    for match in _TITLED.finditer(text):
        tight = match[0].endswith(("は", "が", ":", "：", "、", " ", "（", "(", "「", "も", "\u3000", "ですか"))
        span = _person_at(text, match.end(), loose=tight)
        if span:
            found.append(span)
    return found


def _of_family(text: str) -> list[tuple[int, int]]:
    """「夫の誠」, 「長女の名前は結衣」: a listed given name fills the run."""
    lists = names()
    found: list[tuple[int, int]] = []
    for match in _KIN.finditer(text):
        run = _RUN.match(text, match.end())
        kana = _KATAKANA.match(text, match.end())
        if kana and kana[0] in lists.given_readings and not NOT_KATAKANA.search(kana[0]):
            found.append((kana.start(), kana.end() + text.startswith(_ELDER_ENDS, kana.end())))
        if not run or run[0] in _NOT_NAMES:
            continue
        first, last = _bare(text, *run.span())
        word = text[first:last]
        mixed = _mixed(text, first, last)
        if mixed:
            found.append(mixed)
        elif word in lists.given or is_full_name(word) or is_plain_surname(word) or _begins_with_surname(word):
            found.append((first, last))
    return found


def _mixed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Surname in kanji, given name partly in kana: 木村トシ子."""
    if text[start:end] not in names().surnames:
        return None
    tail = _MIXED_GIVEN.match(text, end)
    return (start, tail.end()) if tail and _ends_name(text, tail.end()) else None


def _mixed_elder(text: str, start: int, end: int) -> tuple[int, int] | None:
    """木村トシ子 needs no word before it: the last character says it is a name."""
    span = _mixed(text, _skip_role(text, start, end), end)
    return span if span and text[span[1] - 1] in _ELDER_ENDS else None


def _person_at(text: str, start: int, loose: bool) -> tuple[int, int] | None:
    kanji = _RUN.match(text, start)
    if kanji:
        return _kanji_person(text, start, kanji.end(), loose)
    katakana = _KATAKANA.match(text, start)
    if katakana and loose:
        return _katakana_person(text, start, katakana)
    hiragana = _HIRAGANA.match(text, start)
    if hiragana and loose:
        return _hiragana_person(text, start, hiragana.end())
    return None


def _kanji_person(text: str, start: int, end: int, loose: bool) -> tuple[int, int] | None:
    _, last = _bare(text, start, end)
    word = text[start:last]
    if not word or any(word.startswith(stop) for stop in _NOT_NAMES if len(stop) > 1) or word in _NOT_NAMES:
        return None
    lists = names()
    mixed = _mixed(text, start, last)
    if mixed:
        return mixed
    if is_known_surname(word):
        return start, _given_end(text, last)
    if is_full_name(word) or (loose and word in lists.given and _CLOSED.match(text, last)):
        return start, last
    if loose and 2 <= len(word) <= 6 and _CLOSED.match(text, last) and is_likely_name(word):
        return start, _given_end(text, last)
    return None


def is_likely_name(word: str) -> bool:
    """A listed surname and more, or a listed given name after something: only where a word announces a name."""
    lists = names()
    if not 3 <= len(word) <= 6 or any(stop in word for stop in _OFFICE_WORDS):
        return False
    return any(
        (cut > 1 and word[:cut] in lists.surnames) or (len(word) - cut > 1 and word[cut:] in lists.given)
        for cut in range(1, len(word))
    )


def _given_end(text: str, end: int) -> int:
    """Include what follows a surname after one space, or directly in kana."""
    gap = 1 if text[end : end + 1] in (" ", "\u3000", "・") else 0
    if gap:
        run = _RUN.match(text, end + 1) or _KANA_GIVEN.match(text, end + 1)
        if run and run.end() - run.start() <= 5:
            _, last = _bare(text, run.start(), run.end())
            return (
                last if text[run.start() : last] not in _NOT_NAMES and text[run.start() : last] not in _ROLES else end
            )
        return end
    kana = _KANA_GIVEN_TIGHT.match(text, end)
    return kana.end() if kana and not kana[0].startswith(("です", "と", "さん", "さま", "で", "は", "が")) else end


def _katakana_person(text: str, start: int, match: re.Match[str]) -> tuple[int, int] | None:
    word = match[0]
    if len(word) < 2 or NOT_KATAKANA.search(word) or not _CLOSED.match(text, match.end()):
        return None
    return start, match.end()


def _hiragana_person(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A known reading must open the run: 「氏名はひらがなで」 is no name."""
    lists = names()
    word = text[start : min(end, start + 12)].translate(TO_KATAKANA)
    for size in range(min(5, len(word)), 1, -1):
        if word[:size] not in lists.known_surname_readings and word[:size] not in lists.known_given_readings:
            continue
        if _CLOSED.match(text, start + size) and size > 2:
            return start, start + size
        for more in range(min(6, len(word) - size), 1, -1):
            last = start + size + more
            if word[size : size + more] in lists.known_given_readings and _ends_name(text, last):
                return start, last
    return None


def _introduced(text: str) -> list[tuple[int, int]]:
    """What stands before 「と申します」, known name or not."""
    found: list[tuple[int, int]] = []
    for match in _SAID.finditer(text):
        end = match.start()
        window = max(0, end - 24)
        before = _BEFORE_SAID.search(text[window:end])
        if before:
            start = _trim_start(text, window + before.start(), end)
            if text[start:end] not in _NOT_NAMES and not text.endswith(("者", "課", "係", "方"), start, end):
                found.append((start, end))
    return found


def _trim_start(text: str, start: int, end: int) -> int:
    kana = _KANA_START.match(text, start, end)
    if kana and end - kana.end() >= 2:
        return kana.end()
    return _skip_role(text, start, end)
