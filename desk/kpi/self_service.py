"""The voicebot's three nested rates and what belongs to them. Silence and hanging up never count as solved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desk.kpi.call import Call
from desk.kpi.figure import Figure, count, rate
from desk.kpi.volumes import inbound

_CONTAINED = ("completed", "confirmed")
_WRONG = ("wrong", "harmful")


@dataclass(frozen=True, slots=True)
class BotTopic:
    """What became of the voicebot's calls about one topic; every call counts in exactly one."""

    topic: str
    calls: tuple[str, ...]
    contained: int
    confirmed: int
    handed_over: int
    abandoned: int
    audited: int
    wrong: int

    @property
    def number(self) -> int:
        return len(self.calls)


def bot_figures(calls: Sequence[Call]) -> list[Figure]:
    """Of the telephone calls, as the reports count them."""
    return bot_rates(inbound(calls))


def bot_calls(calls: Sequence[Call]) -> list[Call]:
    """Everything the voicebot talked to the end, on the telephone or on the page."""
    return [call for call in calls if call.direction == "inbound" and call.bot is not None and call.bot.outcome]


def bot_rates(calls: Sequence[Call]) -> list[Figure]:
    talked = bot_calls(calls)
    scope = [call for call in talked if call.bot and call.bot.in_scope]
    contained = [call for call in scope if _outcome(call) in _CONTAINED]
    confirmed = [call for call in contained if _outcome(call) == "confirmed"]
    audited = [call for call in scope if call.grade]
    right = [call for call in audited if _outcome(call) == "confirmed" and call.grade == "correct"]
    base = "対象内の自動応答の件数"
    only_judged = "判定した件数（n）だけから求めています。"
    return [
        count("bot_calls", "自動応答の件数", "自動応答が応対を終えた着信の数", talked),
        count("bot_out_of_scope", "うち対象外の用件", "答える対象でない用件だった数", _out_of_scope(talked)),
        rate("containment", "完結率", f"回答のあと人に代わらずに終わった件数 ÷ {base}", contained, scope, True),
        rate(
            "confirmed_self_resolution",
            "確認済み自己解決率",
            f"完結し、かつ「解決した」と答えた件数 ÷ {base}（無言・切断は解決に数えません）",
            confirmed,
            scope,
            True,
        ),
        rate(
            "correct_self_resolution",
            "正答自己解決率",
            "確認済みで、かつ回答が正しいと判定された件数 ÷ 判定した対象内の自動応答の件数",
            right,
            audited,
            True,
            only_judged,
        ),
        rate(
            "bot_wrong",
            "自動応答の誤案内率",
            "誤り、または人につなぐべきだったと判定された件数 ÷ 判定した対象内の自動応答の件数",
            [call for call in audited if call.grade in _WRONG],
            audited,
            True,
            only_judged,
        ),
        rate("bot_hand_over", "自動応答の取次率", f"人に代わった件数 ÷ {base}", _with(scope, "handed_over"), scope),
        rate("bot_abandon", "自動応答の離脱率", f"回答の前に切れた件数 ÷ {base}", _with(scope, "abandoned"), scope),
    ]


def bot_topics(calls: Sequence[Call], topic_of: Callable[[Call], str]) -> list[BotTopic]:
    """The same calls by topic, most frequent first; the lines add up to the whole."""
    by_topic: dict[str, list[Call]] = {}
    for call in bot_calls(calls):
        by_topic.setdefault(topic_of(call), []).append(call)
    lines = [
        BotTopic(
            topic,
            tuple(call.call_id for call in found),
            sum(_outcome(call) in _CONTAINED for call in found),
            len(_with(found, "confirmed")),
            len(_with(found, "handed_over")),
            len(_with(found, "abandoned")),
            sum(bool(call.grade) for call in found),
            sum(call.grade in _WRONG for call in found),
        )
        for topic, found in by_topic.items()
    ]
    return sorted(lines, key=lambda line: (-line.number, line.topic))


def audit_figures(calls: Sequence[Call]) -> list[Figure]:
    """正答率 of everything that was audited, operators and voicebot."""
    audited = [call for call in calls if call.grade]
    return [
        rate(
            "correct_rate", "正答率", "正答と判定された件数 ÷ 判定した件数", _graded(audited, "correct"), audited, True
        ),
        rate(
            "harm_rate",
            "危険な誤答の率",
            "危険な誤りと判定された件数 ÷ 判定した件数",
            _graded(audited, "harmful"),
            audited,
            True,
        ),
    ]


def _outcome(call: Call) -> str:
    return call.bot.outcome if call.bot else ""


def _with(calls: Sequence[Call], outcome: str) -> list[Call]:
    return [call for call in calls if _outcome(call) == outcome]


def _graded(calls: Sequence[Call], grade: str) -> list[Call]:
    return [call for call in calls if call.grade == grade]


def _out_of_scope(calls: Sequence[Call]) -> list[Call]:
    return [call for call in calls if call.bot and not call.bot.in_scope]
