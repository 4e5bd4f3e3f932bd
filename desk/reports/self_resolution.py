"""自己解決率 by channel: each with its own definition, its n and its interval, because the channels cannot be measured alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from desk.kpi.call import Call
from desk.kpi.compare import Rate
from desk.kpi.figure import wilson
from desk.kpi.self_service import bot_figures
from desk.reports.model import Cell, Table, span_text
from knowledge.faq.audited import judged
from knowledge.faq.periods import Period
from knowledge.store.usage_tables import feedback, search_log

_BOT = ("containment", "confirmed_self_resolution", "correct_self_resolution")
_WEB = "公開ページ：「解決した」の件数 ÷（「解決した」＋「解決しなかった」）。答えなかった方は含みません。一つの質問は一度だけ数えます"
_WEB_AUDITED = (
    "公開ページ：正答自己解決率＝「解決した」と答え、かつ回答が正しいと判定された質問 ÷ 無作為に選んで2人が判定した質問"
)


@dataclass(frozen=True, slots=True)
class ChannelRate:
    label: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class SelfResolution:
    """`notes`: the definitions and what they leave out."""

    rates: tuple[ChannelRate, ...]
    notes: tuple[str, ...]


def self_resolution(conn: Connection, calls: Sequence[Call], period: Period) -> SelfResolution:
    """The voicebot from the event log, the public page from what people pressed and from its audit samples."""
    figures = {figure.kpi_id: figure for figure in bot_figures(calls)}
    rates = [
        ChannelRate(f"電話（自動応答）　{found.label}", Rate(len(found.numerator), found.n))
        for found in (figures[kpi_id] for kpi_id in _BOT)
    ]
    solved, said, answered = _web(conn, period)
    audited = judged(conn, period, "web")
    rates += [
        ChannelRate("公開ページ　自己解決率", Rate(solved, said)),
        ChannelRate("公開ページ　正答自己解決率", Rate(sum(one.right for one in audited), len(audited))),
    ]
    notes = [
        f"電話（自動応答）：{figures[one].label}＝{figures[one].formula}"
        for one in figures
        if one.endswith("resolution")
    ]
    notes += [f"{_WEB}。公開ページの回答 {answered}件のうち、評価があったのは{said}件です。", _WEB_AUDITED]
    return SelfResolution(tuple(rates), tuple(notes))


def self_resolution_table(found: SelfResolution) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            one.label,
            one.rate.hits,
            one.rate.n,
            one.rate.percent,
            span_text(wilson(one.rate.hits, one.rate.n) if one.rate.n else None),
        )
        for one in found.rates
    ]
    header = ("経路", "解決した件数", "n", "割合（％）", "95％信頼区間")
    return Table("自己解決率（経路別）", header, tuple(rows), found.notes, live=True)


def _web(conn: Connection, period: Period) -> tuple[int, int, int]:
    """(solved, judged, answered) questions of the public page."""
    log, said = search_log.c, feedback.c
    in_period = log.day.between(period.first, period.last) & (log.channel == "web")
    answered = conn.execute(select(func.count()).where(in_period, log.action == "answer")).scalar_one()
    judged = (
        select(said.log_id, func.max(said.verdict).label("verdict"))
        .join(search_log, log.log_id == said.log_id)
        .where(in_period, said.verdict.in_(("resolved", "not_resolved")))
        .group_by(said.log_id)
        .subquery()
    )
    counted = {
        row.verdict: row.n
        for row in conn.execute(select(judged.c.verdict, func.count().label("n")).group_by(judged.c.verdict))
    }
    solved = counted.get("resolved", 0)
    return solved, sum(counted.values()), answered
