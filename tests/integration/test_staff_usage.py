"""Use of the FAQ through the pages: log, rankings, gaps that become drafts, update requests."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from api.security.permissions import Role
from knowledge.domain import Channel
from knowledge.faq.usage_log import Asked
from knowledge.privacy.redacted import RedactedText
from knowledge.store.faq_tables import faq
from tests.fakes.staff_site import Site, opened_site, person

QUESTIONS = ("粗大ごみの出し方", "粗大ごみを出したい", "土曜日に行けますか")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, faqs=4) as made:
        made.user("hanako", Role.EDITOR)
        made.user("shisho", Role.CITY)
        yield made


def _asked(site: Site, text: str, channel: Channel = "web", hits: tuple[str, ...] = ()) -> None:
    number = f"{text}-{channel}"
    site.services.usage_log.record_search(Asked(number, "search", RedactedText(text), channel, hits=hits))


async def test_rankings_count_what_the_log_holds(site: Site) -> None:
    best, other = (record.entry.faq_id for record in site.services.faqs.list_faqs(limit=2).items)
    log = site.services.usage_log
    for number in range(3):
        log.record_feedback("used", "operator", faq_id=best, log_id=str(number))
    log.record_feedback("resolved", "web", faq_id=other)
    log.record_view(other, "web")
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.get("/staff/rankings?by=use&unit=day")
        table = editor.text.split("<tbody>")[1]
        assert table.index(best) < table.index(other)
        assert '<td data-label="回数" class="number">3</td>' in table
        assert '<rect width="33.3"' in table
        await editor.get("/staff/rankings?by=use&unit=day&channel=web")
        assert best not in editor.text
        await editor.get("/staff/rankings?by=view&unit=month")
        assert other in editor.text
        await editor.get("/staff/rankings?by=use&unit=day&day=2020-01-01")
        assert "この期間の記録はありません" in editor.text
        await editor.get("/staff/unused")
        assert f'class="code">{best}<' not in editor.text


@pytest.mark.parametrize("path", ["rankings", "unused", "gaps", "usage-report"])
async def test_no_page_leads_to_a_time_that_has_not_begun(site: Site, path: str) -> None:
    """Where all FAQ would be unused, and everything would have gone down to nothing."""
    async with person(site) as editor:
        await editor.log_in("hanako")
        page = await editor.get(f"/staff/{path}?unit=day")
        assert "前の期間" in page
        assert "次の期間" not in page
        assert "次の期間" in await editor.get(f"/staff/{path}?unit=day&day=2020-01-01")


async def test_who_has_no_account_is_named_in_words(site: Site) -> None:
    faqs = site.services.faqs
    faq_id = faqs.list_faqs(limit=1).items[0].entry.faq_id
    with site.services.db.begin() as conn:
        conn.execute(update(faq).values(updated_by="cli"))
    async with person(site) as editor:
        await editor.log_in("hanako")
        for path in ("/staff/faqs", f"/staff/faqs/{faq_id}/ja"):
            page = await editor.get(path)
            assert "コマンド操作" in page
            assert not re.search(r"[>（]cli[<）]", page)


async def test_the_log_is_filtered_and_taken_out_as_shown(site: Site) -> None:
    _asked(site, QUESTIONS[0])
    _asked(site, QUESTIONS[2], "operator", hits=("MH1001",))
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.get("/staff/search-log?zero_hit=1")
        assert QUESTIONS[0] in editor.text
        assert QUESTIONS[2] not in editor.text
        period = {"since": editor.field("since"), "until": editor.field("until")}
        exported = await editor.submit("/staff/search-log/export", period, zero_hit="1")
        rows = list(csv.DictReader(io.StringIO(exported.lstrip("\ufeff"))))
        assert [row["質問"] for row in rows] == [QUESTIONS[0]]
    assert ("hanako", "usage.export") in site.audited()


async def test_a_gap_becomes_a_prefilled_draft(site: Site) -> None:
    for text in QUESTIONS[:2]:
        _asked(site, text)
    _asked(site, QUESTIONS[0], "voice")
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.get("/staff/gaps")
        assert "<strong>3件</strong>" in editor.text
        draft = {name: editor.field(name) for name in ("question", "alt_questions", "related_ids")}
        await editor.submit("/staff/faqs/new/prefilled", draft)
        assert editor.field("question") == QUESTIONS[0]
        assert editor.field("alt_questions") == QUESTIONS[1]
        await editor.submit("/staff/faqs/new", draft, answer="清掃課にお電話ください。")
        assert "下書きを作成しました" in editor.text


async def test_a_department_asks_and_an_editor_answers(site: Site) -> None:
    async with person(site) as department, person(site) as editor:
        await department.log_in("shisho")
        wanted = {
            "department": "市民課",
            "text": "手数料が変わります。\n電話は090-1234-5678です。",
            "due_on": "令和8年11月1日",
        }
        await department.submit("/staff/requests/new", {**wanted, "faq_id": "NONE1"})
        assert department.status == 422
        assert department.field("text") == wanted["text"]
        await department.submit("/staff/requests/new", wanted)
        assert "伏せ字にしました" in department.text
        assert "090-1234-5678" not in department.text
        assert "期限超過" in department.text
        assert "状態を変更" not in department.text, "the department asks, editors answer"
        (request,) = site.services.faqs.list_requests()
        await editor.log_in("hanako")
        assert "うち1件が期限を過ぎています" in editor.text
        await editor.submit(f"/staff/requests/{request.request_id}", status="done", note="改訂しました")
        assert "状態を変更しました" in editor.text
        await editor.submit(f"/staff/requests/{request.request_id}", status="done", note="")
        assert editor.status == 409
        await editor.get("/staff/requests?closed=true")
        assert "改訂しました" in editor.text
