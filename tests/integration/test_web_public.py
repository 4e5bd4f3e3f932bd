"""The public pages as plain HTML: everything works without JavaScript, in every language, escaped."""

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from api.web.words import words
from knowledge.domain import LANGUAGES
from knowledge.store.usage_tables import faq_view, feedback, search_log
from tests.fakes.open_city import City, open_city


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with open_city(tmp_path_factory.mktemp("city")) as opened:
        yield opened


async def get(city: City, path: str, **parameters: str) -> httpx.Response:
    async with city.client(accept="text/html") as client:
        return await client.get(path, params=parameters)


async def post(city: City, path: str, **fields: str) -> httpx.Response:
    async with city.client(accept="text/html") as client:
        return await client.post(path, data=fields)


async def test_question_to_answer_without_javascript(city: City) -> None:
    page = (await get(city, "/")).text
    assert re.search(r'<form[^>]*action="/" method="post"', page)
    answer = (await post(city, "/", q="カードをなくしました")).text
    assert "マイナンバーカードをなくしたときはどうすればよいですか。" in answer
    assert '<a href="tel:0120950178">0120-95-0178</a>' in answer
    assert "総合サイト" in answer
    assert "市民課" in answer
    assert "第1版" in answer
    assert 'datetime="2026-11-20"' in answer


async def test_feedback_without_javascript(city: City) -> None:
    page = (await get(city, "/", q="カードをなくしました")).text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    async with city.client() as client:
        reply = await client.post("/feedback", data={**fields, "verdict": "not_resolved"})
    assert reply.status_code == 200
    assert city.services.profile.centre.phone in reply.text
    city.services.usage_log.flush()
    with city.services.db.read() as conn:
        row = conn.execute(select(feedback).order_by(feedback.c.at.desc())).first()
        assert row is not None
        asked = conn.execute(select(search_log).where(search_log.c.log_id == row.log_id)).one()
    assert (row.verdict, row.faq_id, row.channel, asked.kind) == ("not_resolved", "A001", "web", "answer")


async def test_feedback_is_only_about_public_faq(city: City) -> None:
    async with city.client() as client:
        for faq_id in ("A007", "none"):
            reply = await client.post("/feedback", data={"faq_id": faq_id, "verdict": "resolved"})
            assert reply.status_code == 404
        assert (await client.post("/feedback", data={"faq_id": "A001", "verdict": "used"})).status_code == 422


async def test_pages_of_faq_and_categories(city: City) -> None:
    page = (await get(city, "/faq/A002")).text
    assert "カードと本人確認書類を持って、窓口へお越しください。" in page
    city.services.usage_log.flush()
    with city.services.db.read() as conn:
        assert conn.execute(select(faq_view).where(faq_view.c.faq_id == "A002")).first() is not None
    shelf = (await get(city, "/", category="申請")).text
    assert 'href="/faq/A006"' in shelf
    assert 'href="/faq/A002"' not in shelf
    missing = await get(city, "/faq/none")
    assert (missing.status_code, "公開していません" in missing.text) == (404, True)


async def test_operator_faq_is_nowhere(city: City) -> None:
    for send, path, parameters in (
        (get, "/", {}),
        (post, "/", {"q": "職員用の確認手順"}),
        (get, "/", {"category": "内部"}),
        (post, "/suggest", {"q": "職員用"}),
    ):
        page = (await send(city, path, **parameters)).text
        assert "内線で係長" not in page
        assert "A007" not in page
    assert (await get(city, "/faq/A007")).status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_language_has_every_word(city: City, lang: str) -> None:
    assert set(words(lang)) == set(words("ja"))
    assert all(words(lang).values()) or not words(lang)["count_unit"]
    page = (await get(city, "/", lang=lang)).text
    assert f'<html lang="{lang}">' in page
    assert words(lang)["search_label"] in page.replace("&#39;", "'")


async def test_translation_else_japanese_with_a_notice(city: City) -> None:
    assert "Call 0120-95-0178 at once" in (await get(city, "/faq/A001", lang="en")).text.replace(
        '<a href="tel:0120950178">0120-95-0178</a>', "0120-95-0178"
    )
    page = (await get(city, "/faq/A002", lang="en")).text
    assert words("en")["japanese_only"] in page
    assert '<article class="card answer" lang="ja"' in page


async def test_suggestions_are_not_written_down(city: City) -> None:
    found = await post(city, "/suggest", q="秘密の書きかけ暗証番号")
    assert "/faq/A002" in found.text
    assert (await post(city, "/suggest", q="")).text.strip() == ""
    city.services.usage_log.flush()
    with city.services.db.read() as conn:
        assert not [text for text in conn.execute(select(search_log.c.text)).scalars() if "書きかけ" in text]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "\x00\u202e", "%"]
)
async def test_what_is_typed_is_escaped(city: City, text: str) -> None:
    for send, path, name in (
        (get, "/", "q"),
        (post, "/", "q"),
        (get, "/", "category"),
        (post, "/suggest", "q"),
        (get, "/", "lang"),
        (post, "/", "lang"),
    ):
        reply = await send(city, path, **{name: text})
        assert reply.status_code in (200, 422)
        assert "<script>alert" not in reply.text
        assert "<img src=x" not in reply.text
        assert ">49<" not in reply.text


async def test_numbers_that_were_typed_do_not_come_back(city: City) -> None:
    for send in (get, post):
        page = (await send(city, "/", q="090-1234-5678の者ですが番号は123456789012です")).text
        assert "1234-5678" not in page
        assert "123456789012" not in page


async def test_too_long_a_question_is_refused_on_the_page(city: City) -> None:
    reply = await post(city, "/", q="長" * 5000)
    assert reply.status_code == 422
    assert "4,000文字以内" in reply.text


async def test_policy_allows_nothing_inline(city: City) -> None:
    reply = await get(city, "/", q="カードをなくしました")
    assert "unsafe-inline" not in reply.headers["content-security-policy"]
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", reply.text)
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', reply.text):
        async with city.client() as client:
            static = await client.get(address)
        assert static.status_code == 200
        assert "immutable" in static.headers["cache-control"]
