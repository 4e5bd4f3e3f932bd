"""What short Japanese replies mean: yes, no, an ordinal, a wish about the call itself. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from knowledge.text.pieces import made_of

YesNo = Literal["yes", "no", ""]
Wish = Literal["person", "repeat", "slower", "louder", "goodbye", ""]


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.IGNORECASE)


def _one_of(words: str) -> str:
    """Alternatives written with spaces between them; each may be a regular expression."""
    return "(?:" + "|".join(words.split()) + ")"


_FILLERS = _pattern(
    "^(?:",
    _one_of(
        "ええと えーっと えーと えっと えー あのー あのう あの そのー んー うーん あー あ(?=[、,。]) え(?=[、,。]) すいません "
        "すみません ごめんなさい"
    ),
    r"[、,。\s]*)+",
)
_MARKS = re.compile(r"[\s、。,.!?！？「」『』…ー~〜・]+$|[\s。!?！？]+")
_POLITE = (
    _one_of(
        "お願いします お願いいたします お願いできますか おねがいします ください 下さい いいですか "
        "いただけますか もらえますか "
        "頂けますか くれますか くれる ほしい 欲しい です ます か ね よ な の んですけど んですが"
    )
    + "*"
)
_NO = _pattern(
    "^",
    _one_of(
        "いいえ いえいえ いえ いや いやいや ううん 違います ちがいます 違う ちがう そうじゃな そうではな "
        "まだ だめ 駄目 "
        "けっこう 結構 いらな 要らな 不要 いりません 要りません やめ してません していません しません しない "
        "してない なってません "
        "(?:解決|かいけつ)(?:し|でき)(?:ませ|な|て(?:い)?(?:ませ|な)) (?:わか|分か|判)(?:りませ|らな) "
        "特に(?:な|あり) とくに(?:な|あり) "
        r"ありません ないです ない$ 大丈夫ではな no\b nope 没有 不是 不用 不 아니 없 không não nao hindi wala"
    ),
)
_YES = _pattern(
    "^",
    _one_of(
        "はいはい はい ええ うん そうです そう$ そうそう そのとおり その通り 合って あって(?:ます|います) "
        "お願い おねがい よろし "
        "オッケー オーケー ok 大丈夫 だいじょうぶ (?:解決|かいけつ)(?:し|でき)(?:まし|た) "
        "(?:わか|分か|判)り(?:まし|ます) "
        r"(?:わか|分か|判)った 了解 承知 正しい いいです yes\b yeah yep 是的? 对 好的? 네 예 vâng có sim\b oo\b opo"
    ),
)
_YES_ENDS = _pattern(
    _one_of(
        "です そうです ね よ お願いします お願いいたします 大丈夫です (?:解決|わか|分か)[^、。]{0,8} "
        "ありがとう[^、。]* "
        "それで(?:す|いい)[^、。]* どうも"
    ),
)
_THANKS = _pattern(
    "^(?:どうも)?",
    _one_of(
        "ありがとう(?:ございました|ございます)? 助かりました もう(?:いい|大丈夫|結構)です? さようなら "
        "失礼します 失礼いたします "
        "以上です 切ります thankyou thanks bye goodbye"
    ),
    "+$",
)
_REPEAT = _pattern(
    "^(?:今の|いまの|今のを|それを)?",
    _one_of(
        "もう(?:一度|1度|いちど|一回|1回|いっかい|いっぺん|一遍) 繰り返し くりかえし リピート oncemore "
        "saythatagain repeat"
    ),
    _one_of("最初から 全部 ゆっくり 大きな声で 大きい声で 聞かせて 言って いって 話して はなして 教えて 説明して して"),
    f"*{_POLITE}$",
    r"|^(?:なんて|何て|何と|なんと)(?:言い|いい|おっしゃ)[^、]{0,8}$",
    r"|^(?:よく)?聞き(?:取|と)れ(?:な|ませ)[^、]{0,10}$|^聞こえ(?:な|ませ)[^、]{0,8}$|^(?:え|はあ)$",
)
_SLOWER = _pattern(
    _one_of("^(?:もう少し|もっと|もうちょっと|ちょっと|もう一度)*(?:ゆっくり|スローで|遅く|slowly|slower)"),
    "(?:と|め(?:に|で)?)?",
    _one_of("話して はなして しゃべって 喋って 言って して もう一度"),
    f"*{_POLITE}$",
    "|早(?:口|すぎ|くて)|速(?:すぎ|くて)|^話すのが(?:早|速)い",
)
_LOUDER = _pattern(
    "^(?:もう少し|もっと|もうちょっと)*",
    _one_of("大き(?:い|な)声 大きく 音を大きく 音量(?:を)?上げて 声を大きく louder"),
    "(?:で|に)?",
    _one_of("話して 言って して もう一度"),
    f"*{_POLITE}$",
    "|声が(?:小さ|遠)|音が小さ|聞こえ(?:にく|づら)|(?:お電話|電話)が遠",
)
_PERSON = _pattern(
    "オペレ[ーイ]?タ|おぺれーた|有人|ひと?に代わ|operator|human|realperson|agent|staff|",
    _one_of(
        "人間 担当者? 係(?:の(?:人|方|者))? 職員(?:の(?:人|方))? 生身の人 本物の人 ちゃんとした人 "
        "(?<![本個友他一二三数])人 "
        "スタッフ 誰か 責任者"
    ),
    "(?:の方)?(?:に|と|を|へ)?(?:直接|すぐ)?",
    _one_of("つな 繋 代わ 替わ 変わ かわ 話(?:し|せ|が|を) はな(?:し|せ) 出し だし お願い おねがい 取り次"),
)
_NAMES = {
    "ja": "日本語 にほんご japanese",
    "en": "英語 えいご english イングリッシュ",
    "zh": "中国語 ちゅうごくご 中文 chinese 普通话 汉语 チャイニーズ",
    "ko": "韓国語 かんこくご 朝鮮語 한국어 korean ハングル",
    "vi": "ベトナム語 べとなむご tiếngviệt vietnamese",
    "pt": "ポルトガル語 ぽるとがるご português portugues portuguese",
    "tl": "タガログ語 たがろぐご フィリピン語 tagalog filipino",
}
_LANGUAGE = {
    lang: _pattern(
        "^",
        _one_of(names),
        "(?:で|を|に|にして|に変えて|please)?",
        _one_of("話して はなして 案内して 教えて 対応して"),
        f"*{_POLITE}$",
    )
    for lang, names in _NAMES.items()
}
_BACKCHANNELS = frozenset(
    (
        "はい",
        "ええ",
        "うん",
        "ん",
        "ああ",
        "あ",
        "へえ",
        "へー",
        "ほう",
        "ふうん",
        "ふーん",
        "そう",
        "はあ",
        "えー",
        "あー",
        "うーん",
    )
)
_LAST = re.compile(r"最後|さいご|いちばん下|一番下|後者|あとの(?:方|ほう)|後の(?:方|ほう)")
_MIDDLE = re.compile(r"真ん中|まんなか|中央")
_TH = "(?:番|ばん|つ目|つめ|個目|こめ|の方|のほう)"
_ORDINALS = (
    _pattern(
        "(?:^|[^0-9二三四])(?:1|一|いち|ひと)", _TH, "|最初|さいしょ|はじめの|初めの|前者|いちばん上|一番上|first"
    ),
    _pattern("(?:2|二|に|ふた)", _TH, "|second"),
    _pattern("(?:3|三|さん|みっ)", _TH, "|third"),
    _pattern("(?:4|四|よん|よっ)", _TH, "|fourth"),
)
_BARE = {
    word: index
    for index, words in enumerate(("1 いち 一", "2 に にー 二", "3 さん 三", "4 よん 四"))
    for word in words.split()
}
_NONE = re.compile(
    r"どれでもな|どれも(?:違|ちが)|どちらでもな|どちらも(?:違|ちが)|ない(?:です)?$|(?:それ)?以外|^(?:違|ちが)|none"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """yes/no and what else was said after it."""

    meaning: YesNo
    rest: str


def clean(text: str) -> str:
    """NFKC without fillers at the front, without spaces and sentence marks."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    return _MARKS.sub("", _FILLERS.sub("", folded)).strip("、,。.")


def yes_no(text: str) -> Reply:
    """Meaning of a reply to a yes/no question; a long rest is something new."""
    folded = _FILLERS.sub("", unicodedata.normalize("NFKC", text).strip().lower())
    for pattern, meaning in ((_NO, "no"), (_YES, "yes")):
        match = pattern.match(folded)
        if match:
            rest = folded[match.end() :].lstrip("、,。. !?！？")
            inside = _split_rest(rest)
            return Reply("no" if meaning == "no" else "yes", inside)
    return Reply("", folded)


def _split_rest(rest: str) -> str:
    """What follows yes or no when it is more than the ending of the same word."""
    tail = _MARKS.sub("", rest)
    if len(tail) <= 8 or made_of(_YES_ENDS, tail, longest=len(tail)):
        return ""
    head, mark, after = rest.partition("、")
    if not mark:
        head, mark, after = rest.partition("。")
    if mark and len(head) <= 8:
        return after.strip()
    return rest


def wish(text: str) -> Wish:
    """A wish about the call itself, only when the whole utterance is that wish."""
    short = clean(text)
    if _REPEAT.search(short):
        return "repeat"
    if len(short) <= 24 and _SLOWER.search(short):
        return "slower"
    if len(short) <= 24 and _LOUDER.search(short):
        return "louder"
    if len(short) <= 40 and _PERSON.search(short):
        return "person"
    return "goodbye" if _THANKS.match(short) else ""


def named_language(text: str) -> str:
    """The language asked for by name (「英語でお願いします」), "" when the utterance is anything else."""
    short = clean(text)
    return next((lang for lang, pattern in _LANGUAGE.items() if pattern.search(short)), "")


def is_backchannel(text: str) -> bool:
    """相づち: two morae or fewer that only say 'I am listening'."""
    short = _MARKS.sub("", unicodedata.normalize("NFKC", text)).strip("、,。.ー")
    parts = [part for part in re.split(r"[、,。.\s]+", short) if part]
    return bool(short) and all(part in _BACKCHANNELS or part.replace("はい", "") == "" for part in parts)


def ordinal(text: str, count: int) -> int | None:
    """Index of the option meant by 「二番目」「最後」「いち」, or None."""
    short = clean(text)
    if short in _BARE:
        return _BARE[short] if _BARE[short] < count else None
    if _LAST.search(short):
        return count - 1
    if count == 3 and _MIDDLE.search(short):
        return 1
    for index, pattern in enumerate(_ORDINALS[:count]):
        if pattern.search(short):
            return index
    return None


def none_of_these(text: str) -> bool:
    return bool(_NONE.search(clean(text)))


def best_label(text: str, labels: tuple[str, ...]) -> int | None:
    """The option whose own words (not shared by all options) the caller used, or None when unclear."""
    grams = [_bigrams(label) for label in labels]
    shared = frozenset.intersection(*grams) if len(grams) > 1 else frozenset()
    said = _bigrams(text)
    scores = [len(said & (own - shared)) / max(1, min(len(own - shared), len(said))) for own in grams]
    ranked = sorted(range(len(labels)), key=lambda i: -scores[i])
    if not ranked or scores[ranked[0]] < 0.3:
        return None
    if len(ranked) > 1 and scores[ranked[0]] - scores[ranked[1]] < 0.1:
        return None
    return ranked[0]


def _bigrams(text: str) -> frozenset[str]:
    folded = clean(text)
    return frozenset(folded[i : i + 2] for i in range(len(folded) - 1))
