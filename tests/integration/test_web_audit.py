"""Answers on the public page are audited like bot calls: a random sample, two people who do not see each other's
verdict, the approved text as it was, 正答自己解決率 by channel."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.security.permissions import Role
from desk.reports.self_resolution import self_resolution, self_resolution_table
from eval.production import production_figures
from knowledge.domain import Action
from knowledge.errors import NotFound
from knowledge.faq.audited import Judged, agreed_verdict
from knowledge.faq.csv_rows import rows_of
from knowledge.faq.periods import Period
from knowledge.faq.usage import LogFilter
from knowledge.faq.usage_log import Asked
from knowledge.faq.web_outcomes import web_turns
from knowledge.privacy.redacted import approved
from tests.fakes.bot_calls import answered, store
from tests.fakes.staff_site import START, Site, opened_site, person

PERIOD = Period(START.date() - timedelta(days=3), START.date())


def ask(site: Site, log_id: str, action: Action = "answer", said: str = "", faq_id: str = "", **more: Any) -> None:
    log = site.services.usage_log
    asked = Asked(
        log_id, "answer", approved(f"質問{log_id}"), "web", chosen=faq_id, version=1 if faq_id else 0, action=action, **more
    )  # fmt: skip
    log.record_search(asked)
    log.flush()
    if said:
        log.record_feedback(said, "web", log_id)  # type: ignore[arg-type]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, second_factor_roles=()) as opened:
        for name in ("kanri", "kanri2"):
            opened.user(name, Role.SUPERVISOR)
        opened.user("shi", Role.CITY)
        yield opened


def fill(site: Site) -> str:
    """Six conversations in scope, one that no FAQ could have answered, a call; the FAQ that answered."""
    faq_id = min(entry.faq_id for entry in site.services.faqs.published())
    for number in range(3):
        ask(site, f"solved{number}", said="resolved", faq_id=faq_id, reason="confident")
    ask(site, "stale", said="resolved", faq_id=faq_id, reason="confident", confidence=0.7)
    ask(site, "back1", "clarify", conversation_id="talk", hits=(faq_id,), reason="close_candidates")
    ask(site, "back2", faq_id=faq_id, conversation_id="talk", reason="option_chosen")
    ask(site, "passed", "handoff", reason="low_confidence")
    ask(site, "other", "handoff", reason="other_city")
    store(site.services.db, [answered("Vcall", START - timedelta(days=1))])
    return faq_id


def test_one_verdict_of_two() -> None:
    assert agreed_verdict(["right", "right"]) == "right"
    assert agreed_verdict(["right", "wrong"]) == ""
    assert agreed_verdict(["right"]) == ""
    assert not Judged("completed", "right").right, "silence is never solved"


async def test_an_answer_is_noted_with_its_version(site: Site) -> None:
    async with person(site) as citizen:
        await citizen.get("/")
        await citizen.submit("/", q="マイナンバーカードを初めて作るときに手数料はかかりますか")
    rows, _ = site.services.usage.log(LogFilter(), 0, 10)
    [row] = [row for row in rows if row.action == "answer"]
    with site.services.db.read() as conn:
        [turn] = web_turns(conn, row.log_id)
        with pytest.raises(NotFound):
            web_turns(conn, "nothing")
    assert (turn.faq_id, turn.version) == (row.chosen, 1)


async def test_two_reviewers_judge_web_answers_blind_and_the_rate_is_shown_by_channel(site: Site) -> None:
    faq_id = fill(site)
    old = site.services.faqs.version(faq_id, 1).entry.answer
    newer = replace(site.services.faqs.version(faq_id, 1).entry, answer="新しい回答です。", status="published")
    site.services.faqs.import_rows(rows_of([newer]), True, "system")
    assert site.services.faqs.version(faq_id, 2).entry.answer == "新しい回答です。"
    async with person(site) as one, person(site) as two, person(site) as city:
        await one.log_in("kanri")
        await two.log_in("kanri2")
        page = await one.get("/staff/call-samples?channel=web")
        assert "対象の質問は <strong>6件</strong>" in page
        await one.submit(
            "/staff/call-samples", channel="web", size="6", first_reviewer="kanri", second_reviewer="kanri2"
        )
        sample_path = one.path
        seen = ""
        for reviewer, comment in ((one, "よい案内です"), (two, "")):
            await reviewer.get(f"{sample_path}/next")
            while reviewer.path != sample_path:
                assert "よい案内です" not in reviewer.text, "nobody sees the other's opinion"
                seen += reviewer.text
                verdict = "wrong" if reviewer is two and reviewer.path.endswith("/stale") else "right"
                await reviewer.submit(reviewer.path, verdict=verdict, comment=comment)
        assert old.split("\n")[0] in seen, "the text as it was"
        assert "新しい回答です" not in seen
        assert "質問back1" in seen, "what led to the last question"
        page = await two.get(sample_path)
        assert "判定が分かれた質問（1件）" in page
        assert "同じ判定：5／6件" in page
        assert "/staff/web-answers/stale" in page
        await two.submit(f"{sample_path}/resolve", call_id="stale", verdict="wrong", comment="古い内容でした")
        assert "FAQ編集者に更新を依頼しました" in two.text
        [request] = site.services.faqs.list_requests()
        assert request.faq_id == faq_id
        assert "質問stale" in request.text
        assert "古い内容でした" in request.text
        assert "/staff/web-answers/stale" in request.text
        assert '"質問番号"' in await two.submit(f"{sample_path}/export")
        await city.log_in("shi")
        assert "質問stale" in await city.get("/staff/web-answers/stale")
        # Three of six were said to be solved and right; of the phone nothing has been judged.
        page = await city.get("/staff/evals")
        assert '3／6</td><td data-label="信頼区間" class="number">18.8〜81.2％' in page
        await city.get("/staff/web-answers/other-id")
        assert city.status == 404
        left = await two.submit(
            "/staff/call-samples", channel="web", size="5", first_reviewer="kanri", second_reviewer="kanri2"
        )
        assert "まだ抽出していない対象の質問がありません" in left
        assert "対象の通話は <strong>1件</strong>" in await two.get("/staff/call-samples")
    voice, web = production_figures(site.services, PERIOD)
    assert [one.rate.total for one in voice.figures.rates if one.name == "正答自己解決率"] == [0]
    assert [(one.rate.hits, one.rate.total) for one in web.figures.rates if one.name == "誤案内率"] == [(1, 6)]
    with site.services.db.read() as conn:
        table = self_resolution_table(self_resolution(conn, [], PERIOD))
    assert ("公開ページ　正答自己解決率", 3, 6, 50.0, "18.8〜81.2") in table.rows
