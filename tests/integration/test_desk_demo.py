"""The demonstration's calls in the real product: a month that is not empty, open cases, words of operators, once only."""

from datetime import date
from pathlib import Path

from api.demo_calls import load_calls
from desk.records.filters import RecordFilter
from knowledge.faq.periods import Period
from knowledge.faq.progress import silent
from tests.fakes.staff_site import opened_site
from tests.integration.test_desk_pages import desk_of


def test_a_month_of_calls_with_open_cases_and_only_once(tmp_path: Path) -> None:
    with opened_site(tmp_path, faqs=12) as site:
        desk = desk_of(site)
        assert load_calls(site.services, desk, silent) > 5_000
        month = Period(date(2026, 11, 1), date(2026, 11, 30))
        figures = desk.numbers.figures(month)
        assert figures["inbound"].n > 500
        assert figures["first_answer_rate"].value is not None
        assert desk.numbers.count(month).put_right == 0
        found = desk.records.search(RecordFilter(), limit=200).items
        assert sum(1 for record in found if record.content.inquiry) > 50
        assert desk.records.search(RecordFilter(statuses=("waiting_city", "callback"))).total == 4
        assert desk.records.search(RecordFilter(overdue=True)).total >= 1
        assert desk.records.search(RecordFilter(kinds=("complaint",))).total == 3
        assert len(desk.callbacks.tickets("open")) == 2
        report = desk.reports.make("monthly", month.first)
        assert "見本の通話を含みます" in report.title
        assert "見本の通話を含みます".encode() in desk.reports.file("monthly", month.first, "csv")
        before = desk.numbers.last_seq()
        assert load_calls(site.services, desk, silent) == 0
        assert desk.numbers.last_seq() == before
