"""The bot's own sentences: proposed by one person, approved by another, spoken from the next call on; calls to try out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.doors import Doors
from api.security.permissions import Role
from api.voice.phone import Phone
from knowledge.domain import LANGUAGES
from tests.fakes.staff_site import OFF, Site, opened_site, person
from voicebot.texts import check_wording, shipped

ASKED = "マイナンバーカードを初めて作るときに手数料はかかりますか"
ASK = "/staff/voice/wordings/ja/ask"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, **OFF) as opened:
        opened.user("hanako", Role.EDITOR)
        opened.user("ichiro", Role.APPROVER)
        opened.user("shi", Role.CITY)
        yield opened


def phone_of(site: Site) -> Phone:
    doors: Doors = site.app.state.doors
    return doors.phone


async def opening_of(site: Site) -> str:
    detail = await phone_of(site).bot.text_call([])
    return "\n".join(turn.text for turn in detail.turns)


async def test_a_wording_is_spoken_only_after_somebody_else_approved_it(site: Site) -> None:
    async with person(site) as editor, person(site) as approver:
        await editor.log_in("hanako")
        await approver.log_in("ichiro")
        page = await editor.submit(ASK, text="ご用件を、ゆっくりお話しください。")
        assert "文言の案を出しました" in page
        assert "ゆっくりお話しください" not in await opening_of(site)
        waiting = phone_of(site).bot.wording.waiting()["ja", "ask"]
        assert "承認を待っている案（1件）" in await approver.get("/staff/voice/wordings")
        page = await approver.submit(f"{ASK}/approve", wording=waiting.wording_id)
        assert "承認しました" in page
        assert "市の文言" in await editor.get("/staff/voice/wordings")
    assert "ご用件を、ゆっくりお話しください。" in await opening_of(site)
    assert ("hanako", "voice.wording.propose") in site.audited()
    assert ("ichiro", "voice.wording.approved") in site.audited()


async def test_nobody_approves_their_own_wording_and_editors_approve_none(site: Site) -> None:
    async with person(site) as approver, person(site) as editor:
        await approver.log_in("ichiro")
        await editor.log_in("hanako")
        await approver.submit(ASK, text="どうぞ。")
        waiting = phone_of(site).bot.wording.waiting()["ja", "ask"]
        assert "自分が書いた文言は承認できません" in await approver.get(ASK)
        refused = await approver.submit(f"{ASK}/approve", wording=waiting.wording_id)
        assert approver.status == 403
        assert "別の承認者に依頼してください" in refused
        await editor.submit(f"{ASK}/approve", wording=waiting.wording_id)
        assert editor.status == 403
        await editor.get(ASK)
        assert "ご用件をお話しください。" in await opening_of(site)
        page = await editor.submit(f"{ASK}/reject", wording=waiting.wording_id, comment="")
        assert "差し戻す理由を入力してください" in page
        page = await editor.submit(f"{ASK}/reject", wording=waiting.wording_id, comment="短すぎます")
        assert "短すぎます" in page
        await approver.submit(f"{ASK}/approve", wording=waiting.wording_id)
        assert approver.status == 409, "what was decided once is not decided again"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("opening", "{centre_name}です。", "AIであることを必ず伝えてください"),
        ("opening_person", "ご用件をどうぞ。", "「0」で担当者につながること"),
        ("option", "{number}番。", "{label} を必ず入れてください"),
        ("ask", "{name}さん、ご用件をどうぞ。", "{name} を使えません"),
        ("ask", "ご用件を { どうぞ。", "書き方を確認してください"),
        ("ask", "{city_name.__class__}です。", "{city_name.__class__} を使えません"),
        ("ask", " ", "1文字から300文字まで"),
        ("ask", "あ" * 301, "1文字から300文字まで"),
        ("ask", "ご用件をお話しください。", "いまの文言と同じです"),
    ],
)
async def test_a_wording_that_hides_or_breaks_something_is_refused(
    site: Site, name: str, text: str, problem: str
) -> None:
    async with person(site) as editor:
        await editor.log_in("hanako")
        page = await editor.submit(f"/staff/voice/wordings/ja/{name}", text=text)
        assert editor.status == 422
    assert problem in page
    assert not phone_of(site).bot.wording.waiting()


async def test_a_rewritten_proposal_replaces_the_one_before_and_the_newest_approved_counts(site: Site) -> None:
    wording = phone_of(site).bot.wording
    first = wording.propose("ja", "ask", "一つ目です。", "hanako")
    second = wording.propose("ja", "ask", "二つ目です。", "hanako")
    wording.approve(second.wording_id, "ichiro")
    third = wording.propose("ja", "ask", "三つ目です。", "hanako")
    assert [one.state for one in wording.history("ja", "ask")] == ["proposed", "approved", "withdrawn"]
    assert wording.live() == {("ja", "ask"): "二つ目です。"}
    wording.approve(third.wording_id, "ichiro")
    assert wording.live() == {("ja", "ask"): "三つ目です。"}
    assert first.number == 1


async def test_the_city_reads_the_wordings_but_changes_none(site: Site) -> None:
    async with person(site) as city:
        await city.log_in("shi")
        page = await city.get("/staff/voice/wordings?lang=en")
        assert "This is an AI assistant." in page
        page = await city.get(ASK)
        assert "案を出す" not in page
        await city.submit(ASK, text="どうぞ。")
        assert city.status == 403
        for unknown in ("ja/none", "xx/ask"):
            await city.get(f"/staff/voice/wordings/{unknown}")
            assert city.status == 404


async def test_a_trial_call_shows_each_decision_and_leaves_no_trace(site: Site) -> None:
    phone = phone_of(site)
    phone.bot.wording.propose("ja", "ask", "お困りのことは何ですか。", "hanako")
    async with person(site) as city:
        await city.log_in("shi")
        page = await city.get("/staff/voice/trial")
        assert "AIによる自動音声の案内です" in page
        page = await city.submit("/staff/voice/trial", said=ASKED)
        assert ASKED in page
        assert "判断：" in page
        assert "検索の候補" in page
        again = {"line": ASKED}
        page = await city.submit("/staff/voice/trial", again, key="0", situation="closed")
        assert "折り返し" in page
        page = await city.submit("/staff/voice/trial", again, key="…")
        assert "もしもし" in page
        page = await city.submit("/staff/voice/trial", again, key="0")
        assert "担当者へ取次ぎ" in page
        assert "市民が話すこと" not in page
        page = await city.submit("/staff/voice/trial", again, back="1")
        assert ASKED not in page
        assert "お困りのことは何ですか。" not in page
        page = await city.submit("/staff/voice/trial", proposed="1")
        assert "お困りのことは何ですか。" in page
        page = await city.submit("/staff/voice/trial", said="マイナンバーは123456789012です")
        assert "お話しにならないでください" in page
        assert "マイナンバーは123456789012です" not in page.replace('value="マイナンバーは123456789012です"', "")
    assert phone.bot.calls().total == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_every_sentence_and_tells_what_must_be_told(lang: str) -> None:
    assert set(shipped(lang)) == set(shipped("ja"))
    assert {name: check_wording(lang, name, text) for name, text in shipped(lang).items()} == dict.fromkeys(
        shipped(lang), ""
    )
