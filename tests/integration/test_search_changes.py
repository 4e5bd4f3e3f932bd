"""An index that follows its FAQ: equal to one built anew, never seen half-changed, by many threads at once."""

import random
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.lab import FixedFaqs
from knowledge.domain import FaqEntry, SearchQuery, SynonymGroup
from knowledge.errors import Unavailable
from knowledge.privacy.redacted import RedactedText
from knowledge.search import analysis_processes, language_index
from knowledge.search.analysis import SPACES, Analyst, EntryFeatures, light_vocabulary
from knowledge.search.analysis_processes import Aside, analyse_into
from knowledge.search.corpus import Row
from knowledge.search.feature_cache import FeatureCache
from knowledge.search.placing import place
from knowledge.search.points import faq_point_id, fingerprint
from knowledge.search.retriever import Retriever
from tests.fakes.faq_entries import many_entries
from tests.fakes.search import asked, faqs, japanese, opened, tokenizer, told

QUESTIONS = (
    "カードを無くしました",
    "暗証番号がわからない",
    "家族が代わりに受け取る",
    "保険証として使いたい",
    "水道の開始",
)
NEW = FaqEntry(
    "B01", "水道の使用を始めるときはどうしますか。", "水道課へお届けください。", version=1, status="published",
    alt_questions=("水道を使いたい", "蛇口から水が出ない", "引っ越して水道を開けたい"), category="水道",
)  # fmt: skip


def everything(retriever: Retriever) -> list[list[tuple[str, float, float]]]:
    return [told(retriever, q) for q in QUESTIONS] + [told(retriever, "card", "en")]


def points_of(entries: list[FaqEntry]) -> set[int]:
    return {faq_point_id(e) for e in entries}


def test_following_equals_building_anew(tmp_path: Path) -> None:
    """A random walk of edits with a trained encoder: after each step the same list with the same scores."""
    rng = random.Random(4)
    source = FixedFaqs(faqs())
    retriever = opened(tmp_path / "followed", source)
    retriever.train()
    pool = [*japanese(), NEW]
    for step in range(6):
        chosen = rng.sample(pool, rng.randint(3, len(pool)))
        changed = [replace(e, answer=f"{e.answer}（{step}）") if rng.random() < 0.3 else e for e in chosen]
        changed = [replace(e, alt_questions=e.alt_questions[:1]) if rng.random() < 0.2 else e for e in changed]
        source.entries = [*changed, *(e for e in faqs() if e.lang == "en" and step % 2)]
        retriever.refresh()
        assert retriever._parts.vectors.ids() == points_of(source.entries)
        followed = everything(retriever)
        (tmp_path / str(step)).mkdir()
        (tmp_path / str(step) / "encoder.npz").write_bytes((tmp_path / "followed" / "encoder.npz").read_bytes())
        anew = opened(tmp_path / str(step), source)
        assert everything(anew) == followed
        anew.close()
    retriever.close()


def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    source = FixedFaqs(faqs())
    retriever = opened(tmp_path, source)
    untrained = everything(retriever)
    retriever.close()
    retriever = opened(tmp_path, source)
    assert everything(retriever) == untrained
    retriever.train()
    trained = everything(retriever)
    assert trained != untrained
    retriever.close()
    retriever = opened(tmp_path, source)
    assert retriever.trained_for_current()
    assert everything(retriever) == trained
    retriever.close()


def test_large_corpora_follow_a_small_change_without_being_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language_index, "REBUILD_UP_TO", 10)
    placed: list[int] = []

    def counting(features: Sequence[EntryFeatures], *others: Any) -> list[Row]:
        placed.append(len(features))
        return place(features, *others)

    monkeypatch.setattr(language_index, "place", counting)
    entries = [replace(e, status="published", version=1) for e in many_entries(150)]
    source = FixedFaqs(entries)
    retriever = opened(tmp_path, source)
    before = retriever.index_of()
    assert before is not None
    assert sum(placed) == 150
    source.entries = [*entries[1:], NEW, replace(entries[0], answer="水道の元栓はここです。")]
    retriever.refresh()
    after = retriever.index_of()
    assert after is not None
    assert after.statistics is before.statistics
    assert after.drift == 2
    assert sum(placed) == 152
    assert asked(retriever, "蛇口から水が出ない")[0] == "B01"
    assert asked(retriever, "水道の元栓")[0] in {"B01", entries[0].faq_id}
    source.entries = entries[: len(entries) // 2]
    retriever.refresh()
    rebuilt = retriever.index_of()
    assert rebuilt is not None
    assert rebuilt.statistics.total == len(entries) // 2
    assert rebuilt.drift == 0
    assert "B01" not in asked(retriever, "蛇口から水が出ない")
    retriever.close()


def test_a_language_none_of_whose_faq_changed_stays_as_it_is(tmp_path: Path) -> None:
    source = FixedFaqs(faqs())
    retriever = opened(tmp_path, source)
    retriever.refresh()
    japanese_before, english_before = retriever.index_of(), retriever.index_of("en")
    entries, found = retriever.japanese(), everything(retriever)
    source.entries = [replace(e) for e in faqs()]
    retriever.refresh()
    assert retriever.index_of() is japanese_before
    assert retriever.japanese() is entries
    source.entries = [e if e.lang == "ja" else replace(e, category="紛失") for e in faqs()]
    retriever.refresh()
    assert retriever.index_of() is japanese_before
    assert retriever.index_of("en") is not english_before
    assert everything(retriever) == found
    retriever.close()


def test_a_city_that_starts_with_one_faq_weighs_words_by_all_of_them_later(tmp_path: Path) -> None:
    source = FixedFaqs(japanese()[:1])
    grown = opened(tmp_path / "grown", source)
    for n in range(2, len(japanese()) + 1):
        source.entries = japanese()[:n]
        grown.refresh()
    index = grown.index_of()
    assert index is not None
    assert index.statistics.total == len(japanese())
    assert asked(grown, "カードを無くしました")[0] == "A05"
    assert grown.index_of().encoder.total >= 10  # type: ignore[union-attr]
    grown.close()


def test_a_change_is_seen_by_the_next_question(tmp_path: Path) -> None:
    source = FixedFaqs(japanese())
    retriever = opened(tmp_path, source)
    source.entries.append(NEW)
    retriever.refresh([NEW.key])
    assert asked(retriever, "蛇口から水が出ない")[0] == "B01"
    source.entries[-1] = replace(NEW, version=2, answer="水道局へお電話ください。")
    retriever.refresh([NEW.key])
    assert retriever.entry("B01").answer == "水道局へお電話ください。"  # type: ignore[union-attr]
    source.entries.pop()
    retriever.refresh([NEW.key])
    assert "B01" not in asked(retriever, "蛇口から水が出ない")
    assert retriever.entry("B01") is None
    retriever.close()


def test_a_new_version_without_a_new_text_is_shown_at_once(tmp_path: Path) -> None:
    source = FixedFaqs(japanese())
    retriever = opened(tmp_path, source)
    source.entries = [replace(e, version=9, department="市民課") for e in japanese()]
    retriever.refresh()
    [hit] = retriever.search(SearchQuery(RedactedText("カードを無くした"), 1)).hits
    assert (hit.entry.version, hit.entry.department) == (9, "市民課")
    retriever.close()


def test_languages_come_and_go(tmp_path: Path) -> None:
    source = FixedFaqs(japanese())
    retriever = opened(tmp_path, source)
    assert asked(retriever, "PIN", "en") == []
    source.entries = faqs()
    retriever.refresh()
    assert asked(retriever, "I forgot my PIN", "en")[0] == "A07"
    source.entries = [e for e in faqs() if e.lang == "en"]
    retriever.refresh()
    assert asked(retriever, "暗証番号") == []
    assert asked(retriever, "I forgot my PIN", "en")[0] == "A07"
    assert retriever.analyse_query("暗証番号").own_words
    source.entries = []
    retriever.refresh()
    assert asked(retriever, "PIN", "en") == []
    assert retriever._parts.vectors.ids() == set()
    source.entries = japanese()
    retriever.refresh()
    assert asked(retriever, "暗証番号を忘れた")[0] == "A07"
    retriever.close()


def test_a_failed_write_is_repeated_by_the_next_refresh(tmp_path: Path) -> None:
    source = FixedFaqs(japanese())
    retriever = opened(tmp_path, source)
    vectors = retriever._parts.vectors
    source.entries = [*japanese(), NEW]
    working = vectors.flush

    def broken() -> None:
        raise Unavailable("検索サーバーが応答しません。")

    vectors.flush = broken  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        retriever.refresh()
    vectors.flush = working  # type: ignore[method-assign]
    source.entries = japanese()  # what was half-written is not wanted any more
    retriever.refresh()
    assert vectors.ids() == points_of(japanese())
    retriever.close()


def test_many_threads_search_while_the_faq_change(tmp_path: Path) -> None:
    """Nobody meets an exception or an answer that belongs to no version of the FAQ."""
    source = FixedFaqs(faqs(), [SynonymGroup("暗証番号", ("ヒミツナンバー",))])
    retriever = opened(tmp_path, source)
    versions = {e.key: {e.answer} for e in faqs()} | {NEW.key: {NEW.answer}}
    problems: list[object] = []
    stop = threading.Event()

    def search(seed: int) -> None:
        rng = random.Random(seed)
        while not stop.is_set():
            try:
                text = rng.choice([*QUESTIONS, "ヒミツナンバー", "水道", "未知の語"])
                lang = "en" if rng.random() < 0.2 else "ja"
                for hit in retriever.search(SearchQuery(RedactedText(text), 10, lang=lang, channel="web")).hits:
                    if hit.entry.answer not in versions[hit.entry.key] or hit.entry.visibility != "public":
                        problems.append(hit.entry)
                retriever.neighbours("A05")
                retriever.entry("A05", "ja", "web")
            except Exception as exc:
                problems.append(exc)

    threads = [threading.Thread(target=search, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for number in range(15):
        changed = [
            replace(e, answer=f"{e.answer}第{number}版") if n % 3 == number % 3 else e for n, e in enumerate(faqs())
        ]
        hidden = [replace(e, visibility="operator", answer="内部の答え") if e.faq_id == "A05" else e for e in changed]
        for e in changed:
            versions[e.key].add(e.answer)
        source.entries = [*(hidden if number % 2 else changed), *([NEW] if number % 2 else [])]
        retriever.refresh()
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []
    retriever.close()


def test_processes_analyse_what_one_would(tmp_path: Path) -> None:
    """Numbers may differ, what they stand for may not."""
    entries = [e for e in faqs() if e.lang == "ja"]
    alone, together = light_vocabulary(), light_vocabulary()
    expected = [Analyst(tokenizer(), alone).features(e) for e in entries]
    cache = FeatureCache(tmp_path / "features.npz", "this dictionary")
    cache.vocabulary = together
    analyse_into(cache, {fingerprint(e): e for e in entries}, tokenizer(), processes=3)
    for one, other in zip(expected, (cache.items[fingerprint(e)] for e in entries), strict=True):
        for field in ("question", "answer", "alternatives_field"):
            for space in SPACES:
                mine, theirs = getattr(getattr(one, field), space), getattr(getattr(other, field), space)
                assert alone.names(mine.terms) == together.names(theirs.terms)
                assert mine.counts.tolist() == theirs.counts.tolist()
        assert alone.learning.names(one.answer_encoder) == together.learning.names(other.answer_encoder)
        assert alone.names(one.readings) == together.names(other.readings)
        for a, b in zip(one.alternatives, other.alternatives, strict=True):
            assert alone.learning.names(a.utterance) == together.learning.names(b.utterance)
            assert alone.names(a.sound_shape) == together.names(b.sound_shape)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> list[FaqEntry]:
    """FAQ that count as many on a machine with two cores."""
    monkeypatch.setattr(analysis_processes, "WORTH_IT_FROM", 2)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    return many_entries(24)


def ahead_of(retriever: Retriever) -> Aside | None:
    """Processes that have begun and that nobody has let go of."""
    return retriever._builder._ahead


def test_what_was_announced_is_analysed_ahead(
    many: list[FaqEntry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[str] = []

    class Watched(Analyst):
        def features(self, entry: FaqEntry) -> EntryFeatures:
            here.append(entry.faq_id)
            return super().features(entry)

    monkeypatch.setattr(analysis_processes, "Analyst", Watched)
    source = FixedFaqs([])
    retriever = opened(tmp_path / "one", source)
    retriever.expect(iter(many))
    monkeypatch.setattr(analysis_processes, "started_aside", lambda *_, **__: pytest.fail("they have begun already"))
    source.entries = [replace(many[-1], answer="その後に直した回答です。"), *many[:-1]]
    retriever.refresh()
    assert many[-1].faq_id in here
    assert len(here) < len(many) / 2 + 1
    monkeypatch.undo()
    anew = opened(tmp_path / "two", source)
    assert everything(retriever) == everything(anew)
    for index in (retriever, anew):
        index.close()


def test_what_is_not_published_after_all_is_let_go_of(many: list[FaqEntry], tmp_path: Path) -> None:
    source = FixedFaqs(faqs())
    retriever = opened(tmp_path, source)
    retriever.expect(iter(many))
    first = ahead_of(retriever)
    assert first is not None
    retriever.expect(iter(many))
    second = ahead_of(retriever)
    assert second is not None
    assert not Path(first._made.name).exists()
    source.entries = [*faqs(), NEW]
    retriever.refresh()
    assert ahead_of(retriever) is None
    assert not Path(second._made.name).exists()
    assert all(child.poll() is not None for aside in (first, second) for child, _ in aside._children)
    assert asked(retriever, "水道を使いたい")[0] == NEW.faq_id
    retriever.expect(iter(many))
    last = ahead_of(retriever)
    retriever.close()
    assert last is not None
    assert not Path(last._made.name).exists()


def test_a_share_whose_process_died_is_analysed_here(many: list[FaqEntry], tmp_path: Path) -> None:
    source = FixedFaqs([])
    retriever = opened(tmp_path / "one", source)
    retriever.expect(iter(many))
    ahead = ahead_of(retriever)
    assert ahead is not None
    for child, _ in ahead._children:
        child.kill()
    source.entries = many
    retriever.refresh()
    anew = opened(tmp_path / "two", source)
    assert everything(retriever) == everything(anew)
    for index in (retriever, anew):
        index.close()
