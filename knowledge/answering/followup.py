"""A follow-up such as 「じゃあ代理人の場合は？」 becomes a question that stands alone, by rules; no model is needed.

What is carried over is the approved question of the last answer, never the words of the person.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.answering.conversation import Reread, Talk
from knowledge.answering.topics import topic_of
from knowledge.ports import Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.text.late_pattern import late_pattern
from knowledge.text.normalise import normalise
from knowledge.text.tokens import Tokenizer, Unit

MAX_CHARS = 40
"""A longer utterance tells its own story and is searched as it stands."""
SHORT_CHARS = 25
"""Up to here a bare aspect (「手数料は？」) continues the topic even without a linking word."""

_FILLER = r"えっ?と|ええと|えー+|あの[ーう]*|あっ?(?=[、,])|すみません|はい|ええ|うん|なるほど|分かりました|わかりました|いえ|いや|違います"
_LINK = (
    r"じゃあ?|それじゃあ?|それでは|では|それなら|だったら|でしたら|そし?たら|そうしたら|そうすると|ちなみに|あと|それと|ついでに"
    r"|それで|その場合|この場合|そのとき|その時|やっぱり?|やはり|で(?=[、, ])"
)
_OPENER = late_pattern(rf"^(?:(?P<link>{_LINK})|{_FILLER})(?:は|だと|も)?[、,。\s]*")
_POINTS_BACK = late_pattern(
    r"^(それ|これ|[そこ]の(手続|場合|とき|時|後|あと|お金|費用|分)|さっきの|今の|同じ)|(場合|とき|時|分|方|ほう)は?(どう|[?？]|$)|(だと|でも)(どう|[?？]|$)"
)
_ADDS = late_pattern(
    r"も([一-龥々]{1,4}|行って|来て|行く|使)?(でき|大丈夫|いい|いり|いる|いけ|必要|あり|やって|お願い|可能|同じ|え(る|ます))"
)
_UNFINISHED = late_pattern(r"(は|なら|だと|たら|でも|場合|とき|時|れば|けば|えば)[?？]?$")
_ASKS = late_pattern(r"(か|の|かな|かね|でしょう|ですっけ)[?？]?$|[?？]$")
_TELLS = late_pattern(r"(ます|ました|ですね|なんだ|だね|よかった|良かった)(ね|よ)?[。!！]?$")
"""Says what one will do or has understood: nothing is asked."""
_TURNS = late_pattern(r"話(は|が)?(変わ|かわ)|ところで|別の(件|話|こと)|(全然|まったく|全く)(違う|別)|違う(件|話|こと)")
"""Says itself that another matter follows."""
_INSTEAD = late_pattern(
    r"^(?P<wrong>[^、。]{1,12}?)(なん|の|ん)?(じゃ|では?)(なく|ない)(って|て|の方|のほう)?、?(?P<meant>[^、。]{2,20}?)(の(方|ほう|やつ|件))?"
    r"(です|でした|だった|なん|ん|の)*(が|けど|けれども?|よ|ね)?[。]?$"
)
"""Puts right what was understood: 「カードじゃなくて電子証明書のほうです」."""
_QUESTION_WORD = late_pattern(
    r"(何|誰|だれ|なに)(?![かも])|どの|どう(?!も)|どこ(?!か|も)|どれ(?!か|も)|どちら(?!か|も)|いくら(?!でも)|いつ(?![かも])"
)
_WHO = late_pattern(
    r"代理人?|家族|本人|自分|私|わたし|子ども|子供|こども|息子|娘|孫|赤ちゃん|未成年者?|\d+歳(未満|以上|以下)?|両親|親|父|母|(?<!丈)夫|妻|主人"
    r"|祖父|祖母|おじいちゃん|おばあちゃん|高齢者?|外国人|(成年)?(被)?後見人?|法定代理人|入院中?|施設"
)
_ASPECT = late_pattern(
    r"手数料|料金|費用|お金|値段|いくら|有料|無料|持ち物|持って行くもの|必要な?(もの|物|書類)|必要|書類|どこ|場所|窓口|いつ(から|まで)?|期限|期間"
    r"|何日|何年|何か月|時間|日数|土日|土曜(日)?|日曜(日)?|休日|平日|夜間?|予約|郵送|郵便|オンライン|ネット|スマホ|スマートフォン|パソコン|コンビニ|電話"
    r"|方法|やり方|手順|誰|写真|印鑑|委任状"
)
_GENERIC = late_pattern(
    r"手続き?|申し込み|こと|もの|ところ|ほう|方(?!法)|場合|とき|時|人|分(?![かけ])|今日|明日|当日|すぐ|後|前|それ|これ|その|この|さっき|同じ|今|うち"
    r"|代わり|かわり|夜中|深夜|夜遅く|回|枚|通(?!知|帳|訳)|そこ|急ぎ|いろいろ|大丈夫|可能|平気"
)


_ACTIONS = frozenset(
    [
        "変更",
        "取消",
        "取り消し",
        "解除",
        "更新",
        "申請",
        "予約",
        "登録",
        "再発行",
        "再交付",
        "返納",
        "返却",
        "停止",
        "削除",
        "追加",
        "確認",
        "設定",
        "再設定",
        "利用",
        "受け取り",
        "受取",
        "廃止",
        "延長",
    ]
)


_ASKED = frozenset(["どこ", "いくら", "いつ", "いつから", "いつまで", "誰", "必要"])


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`rest` is the utterance without its opening words; `who` and `aspect` say what it brings that is new."""

    rest: str
    who: bool
    aspect: bool
    wrong: str = ""
    """What the person says is not meant."""


class FollowUps:
    """Tells follow-ups from new questions. Thread-safe."""

    def __init__(self, tokenizer: Tokenizer, redactor: Redactor) -> None:
        self._tokenizer = tokenizer
        self._redactor = redactor

    def standalone(self, utterance: RedactedText, talk: Talk) -> Reread | None:
        """`utterance` as a question of its own about what was answered last; None when it is one already."""
        found = self._read(utterance, talk.topic) if talk.topic else None
        if found is None:
            return None
        matter = self._matter(talk.topic, found)
        text = self._redactor.redact(f"{matter}の{found.rest}" if matter else found.rest).text
        rest = self._redactor.redact(found.rest).text
        return Reread(text, self._new_words(found.rest, talk.topic), rest)

    def _words(self, text: str, *kinds: str) -> Iterator[Unit]:
        """Those that name something, of these parts of speech."""
        return (m.unit for m in self._tokenizer.morphs(text) if m.unit.pos in kinds and not m.is_light)

    def _new_words(self, rest: str, topic: str) -> tuple[str, ...]:
        named = [m[0] for pattern in (_WHO, _ASPECT) for m in pattern.finditer(rest)]
        nouns = [unit.surface for unit in self._words(rest, "名詞")]
        return tuple(word for word in dict.fromkeys([*named, *nouns]) if word not in topic and word not in _ASKED)

    def _read(self, utterance: str, topic: str) -> FollowUp | None:
        rest, linked = _without_opener(normalise(utterance))
        if not rest or len(rest) > MAX_CHARS or _TURNS.search(utterance):
            return None
        instead = _INSTEAD.match(rest)
        if instead is not None and any(unit.surface in topic for unit in self._words(instead["wrong"], "名詞", "動詞")):
            return FollowUp(instead["meant"], False, False, instead["wrong"])
        who, aspect = bool(_WHO.search(rest)), bool(_ASPECT.search(rest))
        linked = linked or bool(_POINTS_BACK.search(rest))
        unfinished = bool(_UNFINISHED.search(rest) or _ADDS.search(rest))
        questioned = bool(_QUESTION_WORD.search(rest))
        if _TELLS.search(rest) and not questioned:
            return None
        asks = questioned or (bool(_ASKS.search(rest)) and (who or aspect))
        if not linked and not (len(rest) <= SHORT_CHARS and (unfinished or asks)):
            return None
        if (self._empty(rest) and not (questioned and aspect)) or self._own_matter(rest, topic, linked or unfinished):
            return None
        return FollowUp(rest, who, aspect)

    def _empty(self, rest: str) -> bool:
        """Whether nothing is asked at all: a greeting, a sigh, a sum."""
        return all(
            m.is_function_word or m.unit.pos == "接頭辞" or m.unit.norm.isdigit() for m in self._tokenizer.morphs(rest)
        )

    def _own_matter(self, rest: str, topic: str, loose: bool) -> bool:
        """Whether a noun is left that names another matter. What can be done (変更, 解除) does not name one when the
        sentence leans on the one before."""
        left = _GENERIC.sub("、", _ASPECT.sub("、", _WHO.sub("、", rest)))
        return any(
            not (unit.norm.isdigit() or unit.surface.startswith("何"))
            and unit.surface not in topic
            and not (loose and unit.norm in _ACTIONS)
            for unit in self._words(left, "名詞")
        )

    def _matter(self, topic: str, found: FollowUp) -> str:
        """The words of the topic that say what it is about, without what the follow-up replaces."""
        kept = topic_of(topic)
        if found.who:
            kept = _WHO.sub("、", kept)
        if found.aspect:
            kept = _ASPECT.sub("、", kept)
        if found.wrong:
            kept = kept.replace(found.wrong, "、")
        words = [
            unit.surface if unit.pos == "名詞" else unit.norm
            for unit in self._words(_GENERIC.sub("、", kept), "名詞", "動詞")
            if not unit.surface.isdigit()
        ]
        return " ".join(dict.fromkeys(words))


def _without_opener(text: str) -> tuple[str, bool]:
    linked = False
    while match := _OPENER.match(text):
        linked = linked or match["link"] is not None
        text = text[match.end() :]
    return text.strip(), linked
