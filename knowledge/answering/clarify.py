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
        different.setdefault(_label(entry), entry)
    candidates = list(different.values())[:MAX_OPTIONS]
    if len(candidates) < 2:
        return None
    if lang != "ja":
        return Clarify(message("clarify_prompt", lang), tuple(ClarifyOption(e.question, e.faq_id) for e in candidates))
    facet = _separating(candidates)
    if facet:
        options = tuple(ClarifyOption(dict(e.facets)[facet], e.faq_id) for e in candidates)
        return Clarify(_PROMPTS[facet], options)
    return Clarify(message("clarify_prompt", "ja"), tuple(ClarifyOption(_label(e), e.faq_id) for e in candidates))


def open_question(options: Sequence[ClarifyOption]) -> Clarify | None:
    """Asks what the matter is and offers those people mostly ask about; None without any."""
    return Clarify(message("open_question", "ja"), tuple(options)) if options else None


def _separating(candidates: Sequence[FaqEntry]) -> str:
    """The one facet in which the candidates differ; none where they differ in more, because a word of one facet
    (カード, 確認, 利用) then says too little to choose by."""
    facets = [dict(e.facets) for e in candidates]
    differing = [name for name in _ORDER if len({f.get(name, "") for f in facets}) > 1]
    if len(differing) != 1:
        return ""
    values = [f.get(differing[0], "") for f in facets]
    return differing[0] if all(values) and len(set(values)) == len(values) else ""


def _label(entry: FaqEntry) -> str:
    """The FAQ's topic; of a question in two sentences the first, which says what it is about."""
    first, end, _ = entry.question.strip().partition("。")
    return topic_of(first + end)
