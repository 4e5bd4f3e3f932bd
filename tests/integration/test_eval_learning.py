"""On the real engine: adaptation keeps only what helps and can be undone; noise costs, the reading leg saves; public sets."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from eval import adapt
from eval.calibrate import answer_samples, choose_answer_at, fit, search_samples
from eval.lab import FixedFaqs, NumpyTrainer, open_retriever
from eval.metrics.ranking import reciprocal_rank
from eval.noise import homophones
from eval.noise_curve import NoiseBench, noise_curve
from eval.public_sets import check_public, figures_line, load_public
from knowledge.domain import FaqEntry, SearchQuery
from knowledge.errors import NotFound, NotReadable, Unavailable
from knowledge.privacy.redacted import RedactedText, approved
from knowledge.privacy.redactor import RuleRedactor
from knowledge.search.confidence import FEATURES
from knowledge.search.encoder import StaticEncoder
from knowledge.search.learnt_pairs import Pair
from knowledge.search.retriever import Retriever
from knowledge.search.training import Progress, TrainingTexts
from knowledge.settings import SearchSettings, TrainingSettings
from knowledge.store.database import Database
from knowledge.store.usage_tables import feedback, search_log
from tests.fakes import small_city

REDACTOR = RuleRedactor()
QUICK = SearchSettings(training=TrainingSettings(epochs=3, seeds=1, batch=32))
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("learning")


@pytest.fixture(scope="module")
def retriever(folder: Path) -> Iterator[Retriever]:
    with small_city.opened(folder) as made:
        yield made


def _bench(folder: Path, trainer: adapt.Trainer | None = None) -> adapt.Bench:
    words = small_city.words(folder)
    return adapt.Bench(small_city.tokenizer(), words, QUICK, trainer or NumpyTrainer(words, QUICK.training))


def _pairs() -> list[Pair]:
    return [
        Pair(REDACTOR.redact(c.text).text, sorted(c.right_faqs)[0]) for c in small_city.suite().cases if c.right_faqs
    ]


def test_pairs_come_from_confirmed_answers_only(database: Database) -> None:
    def log(log_id: str, text: str, lang: str = "ja") -> dict[str, object]:
        return {
            "log_id": log_id, "at": AT, "day": date(2026, 11, 20), "kind": "answer", "channel": "web", "role": "",
            "lang": lang, "text": text, "hits": "[]", "hit_count": 1, "zero_hit": False, "chosen": "", "action": "",
            "reason": "", "confidence": 0.5, "category": "", "conversation_id": "", "took_ms": 1.0,
        }  # fmt: skip

    def said(number: int, log_id: str, faq_id: str, verdict: str) -> dict[str, object]:
        return {
            "feedback_id": f"f{number}", "at": AT, "day": date(2026, 11, 20), "log_id": log_id, "faq_id": faq_id,
            "version": 1, "channel": "web", "who": "", "verdict": verdict,
        }  # fmt: skip

    with database.begin() as conn:
        conn.execute(insert(search_log), [log("a", "問い1"), log("b", "問い2"), log("c", "問い3"), log("d", "x", "en")])
        conn.execute(
            insert(feedback),
            [
                said(1, "a", "MH1001", "resolved"),
                said(2, "b", "MH1002", "used"),
                said(3, "b", "MH1002", "wrong"),
                said(4, "c", "MH1003", "not_resolved"),
                said(5, "d", "MH1004", "resolved"),
                said(6, "a", "MH1001", "used"),
            ],
        )
    with database.read() as conn:
        pairs = adapt.confirmed_pairs(conn)
    assert [(p.text, p.faq_id) for p in pairs] == [("問い1", "MH1001")]
    assert isinstance(pairs[0].text, RedactedText)


def test_pairs_from_a_file_are_redacted_and_errors_name_the_line(tmp_path: Path) -> None:
    file = tmp_path / "p.jsonl"
    file.write_text('{"text": "電話は090-1234-5678です", "faq_id": "MH1001"}\n{"text": 1}\n', encoding="utf-8")
    with pytest.raises(NotReadable) as caught:
        adapt.read_pairs(file, REDACTOR)
    assert caught.value.problems[0].row == 2
    file.write_text(file.read_text(encoding="utf-8").splitlines()[0], encoding="utf-8")
    assert "090-1234-5678" not in adapt.read_pairs(file, REDACTOR)[0].text


def test_a_trial_needs_enough_confirmed_questions(folder: Path) -> None:
    with pytest.raises(Unavailable, match="足りません"):
        adapt.trial(small_city.entries(), _pairs()[:5], _bench(folder))


def test_a_trial_measures_faq_it_has_not_seen(folder: Path) -> None:
    found = adapt.trial(small_city.entries(), _pairs(), _bench(folder))
    unseen = [p for p in _pairs() if adapt.held_out(p.faq_id)]
    assert found.pairs == len(_pairs()) - len(unseen)
    assert found.held_out_questions > len(unseen) > 0
    assert 0 < found.before <= 1
    assert found.better == (found.after > found.before)


def test_a_trial_that_makes_things_worse_is_not_kept(folder: Path) -> None:
    words = small_city.words(folder)
    good = NumpyTrainer(words, QUICK.training)

    def spoiling(texts: TrainingTexts, identity: str, progress: Progress | None = None) -> StaticEncoder:
        encoder = good(texts, identity, progress)
        assert isinstance(encoder, StaticEncoder)
        return replace(encoder, table=-encoder.table[::-1].copy()) if identity.endswith("+") else encoder

    found = adapt.trial(small_city.entries(), _pairs(), _bench(folder, spoiling))
    assert not found.better
    assert "そのまま" in found.sentence()


def test_adopting_learns_the_wordings_and_rollback_brings_the_old_order_back(tmp_path: Path, folder: Path) -> None:
    words = small_city.words(folder)
    entries = [replace(e, alt_questions=()) for e in small_city.entries()]
    made = open_retriever(FixedFaqs(entries), tmp_path, small_city.tokenizer(), words, settings=QUICK)
    made.train()
    pairs = _pairs()

    def orders() -> list[list[str]]:
        return [[h.entry.faq_id for h in made.search(SearchQuery(p.text, 10)).hits] for p in pairs]

    def mean_rank(found: list[list[str]]) -> float:
        ranks = (reciprocal_rank(ids, frozenset({p.faq_id})) for ids, p in zip(found, pairs, strict=True))
        return sum(ranks) / len(pairs)

    before = orders()
    longer = NumpyTrainer(words, QUICK.training.model_copy(update={"epochs": 20}))
    adapt.adopt(made, pairs, _bench(folder, longer), tmp_path)
    assert mean_rank(orders()) > mean_rank(before) + 0.02
    adapt.rollback(made, words, tmp_path)
    assert orders() == before
    with pytest.raises(NotFound):
        adapt.rollback(made, words, tmp_path)
    made.close()


def test_what_was_learnt_is_learnt_again_when_the_faq_change(tmp_path: Path, folder: Path) -> None:
    words, pairs = small_city.words(folder), _pairs()[:30]
    entries = [replace(e, alt_questions=()) for e in small_city.entries()]

    def opened(of: list[FaqEntry]) -> Retriever:
        return open_retriever(FixedFaqs(of), tmp_path, small_city.tokenizer(), words, settings=QUICK)

    made = opened(entries)
    made.train()
    bare = len(made.training_texts()[0].alternatives)
    adapt.adopt(made, pairs, _bench(folder), tmp_path)
    assert made.trained_for_current()
    made.close()

    edited = [replace(entries[0], answer="窓口は変わりました。"), *entries[1:]]
    later = opened(edited)
    assert not later.trained_for_current()
    texts, identity = later.training_texts()
    assert len(texts.alternatives) == bare + len(pairs)
    later.train()
    assert later.trained_for_current()
    index = later.index_of()
    assert index is not None
    assert index.encoder.identity == identity
    adapt.rollback(later, words, tmp_path)
    assert len(later.training_texts()[0].alternatives) == bare
    assert not later.trained_for_current(), "the encoder before belongs to the FAQ before"
    later.close()


def test_noise_costs_and_forgetting_sound_costs_more(retriever: Retriever) -> None:
    table = homophones(small_city.tokenizer(), small_city.entries(), ["新生", "神聖", "後輩", "公布", "行進", "甲信"])
    bench = NoiseBench(retriever, small_city.answerer_over, REDACTOR, small_city.tokenizer(), table)
    told: list[tuple[int, int]] = []
    points = noise_curve(small_city.suite().cases, bench, (0.0, 0.4), lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == list(range(1, told[0][1] + 1)), "a bar that moves with every case"
    shown = {(p.rate, p.reading_leg): p.top_1.value for p in points}
    assert set(shown) == {(0.0, True), (0.0, False), (0.4, True), (0.4, False)}
    assert shown[0.4, True] < shown[0.0, True]
    assert shown[0.4, False] <= shown[0.4, True]


def test_forgetting_sound_leaves_the_running_search_alone(retriever: Retriever) -> None:
    query = SearchQuery(approved("まいなんばーかーどのしんせい"))
    before = retriever.search(query)
    assert [h.score for h in retriever.without_sound().search(query).hits] != [h.score for h in before.hits]
    assert [h.score for h in retriever.search(query).hits] == [h.score for h in before.hits]


def test_calibration_on_the_engine_s_own_evidence(retriever: Retriever) -> None:
    cases = small_city.suite().cases
    samples = search_samples(cases, retriever, REDACTOR)
    assert len(samples) >= 60
    assert set(samples[0].features) <= set(FEATURES) | {"share"}
    found = fit(samples, FEATURES)
    assert found.coefficients.keys() == {"intercept", *FEATURES}
    assert found.test_brier < 0.25
    assert len(answer_samples(cases, retriever, REDACTOR, None)) >= len(samples)
    rows = choose_answer_at(small_city.suite(), small_city.answerer_over(retriever), REDACTOR, (0.9, 0.0001))
    assert rows[0][1] is not None
    assert rows[1][1] is None


def test_public_sets_are_read_and_searched(tmp_path: Path, folder: Path) -> None:
    texts = {
        "p1": "東大寺は奈良県奈良市にある寺院である。",
        "p2": "名古屋城は愛知県名古屋市にある城である。",
        "p3": "琵琶湖は滋賀県にある湖である。",
    }
    contexts = [{"id": i, "title": "", "text": f"題 [SEP] {t}"} for i, t in texts.items()]
    questions = [
        {"question": "名古屋城はどこにありますか", "context_id": "p2"},
        {"question": "?", "context_id": "gone"},
    ]
    for name, rows in (("contexts", contexts), ("questions", questions)):
        lines = "\n".join(json.dumps(r, ensure_ascii=False) for r in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    loaded = load_public(tmp_path)
    assert loaded.entries[0].answer == texts["p1"]
    figures = check_public(loaded, small_city.tokenizer(), small_city.words(folder))
    assert (figures.questions, figures.hit_1) == (1, 1.0)
    assert figures_line("x", figures)[1:3] == ("1", "1.000")
    with pytest.raises(NotReadable):
        load_public(tmp_path / "none")
