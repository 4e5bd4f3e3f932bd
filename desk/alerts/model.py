"""What a supervisor is called for (責任者への知らせ): the rules, one alert, what a person did with it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from knowledge.privacy.redacted import RedactedText

PERSONAL_NUMBER = "個人番号の発話"
LOW_CONFIDENCE = "確信度の低い回答"
COMPLAINT_LIKE = "苦情らしい発話"
LONG_CALL = "長い通話"
LONG_HOLD = "長い保留"
SILENCE = "沈黙"
WAITING = "待ち呼"
MEASURED = (COMPLAINT_LIKE, PERSONAL_NUMBER, LOW_CONFIDENCE, LONG_CALL, LONG_HOLD, SILENCE, WAITING)
"""Rules the program knows by itself; all others are words in alerts.toml."""

Outcome = Literal["", "correct", "wrong", "handled"]
StepKind = Literal["acknowledged", "snoozed", "correct", "wrong", "handled"]
State = Literal["open", "snoozed", "settled"]
OUTCOME_LABELS: Mapping[str, str] = {"correct": "正しい", "wrong": "誤り", "handled": "対応済み"}
STEP_LABELS: Mapping[StepKind, str] = {
    "acknowledged": "確認した",
    "snoozed": "あとで",
    "correct": "正しい",
    "wrong": "誤り",
    "handled": "対応済み",
}


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule is met. `place`: the piece of the transcript that met it; `amount`: seconds, percent or callers."""

    rule: str
    at: datetime
    place: int | None = None
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Alert:
    """A signal that was told to the supervisors; `call_id` is empty for what concerns the queue and no single call."""

    alert_id: str
    call_id: str
    rule: str
    at: datetime
    raised_at: datetime
    place: int | None
    amount: int
    operator: str
    acknowledged_at: datetime | None
    acknowledged_by: str
    snoozed_until: datetime | None
    outcome: Outcome
    settled_at: datetime | None
    settled_by: str
    record_id: str = ""
    said: RedactedText | None = None
    """The piece of the transcript, as it was kept."""

    def state(self, now: datetime) -> State:
        if self.outcome:
            return "settled"
        return "snoozed" if self.snoozed_until is not None and self.snoozed_until > now else "open"

    @property
    def measured(self) -> str:
        """What was measured, in words."""
        return measured_text(self.rule, self.amount)


@dataclass(frozen=True, slots=True)
class Step:
    """What a supervisor did with an alert; never changed."""

    at: datetime
    who: str
    kind: StepKind
    note: RedactedText


def measured_text(rule: str, amount: int) -> str:
    """Seconds as minutes, percent and callers as such; empty for what is only said."""
    if rule in (LONG_CALL, LONG_HOLD, SILENCE):
        return f"{amount // 60}分{amount % 60:02d}秒" if amount >= 60 else f"{amount}秒"
    if rule == WAITING:
        return f"{amount}人"
    return f"確信度{amount}％" if rule in (LOW_CONFIDENCE, COMPLAINT_LIKE) else ""


def uncovered(signals: list[Signal], raised: list[tuple[str, datetime]], rearm: timedelta) -> list[Signal]:
    """The signals of one call to raise now. `raised`: (rule, at) of its alerts so far.

    One that lies nearer than `rearm` to an alert of its rule is told by that alert already, whatever came in first.
    """
    known = list(raised)
    new = []
    for signal in sorted(signals, key=lambda one: (one.at, one.rule)):
        if all(rule != signal.rule or abs(signal.at - at) >= rearm for rule, at in known):
            known.append((signal.rule, signal.at))
            new.append(signal)
    return new
