"""The page: complete, self-contained, harmless whatever the texts hold; charts and CSV."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from eval.about import about
from eval.asking import asking
from eval.cases import Suite
from eval.charts import Axes, Series, line_chart, rate_bars
from eval.gate import Finding, GateResult, load_limits
from eval.metrics.intervals import rate
from eval.noise_curve import NoisePoint, from_json, to_json
from eval.production import ChannelFigures, Production
from eval.production_rates import bot_figures, web_figures
from eval.report import ReportData, csv_of, headlines, html, plain_words
from eval.runner import run
from eval.runs import Run
from eval.summary import summarise
from eval.summary import to_json as summary_json
from knowledge.domain import Answer, FaqEntry
from knowledge.faq.periods import Period
from knowledge.faq.web_outcomes import WebOutcomes
from knowledge.privacy.redactor import RuleRedactor
from tests.fakes.answering import ScriptedAnswering, answered, passed_on
from tests.unit.test_eval_gate import rows as gate_rows
from tests.unit.test_eval_runner import OTHERS, SCRIPT, SUITE, case

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>\"&=1+1"
ENTRIES = {
    ("MH1001", "ja"): FaqEntry("MH1001", "正解の質問", "手数料は1,000円です。"),
    ("MH1002", "ja"): FaqEntry("MH1002", "別の質問", "手数料は500円です。"),
}
NOISE = [
    NoisePoint(r, leg, rate(90 - int(r * 100), 100), rate(80, 100), rate(3, 100))
    for r in (0.0, 0.1)
    for leg in (True, False)
]


def _run(script: Mapping[str, Answer | None] | None = None, suite: Suite = SUITE, at: datetime = AT) -> Run:
    rows = run(suite, asking(ScriptedAnswering(script or SCRIPT), RuleRedactor()), categories={"MH1001": "申請"})  # type: ignore[arg-type]
    return Run(about(suite, at, {"辞書": "d1"}), tuple(rows))


def _full() -> str:
    now, before = (
        _run({**SCRIPT, "左の質問": answered("MH1002", "手数料は500円です。")}),
        _run(at=AT - timedelta(days=1)),
    )
    trend = [
        {
            "run_id": str(n),
            "at": AT + timedelta(days=n),
            "git_sha": "x",
            "cases": 4,
            "summary": summary_json(now.summary),
        }
        for n in range(3)
    ]
    failed = GateResult((Finding("誤案内率が上限を超えました。", ("C0002",)),))
    return html(ReportData(now, before, trend, NOISE, ENTRIES, load_limits(), failed))


class _Outside(HTMLParser):
    """Collects whatever the page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe", "object"):
            self.found.append(tag)
        inside = {f"href=#{v}" for n, v in attrs if n == "id"}
        self.inside |= inside
        self.found += [f"{n}={v}" for n, v in attrs if n in ("src", "href") or n.startswith("on")]


def test_the_page_shows_everything_and_fetches_nothing() -> None:
    page = _full()
    for text in (
        "正答自己解決率",
        "前回との比較",
        "リスク・カバレッジ曲線",
        "読みを使わない",
        "先に見直したい質問",
        "不合格",
        "C0002",
    ):
        assert text in page
    assert "2026年11月20日 12:00" in page  # Japanese time
    assert "500円" in page
    assert "金額（正 1000円／実 500円）" in page
    parser = _Outside()
    parser.feed(page)
    assert set(parser.found) <= parser.inside, "links lead only to places of the page itself"
    assert "url(" not in page


def test_the_conclusion_says_the_result_in_plain_words() -> None:
    page = _full()
    conclusion = page[page.index("結論") : page.index('id="figures"')]
    for words in ("人を介さず正しく答えました", "誤った案内をしました", "実力はおおむね", "件で比べると", "不合格"):
        assert words in conclusion
    assert '<a href="#C' in conclusion
    assert "need+" not in page
    assert "can-" not in page


def test_first_report_without_history_is_whole() -> None:
    page = html(ReportData(_run()))
    assert "比較できる過去の評価はまだありません" in page
    assert "表示できるデータがまだありません" in page


def test_hostile_texts_stay_texts() -> None:
    suite = Suite("t", (case(1, HOSTILE), case(2, "税", **{**OTHERS, "department": ""})), "s")
    script = {HOSTILE: answered("MH1009", HOSTILE), "税": passed_on(HOSTILE)}
    made = _run(script, suite)
    page = html(ReportData(made, None, (), (), {}, load_limits()))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_headlines_say_targets_and_change() -> None:
    good = gate_rows()
    [first, *_] = headlines(summarise(good), load_limits(), None)
    assert (first.value, first.reached, first.against) == ("100.0％", True, "")
    assert "20／20件" in first.detail


def test_csv_has_a_line_a_case_and_no_formulas() -> None:
    suite = Suite("t", (case(1, "=HYPERLINK(1)"), case(2, "ふつうの質問")), "s")
    data = csv_of(_run({}, suite).rows)
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert [line[0] for line in lines] == ["ID", "C0001", "C0002"]
    assert len({len(line) for line in lines}) == 1
    assert lines[1][1] == "'=HYPERLINK(1)"


def test_noise_points_survive_json() -> None:
    assert from_json(to_json(NOISE)) == NOISE


numbers = st.floats(0, 1)


@given(st.text(max_size=20), st.lists(st.tuples(numbers, numbers), max_size=12), st.floats(0.01, 1), numbers)
def test_line_charts_are_well_formed_and_stay_inside(
    name: str, points: list[tuple[float, float]], top: float, low: float
) -> None:
    clean = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", name)
    svg = line_chart(clean, [Series(clean, sorted(points))], Axes("x", clean, y_max=top, y_min=min(low, top / 2)))
    root = ET.fromstring(svg)  # noqa: S314 - our own output
    for circle in root.iter("circle"):
        assert 0 <= float(circle.attrib["cx"]) <= 640
        assert 0 <= float(circle.attrib["cy"]) <= 300


@given(st.lists(st.tuples(st.text("申請<&\"'受取", max_size=30), st.integers(0, 9)), max_size=6))
def test_bars_are_well_formed_and_name_their_counts(groups: list[tuple[str, int]]) -> None:
    rows = [(name, rate(hits, 9)) for name, hits in groups]
    root = ET.fromstring(rate_bars("表", rows))  # noqa: S314 - our own output
    assert len(list(root.iter("rect"))) == len(rows)
    assert all(f"（{hits}/9）" in "".join(root.itertext()) for _, hits in groups)


def test_worst_cases_put_high_risk_first() -> None:
    suite = Suite("t", (case(1, "低い質問"), case(2, "高い質問", risk="high")), "s")
    script = {"低い質問": answered("MH1009", confidence=0.99), "高い質問": answered("MH1009", confidence=0.5)}
    page = html(ReportData(_run(script, suite), None, (), (), ENTRIES, load_limits()))
    assert page.index("「高い質問」") < page.index("「低い質問」")


def _production(calls: int) -> Production:
    voice = bot_figures({"confirmed": calls, "handed_over": calls}, 0, [])
    web = web_figures(WebOutcomes({}, 0), [])
    channels = (ChannelFigures("自動音声", "通話", voice), ChannelFigures("公開ページ", "質問", web))
    return Production(Period(date(2026, 9, 1), date(2026, 11, 29)), channels)


def test_production_rates_stand_beside_the_cases_with_n_and_interval() -> None:
    page = html(ReportData(_run(), production=_production(1_200)))
    assert "実際の応対での解決率" in page
    assert "1,200／2,400" in page
    assert "まだ判定した通話がありません。" in page
    assert "まだ質問の記録がありません。" in page
    assert "実際の応対での解決率</h2>" not in html(ReportData(_run()))


def test_a_rate_of_nothing_is_neither_reached_nor_missed() -> None:
    run = _run()
    answerable = replace(run, rows=tuple(row for row in run.rows if row.answerable))
    shown = {h.title: h for h in headlines(answerable.summary, load_limits(), None)}
    assert (shown["引継ぎの再現率"].value, shown["引継ぎの再現率"].reached) == ("－", None)
    assert "0件のうち 0件" not in "".join(plain_words(answerable.summary, None))
