"""The voicebot's three rates, with n and 95 % confidence interval. Silence and hanging up never count as solved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.metrics.intervals import Rate, rate


@dataclass(frozen=True, slots=True)
class Figure:
    """A rate with the words that define it."""

    name: str
    definition: str
    rate: Rate


@dataclass(frozen=True, slots=True)
class Judged:
    """One audited call on which the reviewers agree or that was resolved."""

    outcome: str
    verdict: str


@dataclass(frozen=True, slots=True)
class BotFigures:
    calls: int
    out_of_scope: int
    rates: tuple[Figure, ...]


def bot_figures(in_scope: Mapping[str, int], out_of_scope: int, audited: Sequence[Judged]) -> BotFigures:
    """`in_scope`: ended calls by outcome, without those that no FAQ could have answered."""
    total = sum(in_scope.values())
    confirmed = in_scope.get("confirmed", 0)
    contained = in_scope.get("completed", 0) + confirmed
    right = sum(1 for one in audited if one.outcome == "confirmed" and one.verdict == "right")
    wrong = sum(1 for one in audited if one.verdict in ("wrong", "should_hand_over"))
    base = "対象の通話"
    return BotFigures(
        total + out_of_scope,
        out_of_scope,
        (
            Figure("完結率", f"回答のあと、人に代わらずに終わった通話 ÷ {base}", rate(contained, total)),
            Figure(
                "確認済み自己解決率",
                f"完結し、「解決した」と答えた通話 ÷ {base}（無言・切断は解決に数えません）",
                rate(confirmed, total),
            ),
            Figure(
                "正答自己解決率",
                "確認済みで、回答が正しいと判定された通話 ÷ 無作為に選んで判定した対象の通話",
                rate(right, len(audited)),
            ),
            Figure(
                "誤案内率",
                "誤り、または人につなぐべきだったと判定された通話 ÷ 無作為に選んで判定した対象の通話",
                rate(wrong, len(audited)),
            ),
        ),
    )
