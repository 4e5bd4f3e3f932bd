"""The nested rates of self-service, with n and 95 % confidence interval. Silence and hanging up never count as solved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.metrics.intervals import Rate, rate
from knowledge.faq.audited import Judged
from knowledge.faq.web_outcomes import WebOutcomes


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate with the words that define it."""

    name: str
    definition: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class BotFigures:
    calls: int
    out_of_scope: int
    rates: tuple[Figure, ...]


def bot_figures(in_scope: Mapping[str, int], out_of_scope: int, audited: Sequence[Judged]) -> BotFigures:
    """`in_scope`: ended calls by outcome, without those that no FAQ could have answered."""
    silence = "無言・切断は解決に数えません"
    return _figures(in_scope, out_of_scope, audited, "通話", "人に代わらずに終わった", silence)


def web_figures(found: WebOutcomes, audited: Sequence[Judged]) -> BotFigures:
    """The same for the public page: one conversation is one question."""
    silence = "評価のない質問は解決に数えません"
    return _figures(found.in_scope, found.out_of_scope, audited, "質問", "電話や窓口を案内せずに終わった", silence)


def _figures(
    in_scope: Mapping[str, int], out_of_scope: int, audited: Sequence[Judged], unit: str, ended: str, silence: str
) -> BotFigures:
    total = sum(in_scope.values())
    confirmed = in_scope.get("confirmed", 0)
    contained = in_scope.get("completed", 0) + confirmed
    right = sum(1 for one in audited if one.right)
    wrong = sum(1 for one in audited if one.verdict in ("wrong", "should_hand_over"))
    base, judged = f"対象の{unit}", f"無作為に選んで判定した対象の{unit}"
    return BotFigures(
        total + out_of_scope,
        out_of_scope,
        (
            Figure("完結率", f"回答のあと、{ended}{unit} ÷ {base}", rate(contained, total)),
            Figure(
                "確認済み自己解決率",
                f"完結し、「解決した」と答えた{unit} ÷ {base}（{silence}）",
                rate(confirmed, total),
            ),
            Figure(
                "正答自己解決率",
                f"確認済みで、回答が正しいと判定された{unit} ÷ {judged}",
                rate(right, len(audited)),
            ),
            Figure(
                "誤案内率",
                f"誤り、または人につなぐべきだったと判定された{unit} ÷ {judged}",
                rate(wrong, len(audited)),
            ),
        ),
    )
