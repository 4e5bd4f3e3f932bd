"""The four judgements a reviewer can give, for one turn of a call and for a call of the audit sample."""

from typing import Literal

from knowledge.errors import InvalidInput, Problem

Verdict = Literal["right", "wrong", "should_hand_over", "faq_missing"]
VERDICT_LABELS: dict[Verdict, str] = {
    "right": "正しい",
    "wrong": "誤り",
    "should_hand_over": "人につなぐべきだった",
    "faq_missing": "FAQがない",
}
FOR_EDITORS: frozenset[Verdict] = frozenset({"wrong", "faq_missing"})
"""What only a change of the FAQ can put right: these open an update request."""
MAX_COMMENT_CHARS = 2_000


def verdict_of(text: str) -> Verdict:
    """Raises InvalidInput."""
    if text not in VERDICT_LABELS:
        message = "判定を選んでください。"
        raise InvalidInput(message, [Problem(message, column="verdict")])
    return text
