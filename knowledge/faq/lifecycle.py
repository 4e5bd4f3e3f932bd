"""The lifecycle of an FAQ's working copy as a pure state machine, and who may approve.

draft → in_review → approved → published → retired. The published version stays in force while a new draft of the
same FAQ passes through the steps again.
"""

from collections.abc import Collection
from typing import Literal

from knowledge.domain import FaqStatus
from knowledge.errors import Forbidden, IllegalTransition

Step = Literal["submit", "withdraw", "approve", "send_back", "publish", "revise", "retire", "discard"]

STATUS_LABELS: dict[FaqStatus, str] = {
    "draft": "下書き",
    "in_review": "確認中",
    "approved": "承認済み",
    "published": "公開中",
    "retired": "廃止",
}
STEP_LABELS: dict[Step, str] = {
    "submit": "確認の依頼",
    "withdraw": "取下げ",
    "approve": "承認",
    "send_back": "差し戻し",
    "publish": "公開",
    "revise": "改訂の開始",
    "retire": "廃止",
    "discard": "下書きの破棄",
}
_NEXT: dict[tuple[FaqStatus, Step], FaqStatus] = {
    ("draft", "submit"): "in_review",
    ("in_review", "withdraw"): "draft",
    ("approved", "withdraw"): "draft",
    ("in_review", "approve"): "approved",
    ("in_review", "send_back"): "draft",
    ("approved", "send_back"): "draft",
    ("approved", "publish"): "published",
    ("published", "revise"): "draft",
    ("retired", "revise"): "draft",
    ("draft", "retire"): "retired",
    ("in_review", "retire"): "retired",
    ("approved", "retire"): "retired",
    ("published", "retire"): "retired",
}


def next_status(status: FaqStatus, step: Step, is_live: bool = False) -> FaqStatus:
    """Status after `step`. `is_live` says whether a published version is in force beside the draft.
    Raises IllegalTransition."""
    if step == "discard" and status in ("draft", "in_review", "approved"):
        return "published" if is_live else "retired"
    found = _NEXT.get((status, step))
    if found is None:
        raise IllegalTransition(f"「{STATUS_LABELS[status]}」のFAQに「{STEP_LABELS[step]}」はできません。")
    return found


def steps_from(status: FaqStatus) -> tuple[Step, ...]:
    """Steps possible from `status`, for the buttons of a page."""
    steps = [step for (origin, step) in _NEXT if origin == status]
    return (*steps, "discard") if status in ("draft", "in_review", "approved") else tuple(steps)


def check_editable(status: FaqStatus) -> None:
    """Text can be changed in a draft only. Raises IllegalTransition."""
    if status != "draft":
        raise IllegalTransition(
            f"「{STATUS_LABELS[status]}」のFAQは直接編集できません。改訂を始めるか、取り下げてから編集してください。"
        )


def check_approver(who: str, drafters: Collection[str], self_approval: bool) -> None:
    """Nobody approves a text they helped to write, unless the city allows it. Raises Forbidden."""
    if who in drafters and not self_approval:
        raise Forbidden("自分が起案・編集したFAQは承認できません。別の承認者に依頼してください。")
