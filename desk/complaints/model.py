"""A complaint (苦情): what was said, what was meant, how it came about, what was done, what came of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from knowledge.errors import IllegalTransition, InvalidInput, Problem
from knowledge.privacy.redacted import RedactedText

Severity = Literal["low", "middle", "high"]
State = Literal["received", "reported", "responding", "closed"]
RootCause = Literal["", "none", "faq_error", "search", "operation", "operator"]
SEVERITY_LABELS: Mapping[Severity, str] = MappingProxyType({"low": "軽微", "middle": "中程度", "high": "重大"})
STATE_LABELS: Mapping[State, str] = MappingProxyType(
    {"received": "受付", "reported": "市へ報告済み", "responding": "対応中", "closed": "対応完了"}
)
CAUSE_LABELS: Mapping[RootCause, str] = MappingProxyType(
    {
        "": "未判定",
        "none": "誤案内なし",
        "faq_error": "FAQの誤り",
        "search": "検索・候補の誤り",
        "operation": "操作の誤り",
        "operator": "オペレーターの誤り",
    }
)
TRANSITIONS: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        "received": frozenset({"reported", "responding", "closed"}),
        "reported": frozenset({"responding", "closed"}),
        "responding": frozenset({"reported", "closed"}),
        "closed": frozenset({"responding"}),
    }
)
REPORT_WITHIN: Mapping[Severity, timedelta] = MappingProxyType(
    {"high": timedelta(minutes=30), "middle": timedelta(hours=4), "low": timedelta(days=1)}
)
"""How soon the city must know; printed on the page and measured."""
_NOTHING = RedactedText("")


@dataclass(frozen=True, slots=True)
class ComplaintContent:
    """申出内容, 意図, 経緯, 対応, 結果, and for a wrong answer of ours: the cause, its FAQ, the other calls it hit."""

    severity: Severity
    statement: RedactedText
    intent: RedactedText = _NOTHING
    background: RedactedText = _NOTHING
    response: RedactedText = _NOTHING
    result: RedactedText = _NOTHING
    manual_version: str = ""
    root_cause: RootCause = ""
    linked_faq: str = ""
    affected: tuple[str, ...] = ()
    """record_ids of other callers who were told the same."""


@dataclass(frozen=True, slots=True)
class Complaint:
    record_id: str
    state: State
    content: ComplaintContent
    received_at: datetime
    reported_at: datetime | None
    reported_to: str
    revision: int
    updated_by: str
    updated_at: datetime

    @property
    def report_secs(self) -> float | None:
        """How long it took until the city knew."""
        return None if self.reported_at is None else (self.reported_at - self.received_at).total_seconds()

    def report_due(self) -> datetime:
        return self.received_at + REPORT_WITHIN[self.content.severity]


def check_content(content: ComplaintContent, state: State) -> None:
    """What each state demands. Raises InvalidInput with every field that is missing."""
    problems = []
    if not content.statement.strip():
        problems.append(Problem("申出の内容を入力してください。", column="statement"))
    if state == "closed":
        for name, label in (("intent", "意図の確認"), ("response", "対応"), ("result", "結果")):
            if not getattr(content, name).strip():
                problems.append(Problem(f"{label}を入力してください。", column=name))
        if not content.root_cause:
            problems.append(Problem("誤案内だったかどうかを選んでください。", column="root_cause"))
    if content.root_cause == "faq_error" and not content.linked_faq:
        problems.append(Problem("誤りのあったFAQ番号を入力してください。", column="linked_faq"))
    if problems:
        raise InvalidInput("苦情の記録に足りない項目があります。", problems)


def check_move(complaint: Complaint, state: State) -> None:
    """A serious complaint cannot be closed before the city knows of it. Raises IllegalTransition."""
    if state != complaint.state and state not in TRANSITIONS[complaint.state]:
        raise IllegalTransition(f"「{STATE_LABELS[complaint.state]}」から「{STATE_LABELS[state]}」へは進められません。")
    if state == "closed" and complaint.content.severity == "high" and complaint.reported_at is None:
        raise IllegalTransition("重大な苦情は、市へ報告してから完了にしてください。")
