"""A follow-up such as 「じゃあ代理人の場合は？」 becomes a question that stands alone, by rules; no model is needed.

What is carried over is the approved question of the last answer, never the words of the person.
"""

import re
from dataclasses import dataclass

from knowledge.answering.conversation import Talk
from knowledge.answering.topics import topic_of
from knowledge.ports import Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.text.normalise import normalise
from knowledge.text.tokens import Tokenizer

MAX_CHARS = 40
"""A longer utterance tells its own story and is searched as it stands."""
SHORT_CHARS = 25
"""Up to here a bare aspect (「手数料は？」) continues the topic even without a linking word."""

_FILLER = r"えっ?と|ええと|えー+|あの[ーう]*|すみません|はい|ええ|うん|なるほど|分かりました|わかりました"
_LINK = (
    r"じゃあ?|それじゃあ?|それでは|では|それなら|だったら|でしたら|そし?たら|そうしたら|そうすると|ちなみに|あと|それと|ついでに"
    r"|それで|その場合|この場合|そのとき|その時|で(?=[、, ])"
)
_OPENER = re.compile(rf"^(?:(?P<link>{_LINK})|{_FILLER})(?:は|だと|も)?[、,。\s]*")
_POINTS_BACK = re.compile(
    r"^(それ|これ|その|この|さっきの|今の|同じ)|(場合|とき|時)は?(どう|[?？]|$)|(だと|でも)(どう|[?？]|$)"
)
_WHO = re.compile(
    r"代理人?|家族|本人|自分|私|わたし|子ども|子供|こども|息子|娘|孫|赤ちゃん|未成年者?|\d+歳(未満|以上|以下)?|両親|親|父|母|夫|妻|主人"
    r"|祖父|祖母|おじいちゃん|おばあちゃん|高齢者?|外国人|(成年)?(被)?後見人?|法定代理人|入院中?|施設"
)
_ASPECT = re.compile(
    r"手数料|料金|費用|お金|値段|いくら|有料|無料|持ち物|持って行くもの|必要な?(もの|物|書類)|必要|書類|どこ|場所|窓口|いつ(から|まで)?|期限|期間"
    r"|何日|何年|何か月|時間|日数|土日|土曜(日)?|日曜(日)?|休日|平日|夜間?|予約|郵送|郵便|オンライン|ネット|スマホ|スマートフォン|パソコン|コンビニ|電話"
    r"|方法|やり方|手順|誰|写真|印鑑|委任状"
)
_GENERIC = re.compile(
    r"手続き?|申し込み|こと|もの|ところ|ほう|方|場合|とき|時|人|分|今日|明日|すぐ|後|前|それ|これ|その|この|さっき|同じ|今"
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`rest` is the utterance without its opening words; `who` and `aspect` say what it brings that is new."""

    rest: str
    who: bool
    aspect: bool


class FollowUps:
    """Tells follow-ups from new questions. Thread-safe."""

    def __init__(self, tokenizer: Tokenizer, redactor: Redactor) -> None:
        self._tokenizer = tokenizer
        self._redactor = redactor

    def standalone(self, utterance: RedactedText, talk: Talk) -> RedactedText | None:
        """`utterance` as a question of its own about what was answered last; None when it is one already."""
        found = self._read(utterance) if talk.topic else None
        if found is None:
            return None
        return self._redactor.redact(f"{_carried(talk.topic, found)} {found.rest}".strip()).text

    def _read(self, utterance: str) -> FollowUp | None:
        rest, linked = _without_opener(normalise(utterance))
        if not rest or len(rest) > MAX_CHARS:
            return None
        who, aspect = bool(_WHO.search(rest)), bool(_ASPECT.search(rest))
        linked = linked or bool(_POINTS_BACK.search(rest))
        if not (linked or ((who or aspect) and len(rest) <= SHORT_CHARS)):
            return None
        if not (linked or who or aspect) or self._own_topic(rest):
            return None
        return FollowUp(rest, who, aspect)

    def _own_topic(self, rest: str) -> bool:
        """Whether a noun is left that names a matter of its own."""
        left = _GENERIC.sub(" ", _ASPECT.sub(" ", _WHO.sub(" ", rest)))
        return any(
            m.unit.pos == "名詞" and not m.is_light and not m.unit.norm.isdigit() for m in self._tokenizer.morphs(left)
        )


def _without_opener(text: str) -> tuple[str, bool]:
    linked = False
    while match := _OPENER.match(text):
        linked = linked or match["link"] is not None
        text = text[match.end() :]
    return text.strip(), linked


_CLAUSE = re.compile(r"[^。？?]+[。？?]?")


def _carried(topic: str, found: FollowUp) -> str:
    """The topic without what the follow-up replaces: 「代理人が…」 when it asks for oneself, the fee when it asks where."""
    kept = topic_of(topic)
    if found.who:
        kept = re.sub(rf"(?:{_WHO.pattern})(?:が|は|の|本人が)?", "", kept)
    if found.aspect:
        clauses = [c.strip("。？? ") for c in _CLAUSE.findall(kept)]
        kept = "。".join(c for c in clauses if not _only_aspect(c)) or kept
    return kept.strip("、。 ")


def _only_aspect(clause: str) -> bool:
    return len(clause) <= SHORT_CHARS and bool(_ASPECT.match(clause))
