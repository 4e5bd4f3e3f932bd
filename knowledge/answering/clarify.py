"""The question back: names the one thing that separates the best candidates."""

from collections.abc import Sequence

from knowledge.answering.messages import message
from knowledge.answering.topics import topic_of
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
        different.setdefault(topic_of(entry.question), entry)
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
        message("clarify_prompt", "ja"), tuple(ClarifyOption(topic_of(e.question), e.faq_id) for e in candidates)
    )
