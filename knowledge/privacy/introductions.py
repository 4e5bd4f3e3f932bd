"""Names people give in passing: kana names, 「今は宮本です」, 「妹のさくら」, 「ひがしと書いてあずまです」.

Each rule needs its own words around the name, because the lists of readings hold far more than common names.
"""

import re
from functools import cache

from knowledge.privacy.gazetteer import is_known_surname, is_plain_given_name, is_plain_surname, names, words
from knowledge.privacy.grammar import DIALECT_IS, KANJI, KIN, KIN_GATE, OPENING, SAYS, TO_KATAKANA
from knowledge.text.late_pattern import late_pattern

_IS = rf"(?:{SAYS}|\s?(?:{DIALECT_IS}|でございます|なんですけ|です(?!か)))"
_KANA_CUE = late_pattern(rf"(?<=[ぁ-んァ-ヴー]){_IS}")
_KANA_BACK = late_pattern(r"(?:[ぁ-んー]{3,16}|[ァ-ヴー]{3,10}(?:[\s・]?[ァ-ヴー]{2,8})?)\Z")
_OPENING = late_pattern(
    rf"(?:{OPENING}|[:：\ufffc]|私は|おはようございます|どうも|けども?|(?:\A|[。、\s])あっ?|名前は|名前が)\Z"
)
_OPENING_KANA = 12
_WHOLE = late_pattern(r"(?:\A|(?<=名前は)|(?<=名前が)|(?<=。))[ぁ-ん]{6,12}(?=[、。\s]|\Z)")
_NAME_TOPIC = late_pattern(r"旧姓|名字|苗字|姓[がはを]|改姓|結婚|離婚|養子|氏が|名前")
_NOW = late_pattern(
    rf"(?:現在|今|いま|以前|前|元|結婚前|結婚後|離婚後|その後)は[、\s]?([{KANJI}]{{1,6}})"
    r"(?=です(?!か)|でした|だった|に(?:変わ|なり|なっ)|と名乗|を名乗)"
)
_CHANGED = late_pattern(rf"(?<![{KANJI}])([{KANJI}]{{1,4}})から([{KANJI}]{{1,4}})(?=[にへ](?:変|な[りっ]|改|戻))")
_I_AM = late_pattern(
    rf"(?:私|わたくし|わたし|僕|自分)は[、\s]?([{KANJI}]{{2,6}})(?=[、。]|で、|です(?!か)|と(?:申|言|いい))"
)
_READ_AS = late_pattern(
    rf"([{KANJI}]{{1,4}}|[ぁ-んー]{{2,6}})と書いて、?([ぁ-んァ-ヴー]{{2,8}}?)(?=です|と読|って読|と言|といい)"
)
_REPEATED = late_pattern(rf"\A(?:[ぁ-んー]{{1,4}}、)?([{KANJI}]{{1,4}})、(?=[^。\ufffc]{{0,20}}?\1(?:です|と|の))")
_KIN = late_pattern(rf"{KIN}(?P<link>の(?:名前[はが])?|、|[がは])")
_ONE_SCRIPT = late_pattern(r"[ぁ-んー]+|[ァ-ヴー]+")
NOT_GIVEN = ("こと", "とき", "とこ", "せい", "かた", "いえ", "もの", "ほう", "うち", "みな", "ぶん", "かわり", "ため")
_CALLED = late_pattern(r"(?:っていう|って言う|って名前|という名前|といい|と言い|と申し|という(?=[のん]))")
_AFTER_GIVEN = late_pattern(
    r"(?:の(?!で)|が|は|を|も|に(?!く)|です|だ|って|という|と(?=[、一-龥])|ちゃん|くん|さん|さま|様|、|。|\Z|[一-龥])"
)
_SURNAME_IS = late_pattern(
    rf"(?<![{KANJI}0-9])([{KANJI}]{{2,6}})(?="
    r"ですけ|ですが|でございます|と申し|と言い(?!ますか)|といい(?!ますか)|です(?![かねよ])"
    r"|に(?:なりました|なった|変わりました|変わった|戻りました|戻った)|課長|係長|主任|主査|主事|部長|次長|室長|所長|局長|先生|弁護士|が(?:対応|受電|応対)|(?:に|へ)引き?継)"
)
_BEFORE_SURNAME = ("代理", "担当", "職員", "受付", "本人", "主人", "係", "課", "者")
_FAMILY_OF = late_pattern(
    rf"(?<![{KANJI}])([{KANJI}]{{2,4}})の(?:妻|夫|母|父|娘|息子|家内|家族|姉|妹|兄|弟|祖母|祖父|代理)(?=です(?!か)|でござい|なんです)"
)
_GIVEN_PART = late_pattern(
    rf"下の名前(?:は|が|、){{1,2}}([{KANJI}]{{1,4}}|[ぁ-んー]{{2,6}}?|[ァ-ヴー]{{2,6}})(?=です(?!か)|と(?:申|言|いい|読)|で、|って)"
)
_SURNAME_PART = late_pattern(rf"(?:(?<![一-龥])姓|名字|苗字)[がは]([{KANJI}]{{1,4}})(?=、名|です(?!か)|で、)")
_SURNAME_FIRST = late_pattern(rf"([{KANJI}]{{1,4}})、(?=下の名前|名前は|フルネーム)")
_WRITTEN_SO = late_pattern(
    rf"(?:[ぁ-んー]{{1,6}}、)?([{KANJI}]{{1,4}})です、?(?=[^。\ufffc]{{0,24}}(?:字|書いて|書く|読み|へん))"
)
_KATAKANA_IS = late_pattern(
    r"(?<![ァ-ヴー])([ァ-ヴー]{2,8})(?=です(?!か)|と申|と言い(?!ますか)|といい(?!ますか)|でございます|ですけ)"
)
_KIN_WORD = r"(?:夫|妻|母|父|長男|次男|三男|長女|次女|三女|息子|娘|孫|祖母|祖父|兄|弟|姉|妹|主人|家内|私)"
_KIN_IS = late_pattern(
    rf"{_KIN_WORD}(?:の名前)?[はが]([{KANJI}]{{1,3}}|[ァ-ヴー]{{2,5}}|[ァ-ヴ]{{1,3}}[子江代美枝])(?=です(?![かね])|で、|で(?={_KIN_WORD})|、(?:夫|妻|母|父|長|次|三|息|娘|孫|兄|弟|姉|妹|私)|といい|と言い)"
)
_MIXED = late_pattern(r"[ァ-ヴ]{1,3}[子江代美枝]")
NOT_ONE = frozenset("元今前先次別朝昼夜春夏秋冬上下中右左男女町市外内東西南北可無主一二三四五六七八九十")
_OUR_CHILD = late_pattern(rf"(?:うちの|家の)([{KANJI}]{{2,3}})(?=の|が|は|を|も|です)")
_KIN_POLITE = late_pattern(
    rf"(?:夫|妻|長男|次男|三男|長女|次女|三女|息子|孫|祖母|祖父)、?([{KANJI}]{{2,3}})(?=様|さん|さま|ちゃん|くん|君)"
)
_DUTY = (
    r"(?:案内|応対|受付|対応|受電|担当|説明|記入|作成|確認|架電|入電|来電|通話|取次|引継ぎ?|折り?返し|責任)(?:者|先)?"
)
_NOTED = late_pattern(rf"{_DUTY}[:：\s]{{1,2}}([{KANJI}]{{2,6}})(?=[、。\s／/・（(\[]|様|氏|\Z)")
_ON_DUTY = late_pattern(
    rf"(?:{_DUTY[:-1]}(?<=[者先])|(?<![A-Za-z])(?:SV|OP|LD)|リーダー|管理者)(?:は|が|の)?\s?([{KANJI}]{{2,4}})"
    r"(?=[、。\s／/・（(]|が|に|へ|さん|様|氏|で|より|から|\Z)"
)
_HERE_IS = late_pattern(
    rf"(?:(?<![ぁ-ん])こちら|わたくし|(?<![ぁ-ん])うち)[、\s]?([{KANJI}]{{2,4}})(?={SAYS}|\s?でございます|{DIALECT_IS}|いう(?!か))"
)
_FIRST_WORD = late_pattern(
    rf"\A(?:はい、?|もしもし、?)?([{KANJI}]{{2,4}})(?=(?:と|って)(?:いい|言い)ます(?!か)|と申し)"
)
_SOMEBODY = late_pattern(
    rf"(?<![{KANJI}])([{KANJI}]{{2,4}})(?=(?:さん|様|氏)(?:という|って(?:いう)?)(?:男|女|方|人|職員|者|担当))"
)
_SPELLED_OUT = late_pattern(
    rf"\A(?:はい、?|えっと、?|名前は)?([{KANJI}]{{2,4}})[、。](?=[^。\ufffc]{{1,24}}(?:の[{KANJI}]{{1,3}}|田んぼ|漢字|[{KANJI}]偏|へん)(?:です|と書|に|、|。|\Z))"
)
_OF_OFFICE = late_pattern(
    rf"(?:課|係|室|センター)の?([{KANJI}]{{2,3}}?)(?=課長|係長|主任|主査|主事|部長|次長|室長|所長|局長|補佐|さん(?:に|へ|が|から|と)|氏(?:に|へ|が|より))"
)
_RELATIVE = late_pattern(rf"(?:ご?家族|お子(?:様|さん))の([{KANJI}]{{1,3}})(?=さん|様|さま|ちゃん|くん|君)")
_SENT = late_pattern(rf"(?:代理|代わり)[でに]、?([{KANJI}]{{2,4}})(?=が|と)")
_FURIGANA = late_pattern(r"フリガナ[:：\s]?([ァ-ヴー]{2,8}[\s・][ァ-ヴー]{2,8})(?![ァ-ヴー])")
_TITLE_NEXT = late_pattern(r"課長|係長|主任|主査|主事|部長|次長|室長|所長|局長|先生|弁護士")
_VIETNAMESE = late_pattern(
    r"(?<![ァ-ヴー])((?:グエン|チャン|レー?|ファム|ホアン|フイン|ファン|ヴー?|ヴォー?|ダン|ブイ|ドー?|ズオン|リー|ゴー?)・?"
    r"(?:ティ|ヴァン|バン|ドゥック|ミン|クオック|フウ|スアン|タイン|ゴック|トゥ|ディン|コン)・?[ァ-ヴー]{1,8})(?![ァ-ヴー])"
)
_READING = late_pattern(
    r"(?:(?:読み|よみ|フリガナ|ふりがな|よみがな)(?:方|かた)?(?:は|が)|濁らないで|濁らず)、?「?"
    r"(?!わか|そのまま|おなじ|ちが|なん|なに|どう|どちら|どれ|ひらがな|カタカナ|これ|それ|ここ)([ぁ-んー]{3,8}?|[ァ-ヴー]{3,8})(?=です(?!か)|でござ|なんです|」|と(?:読|申|言|いい|なり)|って)"
)
_FORMER = late_pattern(rf"(?:旧姓|新姓|通称|本名)の([{KANJI}]{{1,6}})(?=で|の|に|を|と|は|が|、|です)")
_NOT_NAMES = frozenset(words("not_names")) | {
    "旧字",
    "新字",
    "別姓",
    "夫婦",
    "母方",
    "父方",
    "一文字",
    "二文字",
    "三文字",
    "本名",
    "正式",
    "通称",
}
_OFFICE_WORDS = words("office_words")
_TRIGGER = late_pattern(
    r"です|課|係|フリガナ|家族|お子|申し|言い|いい|いう|ゆう|ちゅう|じゃ|や|だ|っす|でーす|ござい|者|先|SV|OP|LD|リーダー|さん|様|氏|[:：]|ァ|ヴァ|ティ|ミン|[はが]|夫|妻|母|父|男|女|息子|娘|子|孫|兄|弟|姉|妹|主人|嫁|家内|書いて|から|[ぁ-ん]{6}|、"
)


def passing_names(text: str) -> list[tuple[int, int]]:
    """Every name found; overlaps are left to the caller."""
    if not _TRIGGER.search(text):
        return []
    found = [*_said_in_kana(text), *_whole_in_kana(text), *_changed(text), *_explained(text)]
    if KIN_GATE.search(text):
        found += _of_family(text)
    found += [match.span(1) for match in _I_AM.finditer(text) if _is_sure(match[1])]
    found += [*_surname_is(text), *_foreign(text), *_given_is(text), *_announced(text)]
    return found


def _surname_is(text: str) -> list[tuple[int, int]]:
    """A surname that is no other word: 「簡単なほうの斉藤です」, 「今泉課長」, 「小暮が対応」."""
    found: list[tuple[int, int]] = []
    for match in _SURNAME_IS.finditer(text):
        start = next(
            (at for at in range(match.start(1), match.end(1) - 1) if is_plain_surname(text[at : match.end(1)])), -1
        )
        if _TITLE_NEXT.match(text, match.end(1)) and is_known_surname(match[1]) and not _has_office_word(match[1]):
            found.append(match.span(1))
        elif start == match.start(1) or (start > 0 and text[match.start(1) : start].endswith(_BEFORE_SURNAME)):
            found.append((start, match.end(1)))
    found += [
        match.span(1)
        for match in _FAMILY_OF.finditer(text)
        if is_known_surname(match[1]) and _opens(text, match.start())
    ]
    found += [match.span(1) for match in _GIVEN_PART.finditer(text) if match[1] not in _NOT_NAMES]
    found += [
        match.span(1)
        for match in _SURNAME_PART.finditer(text)
        if match[1] not in _NOT_NAMES and not _has_office_word(match[1])
    ]
    for pattern in (_SURNAME_FIRST, _WRITTEN_SO):
        first = pattern.match(text)
        if first and is_known_surname(first[1]):
            found.append(first.span(1))
    return found


def _given_is(text: str) -> list[tuple[int, int]]:
    """「次男は湊です」, 「うちの結衣の写真」, 「夫正治様」."""
    found = [match.span(1) for match in _KIN_IS.finditer(text) if _is_given(match[1])]
    found += [match.span(1) for match in _OUR_CHILD.finditer(text) if is_plain_given_name(match[1])]
    found += [
        match.span(1)
        for match in _KIN_POLITE.finditer(text)
        if match[1] not in _NOT_NAMES and not _has_office_word(match[1])
    ]
    found += [match.span(1) for match in _NOTED.finditer(text) if _is_any(match[1]) and match[1] not in _NOT_NAMES]
    found += [match.span(1) for match in _FORMER.finditer(text) if _is_any(match[1])]
    found += [match.span(1) for match in _ON_DUTY.finditer(text) if is_plain_surname(match[1])]
    return found


def _announced(text: str) -> list[tuple[int, int]]:
    """Names no list has to know: 「こちら東雲でございます」, 「草薙さんという男性」, 「大河内、大きい河の内です」."""
    found = [
        match.span(1)
        for pattern in (_HERE_IS, _FIRST_WORD, _SOMEBODY, _OF_OFFICE, _RELATIVE)
        for match in pattern.finditer(text)
        if match[1] not in _NOT_NAMES and not _has_office_word(match[1])
    ]
    found += [match.span(1) for match in _SENT.finditer(text) if is_known_surname(match[1])]
    found += [match.span(1) for pattern in (_FURIGANA, _READING) for match in pattern.finditer(text)]
    spelled = _SPELLED_OUT.match(text)
    if spelled and is_plain_surname(spelled[1]):
        found.append(spelled.span(1))
    return found + [match.span(1) for match in _VIETNAMESE.finditer(text)]


def _is_given(word: str) -> bool:
    lists = names()
    if len(word) == 1:
        return word in lists.given and word not in NOT_ONE
    return (
        is_plain_given_name(word)
        or word.translate(TO_KATAKANA) in lists.given_readings
        or _MIXED.fullmatch(word) is not None
    )


def _has_office_word(word: str) -> bool:
    return any(stop in word for stop in _OFFICE_WORDS)


def _foreign(text: str) -> list[tuple[int, int]]:
    """One name in katakana, known as a name of the people who come to the desk: 「わたしグエンです」."""
    return [
        match.span(1)
        for match in _KATAKANA_IS.finditer(text)
        if match[1] in _foreign_words() and _opens(text, match.start(1))
    ]


@cache
def _foreign_words() -> frozenset[str]:
    return frozenset(words("foreign_names"))


def is_reading_of_full_name(word: str) -> bool:
    """Surname and given name fill the kana: きむらまさと."""
    lists = names()
    kana = word.translate(TO_KATAKANA)
    return any(
        kana[:cut] in lists.known_surname_readings and kana[cut:] in lists.known_given_readings
        for cut in range(2, len(kana) - 1)
    )


def _said_in_kana(text: str) -> list[tuple[int, int]]:
    """「すいませんにしむらですが」: the longest known reading before the verb that begins where a speaker begins."""
    found: list[tuple[int, int]] = []
    for cue in _KANA_CUE.finditer(text):
        window = max(0, cue.start() - 20)
        run = _KANA_BACK.search(text[window : cue.start()])
        if run is None:
            continue
        for start in range(window + run.start(), cue.start() - 2):
            if _is_spoken_name(text[start : cue.start()]) and _opens(text, start):
                found.append((start, cue.start()))
                break
    return found


def _opens(text: str, start: int) -> bool:
    return _OPENING.search(text[max(0, start - _OPENING_KANA) : start]) is not None


def _is_spoken_name(word: str) -> bool:
    kana = re.sub(r"[\s・]", "", word)
    return kana.translate(TO_KATAKANA) in names().known_surname_readings or (
        len(kana) >= 5 and is_reading_of_full_name(kana)
    )


def _whole_in_kana(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _WHOLE.finditer(text) if is_reading_of_full_name(match[0])]


def _changed(text: str) -> list[tuple[int, int]]:
    """「旧姓が安藤で、今は原です」: where names are the topic any surname counts, elsewhere only plain ones."""
    topic = _NAME_TOPIC.search(text) is not None
    found = [match.span(1) for match in _NOW.finditer(text) if _is_sure(match[1]) or (topic and _is_any(match[1]))]
    if topic:
        for match in _CHANGED.finditer(text):
            if _is_any(match[1]) and _is_any(match[2]):
                found += [match.span(1), match.span(2)]
    return found


def _is_any(word: str) -> bool:
    return is_known_surname(word) or _is_listed_full_name(word)


def _is_sure(word: str) -> bool:
    return is_plain_surname(word) or _is_listed_full_name(word)


def _is_listed_full_name(word: str) -> bool:
    lists = names()
    return any(is_plain_surname(word[:cut]) and word[cut:] in lists.given for cut in range(2, len(word)))


def _of_family(text: str) -> list[tuple[int, int]]:
    """「妹のさくらの分」, 「娘がひなのっていうんですけど」: a known reading of a given name."""
    found: list[tuple[int, int]] = []
    for match in _KIN.finditer(text):
        end = _given_in_kana(text, match.end(), _CALLED)
        if not end and match["link"] not in ("が", "は"):
            end = _given_in_kana(text, match.end(), _AFTER_GIVEN)
        if end:
            found.append((match.end(), end))
    return found


def _given_in_kana(text: str, start: int, after: re.Pattern[str]) -> int | None:
    readings = names().known_given_readings
    if text.startswith(NOT_GIVEN, start):
        return None
    for end in range(min(len(text), start + 6), start + 1, -1):
        word = text[start:end]
        known = word.translate(TO_KATAKANA) in readings or (after is _CALLED and "ァ" <= word[0] <= "ヴ")
        if _ONE_SCRIPT.fullmatch(word) and known and after.match(text, end):
            return end
    return None


def _explained(text: str) -> list[tuple[int, int]]:
    """How a name is written: 「ひがしと書いてあずまです」, 「阿部、阿部定規の阿部です」."""
    lists = names()
    found: list[tuple[int, int]] = []
    for match in _READ_AS.finditer(text):
        reading = match[2].translate(TO_KATAKANA)
        if (
            reading in lists.known_surname_readings
            or reading in lists.known_given_readings
            or reading in lists.surname_readings
        ):
            found += [match.span(2), match.span(1)]
    repeated = _REPEATED.match(text)
    if repeated and is_known_surname(repeated[1]):
        found += [piece.span() for piece in re.finditer(re.escape(repeated[1]), text)]
    return found
