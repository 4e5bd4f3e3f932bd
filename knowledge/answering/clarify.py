"""The question back: names the one thing that separates the best candidates."""

from collections.abc import Sequence

from knowledge.answering.messages import message
from knowledge.domain import Clarify, ClarifyOption, FaqEntry

MAX_OPTIONS = 3
_PROMPTS = {
    "who": "どなたのお手続きについてのご質問でしょうか。",
    "state": "いまの状況は、次のどれに近いでしょうか。",
    "procedure": "どのお手続きについてのご質問でしょうか。",
    "thing": "何についてのご質問でしょうか。",
    "place": "どこでのお手続きについてのご質問でしょうか。",
}
_ORDER = ("who", "thing", "procedure", "state", "place")
"""People can say at once for whom and about what they ask; state and place need more thought."""


def clarify(entries: Sequence[FaqEntry], lang: str = "ja") -> Clarify | None:
    """A question back for these candidates, best first; None when there are fewer than two different ones."""
    different: dict[str, FaqEntry] = {}
    for entry in entries:
        different.setdefault(_topic(entry.question), entry)
    candidates = list(different.values())[:MAX_OPTIONS]
    if len(candidates) < 2:
        return None
    if lang != "ja":
        return Clarify(message("clarify_prompt", lang), tuple(ClarifyOption(e.question, e.faq_id) for e in candidates))
    for facet in _ORDER:
        values = [dict(e.facets).get(facet, "") for e in candidates]
        if all(values) and len(set(values)) == len(values):
            options = tuple(ClarifyOption(v, e.faq_id) for v, e in zip(values, candidates, strict=True))
            return Clarify(_PROMPTS[facet], options)
    return Clarify(
        message("clarify_prompt", "ja"), tuple(ClarifyOption(_topic(e.question), e.faq_id) for e in candidates)
    )


def _topic(question: str) -> str:
    """The FAQ's question without its polite ending, short enough for a button or a voice."""
    topic = question.strip().rstrip("。？?")
    for ending in _ENDINGS:
        if topic.endswith(ending) and len(topic) > len(ending) + 4:
            return topic[: -len(ending)].rstrip("、。")
    return topic


_ENDINGS = (
    "を教えてください",
    "について教えてください",
    "どうすればよいですか",
    "どうしたらよいですか",
    "はどうなりますか",
)
