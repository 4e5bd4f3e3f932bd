"""How long calls take and whether they are settled at once."""

from collections.abc import Sequence
from decimal import Decimal

from desk.kpi.call import Call
from desk.kpi.figure import Figure, count, exact_sum, mean, rate, rounded
from desk.kpi.rules import KpiRules
from desk.kpi.volumes import of


def time_figures(calls: Sequence[Call]) -> list[Figure]:
    """平均処理時間 is the sum of its three parts taken over the calls that have ended; ATT leaves holds out."""
    answered = of(calls, "answered")
    ended = [call for call in answered if call.times.talk_secs is not None]
    return [
        mean(
            "asa",
            "平均応答時間",
            "応答した着信の待ち時間の合計 ÷ 応答件数（待ち時間は呼出・待ち行列に入ってから。放棄呼は含みません）",
            [(call, call.times.wait_secs) for call in answered],
        ),
        mean(
            "att",
            "平均通話時間",
            "通話時間の合計 ÷ 応答件数（保留を除く。終了した通話）",
            [(c, c.times.talk_secs) for c in ended],
        ),
        mean("hold", "平均保留時間", "保留時間の合計 ÷ 応答件数", [(call, call.times.hold_secs) for call in ended]),
        mean(
            "acw",
            "平均後処理時間",
            "終話から受付可になるまでの時間の合計 ÷ 応答件数",
            [(call, call.times.acw_secs or 0.0) for call in ended],
        ),
        mean(
            "aht",
            "平均処理時間",
            "（通話時間 ＋ 保留時間 ＋ 後処理時間）の合計 ÷ 応答件数",
            [(call, handle_secs(call)) for call in ended],
        ),
        _talk_total(ended),
    ]


def handle_secs(call: Call) -> float:
    """通話 + 保留 + 後処理 of one ended call, summed exactly."""
    times = call.times
    return float(exact_sum((times.talk_secs or 0.0, times.hold_secs, times.acw_secs or 0.0)))


def settling_figures(calls: Sequence[Call], rules: KpiRules) -> list[Figure]:
    answered = of(calls, "answered")
    done = [call for call in answered if completed_at_once(call)]
    asked = [call for call in answered if needs_answer(call, rules)]
    inside = [call for call in asked if call.closing and call.closing.answered_in_center]
    return [
        rate(
            "fcr",
            "一次完了率",
            "転送も折り返しもなく、最初の通話で用件が完了した件数 ÷ 応答件数",
            done,
            answered,
            note="完了は応対記録の「完了」によります。同じ方の再入電は個人を記録しないため数えません。",
        ),
        rate(
            "first_answer_rate",
            "一次回答率",
            "所管課への取次・折り返しをせずにセンターで回答した件数 ÷ 回答を要した応答件数（予約のみ・間違い・無言を除く）",
            inside,
            asked,
        ),
        *_escalations(answered),
    ]


def completed_at_once(call: Call) -> bool:
    closing = call.closing
    return bool(closing and closing.completed and not call.transfers and closing.outcome not in _HANDED_ON)


def needs_answer(call: Call, rules: KpiRules) -> bool:
    """A call whose record is not closed yet counts: leaving it out would flatter the rate."""
    return call.closing is None or call.closing.outcome not in rules.no_answer_needed


_HANDED_ON = frozenset({"transferred", "callback", "escalated"})


def _escalations(answered: Sequence[Call]) -> list[Figure]:
    supervisor = [c for c in answered if _moved_to(c, "supervisor") or _outcome(c) == "escalated"]
    department = [c for c in answered if _moved_to(c, "department") or _outcome(c) == "transferred"]
    callback = [c for c in answered if _outcome(c) == "callback"]
    handed = {c.call_id for c in (*supervisor, *department, *callback)}
    return [
        rate(
            "escalation_rate",
            "エスカレーション率",
            "（責任者への引継ぎ・所管課への転送・折り返しのどれかがあった件数）÷ 応答件数。1件の通話は一度だけ数えます",
            [c for c in answered if c.call_id in handed],
            answered,
        ),
        count("to_supervisor", "うち責任者への引継ぎ", "責任者へ引き継いだ応答の数", supervisor),
        count("to_department", "うち所管課への転送", "所管課へ転送した応答の数", department),
        count("to_callback", "うち折り返し", "折り返しの約束をした応答の数", callback),
    ]


def _moved_to(call: Call, target: str) -> bool:
    return any(transfer.target == target for transfer in call.transfers)


def _outcome(call: Call) -> str:
    return call.closing.outcome if call.closing else ""


def talked_secs(calls: Sequence[Call]) -> Decimal:
    """From connected to hung up, holding included, of the calls that have ended."""
    ended = [call.times for call in calls if call.times.talk_secs is not None]
    return exact_sum(secs for times in ended for secs in (times.talk_secs or 0.0, times.hold_secs))


def _talk_total(ended: Sequence[Call]) -> Figure:
    ids = tuple(call.call_id for call in ended)
    total = talked_secs(ended)
    label, formula = "通話時間の合計", "つながってから切れるまでの時間の合計（保留を含む）"
    return Figure("talk_total", label, formula, "秒", rounded(total), len(ids), ids, ids)
