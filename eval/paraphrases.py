"""Whether generated wordings may stay: the same held-out questions, searched with and without them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Case
from eval.metrics.intervals import Rate
from eval.past_wordings import GainBench, search_rates
from knowledge.domain import FaqEntry
from knowledge.faq.past_wordings import with_past_wordings
from knowledge.privacy.redacted import RedactedText


@dataclass(frozen=True, slots=True)
class Trial:
    """`first`: right FAQ first; `shown`: among the first three."""

    before_first: Rate
    after_first: Rate
    before_shown: Rate
    after_shown: Rate

    @property
    def may_stay(self) -> bool:
        """Neither figure got worse."""
        return self.after_first.hits >= self.before_first.hits and self.after_shown.hits >= self.before_shown.hits


def try_wordings(
    entries: Sequence[FaqEntry], made: Mapping[str, Sequence[RedactedText]], cases: Sequence[Case], bench: GainBench
) -> Trial:
    """Both searches are trained anew. `cases`: those with a right answer in Japanese are asked."""
    japanese = [one for one in entries if one.lang == "ja"]
    asked = [case for case in cases if case.lang == "ja" and case.right_faqs]
    before = search_rates(japanese, asked, bench)
    after = search_rates(with_past_wordings(japanese, made), asked, bench)
    return Trial(before[0], after[0], before[1], after[1])
