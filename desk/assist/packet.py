"""What the person who takes over a call is told in a few lines (取次ぎの引継ぎ). Pure."""

from datetime import datetime

from desk.assist.model import AssistState
from desk.assist.summary import summarise


def packet(state: AssistState, now: datetime) -> str:
    """用件, what was answered, what was looked at, how long the call has lasted; nobody's name or number."""
    made = summarise(state.transcript, state.used)
    lines = [f"受付番号：{state.record_id}", f"用件：{_one_line(made.inquiry) or '（まだ聞き取れていません）'}"]
    if state.used:
        lines.append(
            "案内済み：" + "、".join(f"{one.question}（{one.faq_id} 第{one.version}版）" for one in state.used)
        )
    looked = [one.question for one in state.suggestions if one.mark == "opened"]
    if looked:
        lines.append("確認したFAQ：" + "、".join(looked))
    if made.remaining:
        lines.append(f"残り：{_one_line(made.remaining)}")
    if state.started_at is not None:
        lines.append(f"通話：{max(0, int((now - state.started_at).total_seconds() // 60))}分")
    return "\n".join(lines)


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
