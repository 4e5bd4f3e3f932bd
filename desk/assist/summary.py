"""Extractive summary: every sentence was said in the call or stands in an approved answer, so nothing is made up. Pure."""

import re
from collections.abc import Sequence

from desk.assist.model import Segment, Suggestion, Summary
from desk.kpi.call import Call

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_ASKS = (
    "ですか",
    "ますか",
    "でしょうか",
    "たい",
    "教えて",
    "どうすれば",
    "どうしたら",
    "分から",
    "わから",
    "ほしい",
    "欲しい",
    "届",
    "なくし",
    "忘れ",
    "できな",
    "んですが",
    "んですけど",
)
_LEFT = ("折り返し", "後日", "改めて", "確認して", "ご連絡", "お調べして", "届いたら", "担当から", "担当課から")
_TALK = (
    "もしもし",
    "お電話ありがとう",
    "お世話に",
    "はい",
    "ええ",
    "なるほど",
    "承知",
    "かしこまり",
    "お待ちください",
    "申し訳",
)
_FILLER = re.compile(
    r"^(?:(?:あの[うー]?|えー?っ?と|ええと|えー|すみません|すいません|もしもし|あ[ーっ]?|その|なんか)[、,\s]+)+"
)
"""What people say before they begin; the summary begins where they do."""
_MAX_CHARS = 200
_TRANSFER = {"department": "所管課", "supervisor": "責任者", "line": "ほかの回線", "other": "ほかの窓口"}


def summarise(
    transcript: Sequence[Segment], used: Sequence[Suggestion], call: Call | None = None, category: str = ""
) -> Summary:
    """Empty parts stay empty: what nobody said is not filled in."""
    return Summary(
        inquiry=_inquiry(transcript),
        answer=_answer(transcript, used),
        action=_action(used, call),
        remaining=_join(_with_cue(transcript, _LEFT, "operator"), 2),
    )


def _inquiry(transcript: Sequence[Segment]) -> str:
    """The citizen's sentences that ask; the best two in the order they were said."""
    said = _sentences(transcript, "citizen")
    scored = [(_ask_score(text), -place, place) for place, text in enumerate(said)]
    best = sorted(scored, reverse=True)[:2]
    places = sorted(place for score, _, place in best if score > 0) or ([0] if said else [])
    return _join([_FILLER.sub("", said[place]) for place in places], 2)


def _ask_score(text: str) -> float:
    cues = sum(1 for cue in _ASKS if cue in text)
    small_talk = len(text) < 16 and any(text.startswith(word) for word in _TALK)
    return 0.0 if small_talk or len(text) < 5 else cues + min(len(text), 60) / 100


def _answer(transcript: Sequence[Segment], used: Sequence[Suggestion]) -> str:
    if used:
        return _join(
            [f"{one.question}→{_first_sentence(one.answer)}（{one.faq_id} 第{one.version}版）" for one in used], 3
        )
    spoken = [text for text in _sentences(transcript, "operator") if len(text) >= 12 and not _asks_or_greets(text)]
    return _join(spoken, 2)


def _action(used: Sequence[Suggestion], call: Call | None) -> str:
    if call is None:
        return ""
    parts = [
        f"{_TRANSFER.get(one.target, '')}へ転送{('（' + one.to + '）') if one.to else ''}" for one in call.transfers
    ]
    words = {"new": "予約を受付", "change": "予約を変更", "cancel": "予約を取消"}
    parts += [words[kind] for kind in call.bookings if kind in words]
    if used and not call.transfers:
        parts.append("FAQにより回答")
    return "、".join(dict.fromkeys(parts))


def _with_cue(transcript: Sequence[Segment], cues: Sequence[str], speaker: str) -> list[str]:
    return [text for text in _sentences(transcript, speaker) if any(cue in text for cue in cues)]


def _sentences(transcript: Sequence[Segment], speaker: str) -> list[str]:
    texts = [one.text for one in transcript if one.speaker == speaker]
    return [found.strip() for text in texts for found in _SENTENCE.findall(text) if found.strip()]


def _asks_or_greets(text: str) -> bool:
    return text.rstrip("。？?").endswith(("ですか", "ますか", "でしょうか")) or any(
        text.startswith(word) for word in _TALK
    )


def _first_sentence(text: str) -> str:
    found = _SENTENCE.search(text)
    return found.group().strip() if found else ""


def _join(texts: Sequence[str], limit: int) -> str:
    """Whole sentences only: half a sentence can mean the opposite."""
    kept: list[str] = []
    for text in dict.fromkeys(texts):
        if len(kept) < limit and sum(map(len, kept)) + len(text) <= _MAX_CHARS * 2:
            kept.append(text)
    return "\n".join(kept)
