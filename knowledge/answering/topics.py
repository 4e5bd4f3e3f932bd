"""What an FAQ is about, cut from its question: short enough for a button, a voice or the start of another question."""

from knowledge.domain import FaqEntry

_LOST_CARD = frozenset({("thing", "カード"), ("procedure", "一時停止"), ("state", "紛失")})
_ENDINGS = (
    "を教えてください",
    "について教えてください",
    "どうすればよいですか",
    "どうしたらよいですか",
    "はどうなりますか",
)


def topic_of(question: str) -> str:
    """The FAQ's question without its polite ending."""
    topic = question.strip().rstrip("。？?")
    for ending in _ENDINGS:
        if topic.endswith(ending) and len(topic) > len(ending) + 4:
            return topic[: -len(ending)].rstrip("、。")
    return topic


def stops_a_lost_card(entry: FaqEntry) -> bool:
    """Whether the FAQ tells somebody who lost a card how to stop it."""
    return set(entry.facets) >= _LOST_CARD
