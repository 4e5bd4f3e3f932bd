"""The quality pages: a run with progress, trend and report; test questions made by a person, without leaks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from api.security.permissions import Role
from eval import run_jobs
from eval.cases import shipped_suite
from eval.city_cases import CityCases
from eval.runs import RunFolder
from knowledge.faq.usage_log import Asked
from knowledge.privacy.redacted import RedactedText
from tests.fakes.staff_site import Person, Site, opened_site, person


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    few = replace(shipped_suite().only(langs=("ja",), limit=60), part_of=0)
    with opened_site(tmp_path_factory.mktemp("site"), faqs=6) as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_jobs, "suite_of", lambda *_: few)
        made.user("hanako", Role.EDITOR)
        made.user("shi", Role.CITY)
        yield made


def _own(site: Site) -> CityCases:
    return CityCases(site.services.folder.root)


async def _run(site: Site, editor: Person) -> str:
    site.clock.advance(timedelta(minutes=1))
    await editor.get("/staff/evals")
    await editor.submit("/staff/evals/runs")
    assert "評価を始めました" in editor.text
    runs = site.app.state.doors.evals.runs
    runs.wait()
    job = runs.job
    assert job is not None
    assert job.stage == "done", job.error
    return str(job.run_id)


async def test_a_run_is_started_watched_and_read(site: Site) -> None:
    async with person(site) as editor, person(site) as city:
        await editor.log_in("hanako")
        first = await _run(site, editor)
        await editor.get("/staff/evals/progress", htmx=True)
        assert editor.headers["hx-refresh"] == "true"
        second = await _run(site, editor)
        assert first != second
        rows = RunFolder(site.services.folder.root).load(second).rows
        await city.log_in("shi")
        text = await city.get("/staff/evals")
        assert "正答自己解決率" in text
        assert "誤案内率" in text
        assert "差は示せません" in text
        assert text.count("<svg viewBox") == 1, "the trend is drawn"
        assert text.count("/staff/evals/runs/2026") >= 2, "and stands in a table"
        assert "先に見直したいFAQ" in text
        await city.submit("/staff/evals/runs")
        assert city.status == 403
        await city.get(f"/staff/evals/runs/{second}?since={first}")
        assert "新しく正しくなったもの 0問" in city.text
        await city.get(f"/staff/evals/runs/{second}/report")
        policy = city.headers["content-security-policy"]
        assert "style-src 'sha256-" in policy
        assert "unsafe" not in policy
        assert "正答自己解決率" in city.text
        sheet = await city.get(f"/staff/evals/runs/{second}/csv")
        assert len(sheet.strip().splitlines()) >= len(rows) + 1
        await city.get("/staff/evals/runs/none")
        assert city.status == 404


async def test_a_question_of_the_log_becomes_a_case_confirmed_by_a_person(site: Site) -> None:
    text = "あのう、カードってやつを作りたい者なんですが、まず何からやりゃいいですかね"
    site.services.usage_log.record_search(Asked("q9", "search", RedactedText(text), "web"))
    site.services.usage_log.flush()
    faq_id = site.services.faqs.list_faqs(limit=1).items[0].entry.faq_id
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.get("/staff/search-log")
        assert "をテスト質問にする" in editor.text
        await editor.submit("/staff/test-questions/new", text=text, source="log", channel="text", lang="ja")
        assert faq_id in editor.text
        assert _own(site).all() == (), "nothing is stored before somebody confirmed"
        await editor.submit("/staff/test-questions", text=text, source="log", channel="text", expected="answer")
        assert "FAQを選んでください" in editor.text
        given = {"text": text, "source": "log", "channel": "text", "expected": "answer", "faq": faq_id}
        await editor.submit("/staff/test-questions", given, must="五億円")
        assert "回答に「五億円」がありません" in editor.text
        assert editor.field("text") == text, "what was typed stays"
        await editor.submit("/staff/test-questions", given)
        assert "テスト質問を登録しました" in editor.text
        await editor.submit("/staff/test-questions", given)
        assert editor.status == 409
    [case] = _own(site).all()
    assert (case.text, case.right_faqs, case.expected) == (text, frozenset({faq_id}), "answer")
    assert ("hanako", "eval.case_add") in site.audited()


async def test_personal_data_does_not_get_into_a_case(site: Site) -> None:
    text = "電話は090-1234-5678です。マイナンバー123456789012のカードはもう届きましたか"
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.get("/staff/test-questions")
        given = {"text": text, "expected": "handoff", "reason": "individual_case"}
        await editor.submit("/staff/test-questions", given)
        assert "テスト質問を登録しました" in editor.text
        case = next(c for c in _own(site).all() if c.expected == "handoff")
        assert not any(digits in case.text for digits in ("090", "123456789012"))
        assert not case.answerable
        await editor.submit(f"/staff/test-questions/{case.id}/remove")
        assert "削除しました" in editor.text
    assert case.id not in {c.id for c in _own(site).all()}


async def test_words_of_the_faq_are_refused_unless_they_are_set_aside(site: Site) -> None:
    entry = next(r.entry for r in site.services.faqs.list_faqs().items if len(r.entry.alt_questions) > 2)
    # One that has no twin among the others, so that only the wording itself stands in the way.
    from eval.leakage import bigrams, jaccard

    def alone(wording: str) -> bool:
        others = list(site.services.faqs.published())
        texts = [t for e in others for t in (e.question, *e.alt_questions) if t != wording]
        return max(jaccard(bigrams(wording), bigrams(t)) for t in texts) < 0.6

    wording = next(a for a in entry.alt_questions if alone(a))
    given = {"text": wording, "expected": "answer", "faq": entry.faq_id, "source": "faq"}
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.get(f"/staff/faqs/{entry.faq_id}/ja")
        assert "言い換えをテスト質問にする" in editor.text
        await editor.submit("/staff/test-questions", given)
        assert "ほぼ同じ文です" in editor.text
        await editor.submit("/staff/test-questions", given, held_out=entry.faq_id)
        assert "外した下書きを作りました" in editor.text
    draft = site.services.faqs.get(entry.faq_id).entry
    assert draft.status == "draft"
    assert wording not in draft.alt_questions
    assert len(draft.alt_questions) == len(entry.alt_questions) - 1
    case = next(c for c in _own(site).all() if c.text == wording)
    shared = [c for c in _own(site).all() if c.right_faqs & case.right_faqs]
    assert len({c.split for c in shared}) == 1, "cases of one FAQ are in one split"


async def test_real_use_is_shown_by_channel(site: Site) -> None:
    log = site.services.usage_log
    for number, (action, verdict) in enumerate(
        [("answer", "resolved"), ("answer", ""), ("handoff", ""), ("answer", "wrong")]
    ):
        asked = Asked(f"w{number}", "answer", RedactedText("ごみの質問"), "web", action=action)  # type: ignore[arg-type]
        log.record_search(asked)
        if verdict:
            log.record_feedback(verdict, "web", f"w{number}")  # type: ignore[arg-type]
    log.flush()
    async with person(site) as city:
        await city.log_in("shi")
        text = await city.get("/staff/evals")
    web = text[text.index("公開ページ</td>") :]
    for value, count in (("50.0％", "2／4"), ("25.0％", "1／4")):
        assert value in web
        assert count in web
