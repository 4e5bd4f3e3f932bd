"""How many calls came and what became of them. The six parts sum to the whole."""

from collections.abc import Sequence

from desk.kpi.call import Call, Disposition
from desk.kpi.figure import Figure, count, rate
from desk.kpi.rules import KpiRules

PART_LABELS: dict[Disposition, str] = {
    "answered": "応答件数",
    "bot_completed": "自動応答で完結した件数",
    "overflowed": "あふれ呼件数",
    "abandoned": "放棄呼件数",
    "out_of_hours": "時間外の件数",
    "open": "通話中・結果待ちの件数",
}
_PART_FORMULAS: dict[Disposition, str] = {
    "answered": "オペレーターにつながった着信の数",
    "bot_completed": "回答のあと、人に代わらずに終わった自動応答の数",
    "overflowed": "満席などでほかの回線や案内に回った着信の数",
    "abandoned": "つながる前に切れた着信の数",
    "out_of_hours": "受付時間の外に着信し、つながらなかった数",
    "open": "まだ結果が記録されていない着信の数",
}


def inbound(calls: Sequence[Call]) -> list[Call]:
    return [call for call in calls if call.is_inbound]


def contacts(calls: Sequence[Call]) -> list[Call]:
    """Everything that came from outside, by whatever way."""
    return [call for call in calls if call.direction == "inbound"]


def offered_in_service(calls: Sequence[Call]) -> list[Call]:
    """着信件数: inbound calls without those out of hours."""
    return [call for call in calls if call.is_inbound and call.disposition != "out_of_hours"]


def of(calls: Sequence[Call], disposition: Disposition) -> list[Call]:
    return [call for call in calls if call.is_inbound and call.disposition == disposition]


def volume_figures(calls: Sequence[Call]) -> list[Figure]:
    whole = "応答 ＋ 自動応答で完結 ＋ あふれ ＋ 放棄 ＋ 時間外 ＋ 結果待ち"
    figures = [
        count("inbound", "入電件数", f"外からの電話の着信の合計 ＝ {whole}", inbound(calls)),
        count("offered", "着信件数（受付時間内）", "入電件数 － 時間外の件数", offered_in_service(calls)),
    ]
    figures += [count(part, label, _PART_FORMULAS[part], of(calls, part)) for part, label in PART_LABELS.items()]
    formula = "外から受けた応対の数（電話のほか、ウェブ・メール・窓口などを含みます）"
    figures.append(count("contacts", "受付件数（全経路）", formula, contacts(calls)))
    outbound = [call for call in calls if call.direction == "outbound"]
    return [*figures, count("outbound", "発信件数", "センターから掛けた電話の数（入電件数に含みません）", outbound)]


def rate_figures(calls: Sequence[Call], rules: KpiRules) -> list[Figure]:
    """応答率 and its relatives. 応答率＋放棄率＋あふれ率（＋結果待ち）＝100 % while no short calls are left out."""
    base = rate_base(calls, rules)
    staffed = [call for call in base if call.disposition != "bot_completed"]
    answered, given_up = _in(staffed, "answered"), _in(staffed, "abandoned")
    level = [c for c in answered if c.times.wait_secs is not None and c.times.wait_secs <= rules.service_level_secs]
    short = f"{rules.short_abandon_secs}秒以内の放棄呼を除く" if rules.short_abandon_secs else "短い放棄呼も含む"
    denominator = f"（着信件数 － 自動応答で完結した件数）。{short}"
    every = [call for call in base if call.disposition in ("answered", "bot_completed")]
    return [
        rate("answer_rate", "応答率", f"応答件数 ÷ {denominator}", answered, staffed),
        rate(
            "total_answer_rate",
            "総応答率（自動応答を含む）",
            f"（応答件数 ＋ 自動応答で完結した件数）÷ 着信件数。{short}",
            every,
            base,
        ),
        rate("abandon_rate", "放棄呼率", f"放棄呼件数 ÷ {denominator}", given_up, staffed),
        rate("overflow_rate", "あふれ呼率", f"あふれ呼件数 ÷ {denominator}", _in(staffed, "overflowed"), staffed),
        rate(
            "service_level",
            f"サービスレベル（{rules.service_level_secs}秒以内）",
            f"待ち時間が{rules.service_level_secs}秒以内の応答件数 ÷ {denominator}",
            level,
            staffed,
        ),
    ]


def rate_base(calls: Sequence[Call], rules: KpiRules) -> list[Call]:
    """着信件数, without abandoned calls too short to be answered if the city wants so."""
    return [call for call in offered_in_service(calls) if not _too_short(call, rules)]


def _too_short(call: Call, rules: KpiRules) -> bool:
    wait = call.times.wait_secs
    return (
        rules.short_abandon_secs > 0
        and call.disposition == "abandoned"
        and wait is not None
        and wait <= rules.short_abandon_secs
    )


def _in(calls: Sequence[Call], disposition: Disposition) -> list[Call]:
    return [call for call in calls if call.disposition == disposition]
