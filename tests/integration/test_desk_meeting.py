"""The draft of the monthly meeting's material: the report's own figures, gaps and proposals with their evidence."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from api.web.staff.desk.meeting_pages import quality_lines
from desk.kpi.rules import KpiRules
from desk.reports.meeting import Material, meeting_docx, proposals
from desk.reports.model import Report, Table
from desk.reports.periods import report_period
from desk.simulator.pbx import CentreModel
from desk.simulator.scenario import batches, simulated_month
from knowledge.domain import FaqEntry
from knowledge.faq.gaps import Gap
from knowledge.privacy.redacted import RedactedText
from knowledge.profile import load_profile
from knowledge.store.database import open_database
from tests.fakes.desk_house import DeskHouse, open_house
from tests.fakes.staff_site import opened_site

NOVEMBER = date(2026, 11, 1)
_PART = 4
"""Of a whole month's events as many as the tests need."""
GAP = Gap(7, {"zero_hit": 5, "handed_over": 2}, (RedactedText("暗証番号を郵送で変えたい"),), (), FaqEntry("", "q", ""))


NOTHING_MARKED = Table("対応品質", ("指標", "値"), ())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskHouse]:
    """The beginnings of two months of 久留米, the second with more calls for too few seats."""
    folder = tmp_path_factory.mktemp("kurume")
    db = open_database(folder)
    made = open_house(db, folder, "kurume")
    made.clock.at = datetime(2026, 12, 5, 1, tzinfo=UTC)
    profile, faqs = load_profile("kurume"), {"必要な書類・持ち物": ["MH1001", "MH1002"]}
    for month, seats in ((10, 8), (11, 2)):
        sent = list(batches(simulated_month(profile, 2026, month, 7, CentreModel(seats=seats, bot_share=0.2), faqs)))
        for batch in sent[: len(sent) // _PART]:
            made.desk.log.append(batch, "pbx")
    yield made
    db.close()


def texts(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return html.unescape(re.sub(r"<[^>]+>", "\n", package.read("word/document.xml").decode()))


def shown(report: Report, label: str) -> str:
    row = next(row for row in report.tables[0].rows if row[0] == label)
    return f"{row[1]:,}{row[2]}"


def test_the_figures_are_those_of_the_monthly_report(house: DeskHouse) -> None:
    reports = house.desk.reports
    data = reports.meeting(NOVEMBER, lambda _: [GAP], ["テスト質問での評価"])
    text, monthly = texts(data), reports.make("monthly", NOVEMBER)
    for label in ("入電件数", "応答率", "平均応答時間", "FAQ使用回数"):
        assert shown(monthly, label) in text, label
    for part in (
        "令和8年11月分",
        "2か月の動き",
        "2026年10月",
        "暗証番号を郵送で変えたい",
        "該当なし 5",
        "テスト質問での評価",
    ):
        assert part in text
    assert data == reports.meeting(NOVEMBER, lambda _: [GAP], ["テスト質問での評価"]), "the same log, the same file"


def test_proposals_rest_on_what_happened(house: DeskHouse) -> None:
    numbers = house.desk.numbers
    months = [numbers.count(report_period("monthly", day)) for day in (date(2026, 10, 1), NOVEMBER)]
    found = proposals(Material("センター", months, numbers.rules, [GAP], {}, NOTHING_MARKED))
    told = "\n".join(f"{one.text}{one.evidence}" for one in found)
    rate = months[1].figures(numbers.rules)["answer_rate"]
    assert rate.value is not None
    assert rate.value < numbers.rules.answer_rate_target_percent
    assert f"応答率 {rate.shown}" in told
    assert "暗証番号を郵送で変えたい" in told
    assert len([one for one in found if "割合が増えた" in one.text]) <= 3
    relaxed = Material(
        "センター", [months[1], months[1]], KpiRules(answer_rate_target_percent=1.0), [], {}, NOTHING_MARKED
    )
    assert proposals(relaxed) == []
    assert "材料になる動きは見つかりませんでした" in texts(meeting_docx(relaxed))


def test_without_an_evaluation_or_calls_nothing_is_made_up(tmp_path_factory: pytest.TempPathFactory) -> None:
    with opened_site(tmp_path_factory.mktemp("site"), faqs=1) as site:
        assert quality_lines(site.services, report_period("monthly", NOVEMBER)) == []
