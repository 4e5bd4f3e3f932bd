"""Call summaries help to find: on the real engine, without leaking a question, and gone when they are removed."""

from pathlib import Path

import pytest

from eval.bench.product import csv_of
from eval.cases import Case, shipped_suite
from eval.lab import SAMPLES
from eval.past_wordings import GainBench, past_wordings_gain, usable_summaries
from ingestion.summaries import Summary, forget, read_summaries, store_summaries
from knowledge.bootstrap import opened
from knowledge.domain import SearchQuery
from knowledge.privacy.redacted import RedactedText
from knowledge.privacy.redactor import RuleRedactor
from knowledge.settings import Settings
from tests.fakes import small_city

TARGET = "MH1015"
ASKED = "洗濯機で回したら反応しなくなりました"
NOTE = Summary(1, "洗濯機で洗ってしまい反応しなくなった。カードの再交付を案内、了解。", TARGET)


def case(text: str, faq_id: str) -> Case:
    return Case.model_validate(
        {
            "id": "C0001", "text": text, "channel": "spoken", "lang": "ja", "answerable": True,
            "gold": [{"faq_id": faq_id, "grade": 2}], "expected": "answer", "reason": "", "department": "",
            "must": [], "must_not": [], "risk": "low", "also_ok": [], "split": "test", "tags": [],
        }
    )  # fmt: skip


def test_the_next_caller_who_talks_that_way_finds_the_faq(tmp_path: Path) -> None:
    bench = GainBench(small_city.tokenizer(), small_city.words(tmp_path), RuleRedactor(), train=False)
    asked = [case(ASKED, TARGET)]
    without, with_all = past_wordings_gain(small_city.entries(), [NOTE], asked, bench, (0.0, 1.0))
    assert (without.summaries, with_all.summaries) == (0, 1)
    assert (without.first.hits, with_all.first.hits) == (0, 1)


def test_summaries_that_repeat_a_question_are_left_out() -> None:
    same = Summary(2, ASKED + "。", TARGET)
    unknown = Summary(3, "別の件", "XX1")
    assert usable_summaries([NOTE, same, unknown], [case(ASKED, TARGET)], frozenset({TARGET})) == [NOTE]


def test_the_shipped_summaries_do_not_repeat_the_shipped_cases() -> None:
    shipped = read_summaries((SAMPLES / "summaries.jsonl").read_bytes(), ".jsonl")
    cases = [one for one in shipped_suite().cases if one.lang == "ja"]
    known = frozenset(one.faq_id for one in shipped)
    assert len(usable_summaries(shipped, cases, known)) == len(shipped)


def test_search_follows_what_is_taken_in_and_taken_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_SEARCH__TRAINING__BACKGROUND", "false")
    query = SearchQuery(RedactedText("洗濯機で洗ってしまい反応しない"), channel="web")
    with opened(Settings(data_dir=tmp_path / "data")) as services:
        services.faqs.import_file(csv_of(small_city.entries()), True, "test")
        before = services.retriever.search(query).hits[0]
        target = next(one for one in small_city.entries() if one.faq_id != before.entry.faq_id)
        note = Summary(1, "洗濯機で洗ってしまい反応しない。電話は090-1234-5678とのこと。", target.faq_id)
        store_summaries(services, "key", "s.jsonl", [note])
        after = services.retriever.search(query).hits[0]
        assert after.entry.faq_id == target.faq_id
        assert not any("洗濯機" in text for text in after.entry.alt_questions)
        index = services.retriever.index_of()
        assert index is not None
        assert "5678" not in "".join(index.entries[target.faq_id].past_wordings)
        prints = index.prints[target.faq_id]
        assert forget(services, source="key") == 1
        assert services.retriever.search(query).hits[0].entry.faq_id == before.entry.faq_id
        again = services.retriever.index_of()
        assert again is not None
        assert again.prints[target.faq_id] != prints
