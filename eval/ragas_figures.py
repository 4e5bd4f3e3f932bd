"""What ragas measured, as lines of a table: each with its n, judgements with their interval."""

from collections.abc import Mapping, Sequence

from eval.metrics.intervals import rate
from eval.ragas_adapter import JUDGES, PASS, JudgedRow
from knowledge.text.percent import percent

_MEASURES = {
    "exact": "承認済みの回答と完全に一致した割合",
    "chrf": "文字の近さ（chrF、平均）",
    "string": "文字列の近さ（平均）",
    "id_precision": "見つけたFAQのうち正解の割合（平均）",
    "id_recall": "正解のFAQを見つけた割合（平均）",
}
_VERDICTS = {
    "judge_faithfulness": "忠実性：根拠どおりと判定された割合",
    "judge_context_recall": "検索の再現：根拠がそろっていると判定された割合",
}


def figures(scores: Sequence[Mapping[str, float]], judged: Sequence[JudgedRow]) -> list[tuple[str, str, str, str]]:
    """(item, value, n, interval); judgements only where there are any."""
    found = []
    for name, label in _MEASURES.items():
        values = [score[name] for score in scores]
        found.append((label, f"{sum(values) / len(values):.3f}" if values else "－", str(len(values)), ""))
    for name in JUDGES if judged else ():
        passed = rate(sum(one.verdicts[name] == PASS for one in judged), len(judged))
        interval = f"{percent(passed.low)}〜{percent(passed.high)}"
        found.append((_VERDICTS[name], percent(passed.value), str(passed.total), interval))
    return found
