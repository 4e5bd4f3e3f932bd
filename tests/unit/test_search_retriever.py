"""What a search over a small FAQ finds, hides and says about itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.lab import FixedFaqs
from knowledge.domain import FaqEntry, SearchQuery, SynonymGroup
from knowledge.errors import Unavailable
from knowledge.privacy.redacted import RedactedText
from knowledge.search.points import faq_point_id
from knowledge.search.retriever import Retriever
from knowledge.search.server_index import ServerIndex
from tests.fakes.search import asked, faqs, japanese, opened, told, without_wordings, words

QUESTIONS = (
    "カードを無くしました",
    "暗証番号がわからない",
    "代わりに家族が受け取る",
    "保険証として使う",
    "写真の大きさ",
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    retriever = opened(tmp_path_factory.mktemp("city"), faqs())
    yield retriever
    retriever.close()


@pytest.mark.parametrize(
    ("question", "faq_id"),
    [
        ("カードを無くしました", "A05"),
        ("作り直すのにいくらかかりますか", "A06"),
        ("暗証番号が思い出せません", "A07"),
        ("引越しをしたらカードはどうする", "A09"),
        ("病院で保険証として使いたい", "A10"),
        ("顔写真のサイズ", "A12"),
        ("アンショウバンゴウをわすれた", "A07"),
    ],
)
def test_finds_the_faq_in_callers_words(city: Retriever, question: str, faq_id: str) -> None:
    assert asked(city, question)[0] == faq_id


@pytest.mark.parametrize("entry", japanese(), ids=lambda e: e.faq_id)
def test_every_faq_is_found_by_its_own_question(city: Retriever, entry: FaqEntry) -> None:
    assert entry.faq_id in asked(city, entry.question)[:2]


def test_other_languages_are_searched_apart(city: Retriever) -> None:
    assert asked(city, "I forgot my PIN", lang="en")[0] == "A07"
    assert set(asked(city, "card", lang="en")) == {"A05", "A07"}
    assert asked(city, "card", lang="vi") == []


def test_hits_come_in_order_and_confidence_is_a_probability(city: Retriever) -> None:
    result = city.search(SearchQuery(RedactedText("カードを無くしました")))
    scores = [h.score for h in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < h.confidence < 1 for h in result.hits)
    assert result.hits[0].confidence == max(h.confidence for h in result.hits)
    assert "カード" in result.hits[0].matched
    assert result.took_ms > 0


def test_what_the_redactor_hid_is_not_searched_for(city: Retriever) -> None:
    assert told(city, "【氏名】です。カードを無くしました") == told(city, "です。カードを無くしました")


def test_words_nobody_wrote_are_named(city: Retriever) -> None:
    result = city.search(SearchQuery(RedactedText("カードと恐竜")))
    assert result.unknown_terms == ("恐竜",)


@pytest.mark.parametrize("limit", [0, 1, 3, 100])
def test_limit(city: Retriever, limit: int) -> None:
    assert len(asked(city, "カード", limit=limit)) == min(limit, len(japanese()))


def test_category_filter(city: Retriever) -> None:
    assert set(asked(city, "カード", category="紛失")) == {"A05", "A06"}
    assert asked(city, "カード", category="ない分類") == []


WEIRD = (
    "", " ", "　", "\n\t", "。。。？？", "!!!###$$$", "🙂🙂🙂", "👨‍👩‍👧‍👦", "\u200b\u200d\ufeff", "\u202eドーカ\u202c", "שלום עולם", "مرحبا",
    "\ud83d", "カード\udc00更新", "\x00\x01", "'; DROP TABLE faqs; --", "<script>alert(1)</script>", "{{7*7}}", "%s%n",
    "a" * 5000, "更新" * 60_000, "ﷺ" * 3000, "の" * 3000, "1234567890" * 500, "が" * 100, "ｶｰﾄﾞ", "\\", "(((", "[[[", "^w:$",
)  # fmt: skip


@pytest.mark.parametrize("text", WEIRD, ids=range(len(WEIRD)))
@pytest.mark.parametrize("lang", ["ja", "en", "xx"])
def test_no_question_breaks_search(city: Retriever, text: str, lang: str) -> None:
    result = city.search(SearchQuery(RedactedText(text), lang=lang))
    assert all(0 < h.confidence < 1 for h in result.hits)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_any_text_is_answered_the_same_way_twice(city: Retriever, text: str) -> None:
    first = told(city, text)
    assert told(city, text) == first
    assert len({faq_id for faq_id, _, _ in first}) == len(first)


def test_operator_only_faq_never_reach_the_public(tmp_path: Path) -> None:
    entries = [replace(e, visibility="operator") if e.faq_id == "A05" else e for e in japanese()]
    retriever = opened(tmp_path, entries)
    question = entries[4].question
    assert asked(retriever, question, channel="operator")[0] == "A05"
    for channel in ("web", "voice"):
        assert "A05" not in asked(retriever, question, channel=channel)
        assert retriever.entry("A05", "ja", channel) is None
    assert retriever.entry("A05", "ja", "operator") is not None
    retriever.close()


def test_an_faq_that_becomes_operator_only_is_hidden_even_while_points_are_stale(tmp_path: Path) -> None:
    source = FixedFaqs(japanese())
    retriever = opened(tmp_path, source)
    source.entries[4] = replace(source.entries[4], visibility="operator")

    def refuse(points: object) -> None:
        raise Unavailable("止まっています。")

    retriever._parts.vectors.upsert = refuse  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        retriever.refresh()
    assert "A05" not in asked(retriever, source.entries[4].question, channel="web")
    retriever.close()


def test_only_faq_in_force_are_shown(tmp_path: Path) -> None:
    today = date(2026, 11, 20)
    dates = {
        "A01": (date(2026, 11, 21), None),
        "A02": (None, date(2026, 11, 19)),
        "A03": (today, today),
        "A04": (date(2020, 1, 1), date(2030, 1, 1)),
    }
    entries = [
        replace(e, valid_from=dates[e.faq_id][0], valid_to=dates[e.faq_id][1]) if e.faq_id in dates else e
        for e in japanese()
    ]
    retriever = opened(tmp_path, entries)
    found = asked(retriever, "カード", limit=20)
    assert {"A01", "A02"}.isdisjoint(found)
    assert {"A03", "A04"} <= set(found)
    assert retriever.entry("A01") is None
    assert retriever.entry("A03") is not None
    retriever.close()


def test_nothing_published(tmp_path: Path) -> None:
    retriever = opened(tmp_path, [])
    assert retriever.ready()
    assert asked(retriever, "カード") == []
    assert retriever.entry("A01") is None
    assert retriever.neighbours("A01") == []
    assert retriever.analyse_query("カード").own_words == ("カード",)
    assert retriever.trained_for_current()
    assert retriever.status()["faqs"] == 0
    with pytest.raises(Unavailable):
        retriever.train()
    retriever.close()


def test_one_faq_only(tmp_path: Path) -> None:
    retriever = opened(tmp_path, japanese()[:1])
    retriever.train()
    assert asked(retriever, "受け取り") == ["A01"]
    assert retriever.neighbours("A01") == []
    retriever.close()


def test_equal_faq_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    twin = replace(japanese()[4], alt_questions=())
    entries = [replace(twin, faq_id=i) for i in ("Z9", "B2", "M5")] + without_wordings(japanese())[:3]
    retriever = opened(tmp_path, entries)
    for _ in range(3):
        assert asked(retriever, "紛失したときは")[:3] == ["B2", "M5", "Z9"]
    retriever.close()


def test_before_it_is_opened_search_is_unavailable(tmp_path: Path) -> None:
    made = opened(tmp_path, japanese())
    fresh = Retriever(made._parts)
    assert not fresh.ready()
    with pytest.raises(Unavailable):
        fresh.search(SearchQuery(RedactedText("カード")))
    made.close()


def test_synonyms_of_the_city_lead_to_its_words(tmp_path: Path) -> None:
    source = FixedFaqs(without_wordings(japanese()), [])
    retriever = opened(tmp_path, source)
    before = told(retriever, "ヒミツナンバーを失念")
    source._synonyms = [SynonymGroup("暗証番号", ("ヒミツナンバー",))]
    retriever.refresh()
    after = told(retriever, "ヒミツナンバーを失念")
    assert after != before
    assert after[0][0] in {"A07", "A08"}
    retriever.close()


def test_neighbours_are_others_best_first(city: Retriever) -> None:
    found = city.neighbours("A07", 3)
    assert len(found) == 3
    assert found[0][0] == "A08"
    assert [c for _, c in found] == sorted((c for _, c in found), reverse=True)
    assert city.neighbours("none") == []


def test_a_server_finds_what_the_embedded_index_finds(tmp_path: Path) -> None:
    embedded = opened(tmp_path / "edge", faqs())
    served = opened(tmp_path / "server", faqs(), vectors=ServerIndex(":memory:", "faq", words().dim))
    for question in QUESTIONS:
        mine, theirs = told(embedded, question), told(served, question)
        assert [i for i, _, _ in mine] == [i for i, _, _ in theirs]
        assert [s for _, s, _ in mine] == pytest.approx([s for _, s, _ in theirs], abs=1e-4)
    embedded.close()
    served.close()


def test_point_ids_never_change() -> None:
    entry = FaqEntry("A01", "質問", "回答")
    assert faq_point_id(entry) == faq_point_id(replace(entry, question="別の質問", version=7))
    assert faq_point_id(entry) == 3280951083478705781
    ids = [faq_point_id(entry), faq_point_id(replace(entry, lang="en")), faq_point_id(replace(entry, faq_id="A1"))]
    assert len(set(ids)) == len(ids)
    assert all(0 <= i < 2**63 for i in ids)
