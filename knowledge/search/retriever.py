"""Finds FAQ: keeps the in-memory indexes and the vector index in line with the store, and ranks questions against them."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from knowledge.domain import Channel, FaqEntry, SearchQuery, SearchResult, SynonymGroup
from knowledge.errors import Unavailable
from knowledge.ports import PublishedFaqs, VectorIndex
from knowledge.search import scoring
from knowledge.search.candidates import Finder
from knowledge.search.confidence import Calibration, load_calibration
from knowledge.search.encoder import TextEncoder
from knowledge.search.filters import allowed_in, where_in
from knowledge.search.hits import hits_of
from knowledge.search.language_index import LanguageIndex
from knowledge.search.learnt_pairs import LearntPairs, Pair, mark_of, with_pairs
from knowledge.search.parts import MAIN_LANGUAGE, SILENCE, Parts, State, Trainer
from knowledge.search.point_keeper import PointKeeper
from knowledge.search.query import QueryFeatures, analyse_query
from knowledge.search.rerank import Reranker, reranked
from knowledge.search.state_builder import UNTRAINED, StateBuilder
from knowledge.search.synonyms import SynonymMatcher
from knowledge.search.training import Progress, TrainingTexts
from knowledge.search.training_texts import training_texts

__all__ = ["MAIN_LANGUAGE", "Parts", "Retriever", "Trainer"]


class Retriever:
    """Implements knowledge.ports.Searcher. Searching needs no lock; refreshing is serialised."""

    def __init__(self, parts: Parts, calibration: Calibration | None = None) -> None:
        self._parts = parts
        self._calibration = calibration or load_calibration()
        self._scoring = scoring.Settings(parts.candidates)
        self._finder = Finder(parts.vectors)
        self._builder = StateBuilder(parts)
        self._points = PointKeeper(parts.vectors, parts.folder / "points.json")
        self._learnt = LearntPairs(parts.folder)
        self._lock = threading.RLock()
        self._state: State | None = None

    def open(self) -> None:
        """Load what is on disk, bring it in line with the store, repair the vector index where it differs."""
        with self._lock:
            self._points.open()
            self._rebuild(self._parts.encoder)

    def ready(self) -> bool:
        return self._state is not None

    def search(self, query: SearchQuery) -> SearchResult:
        started = time.perf_counter()
        state = self._current()
        if query.lang not in state.languages or not query.text.strip():
            return SearchResult(())
        today = self._parts.clock.today()
        mark = state.results.mark(query, today)
        result = state.results.get(mark)
        if result is None:
            [result] = self.found(state, query.lang, [query], today)
            state.results.put(mark, result)
        return replace(result, took_ms=(time.perf_counter() - started) * 1e3)

    def prepare(self, queries: Sequence[SearchQuery]) -> None:
        """Find at once what will be asked next: `search` then remembers. Takes less time than one after the other."""
        state, today = self._current(), self._parts.clock.today()
        wanted: defaultdict[str, dict[bytes, SearchQuery]] = defaultdict(dict)
        for query in queries:
            mark = state.results.mark(query, today)
            if query.lang in state.languages and query.text.strip() and state.results.get(mark) is None:
                wanted[query.lang][mark] = query
        for lang, marked in wanted.items():
            found = self.found(state, lang, list(marked.values()), today)
            for mark, result in zip(marked, found, strict=True):
                state.results.put(mark, result)

    def state(self) -> State:
        """The view that is searched now. Raises Unavailable before there is one."""
        return self._current()

    def remembers(self, query: SearchQuery, today: date) -> bool:
        """Whether this was found before, or there is nothing to find."""
        state = self._current()
        nothing = query.lang not in state.languages or not query.text.strip()
        return nothing or state.results.get(state.results.mark(query, today)) is not None

    def remember(self, state: State, query: SearchQuery, today: date, result: SearchResult) -> None:
        """What `found` gave elsewhere; of no effect where the view is not searched any more."""
        state.results.put(state.results.mark(query, today), result)

    def found(self, state: State, lang: str, queries: Sequence[SearchQuery], today: date) -> list[SearchResult]:
        """Of queries in one language of this view, remembering nothing. Each is said to have taken its share of the time."""
        started, index = time.perf_counter(), state.languages.get(lang)
        if index is None:
            return [SearchResult(()) for _ in queries]
        features = [self._analysed(q.text, q.lang, state) for q in queries]
        analysed = time.perf_counter()
        pairs = list(zip(features, queries, strict=True))
        wanted = [scoring.Wanted(f, where_in(index, q), allowed_in(index, q, today)) for f, q in pairs]
        ranked = scoring.rank(index, self._finder, wanted, self._scoring)
        if self._parts.reranker is not None and lang == MAIN_LANGUAGE:
            again = self._parts.reranker
            ranked = [self._reranked(again, index, f, r) for f, r in zip(features, ranked, strict=True)]
        hits = [hits_of(index, f, r, q.limit, self._calibration) for (f, q), r in zip(pairs, ranked, strict=True)]
        done = time.perf_counter()
        each = 1e3 / len(queries)
        stages = (("analyse", (analysed - started) * each), ("rank", (done - analysed) * each))
        took_ms = (done - started) * each
        return [
            SearchResult(found, took_ms, evidence, _unknown(index, f), stages, f.encoder.text if f.replaced else "")
            for f, (found, evidence) in zip(features, hits, strict=True)
        ]

    def analyse_query(self, text: str, lang: str = MAIN_LANGUAGE) -> QueryFeatures:
        """The question's features, for search and for the intent model."""
        return self._analysed(text, lang, self._current())

    def _analysed(self, text: str, lang: str, state: State) -> QueryFeatures:
        index = state.languages.get(lang)
        sounds = index.sounds if index else SILENCE
        repair = index.repair if index and lang == MAIN_LANGUAGE else None
        return analyse_query(text, self._parts.tokenizer, state.synonyms, sounds, repair)

    def entry(self, faq_id: str, lang: str = MAIN_LANGUAGE, channel: Channel = "operator") -> FaqEntry | None:
        """The FAQ as published now, if it is in force and this channel may show it."""
        index = self._current().languages.get(lang)
        entry = index.entries.get(faq_id) if index else None
        if entry is None or not entry.in_force(self._parts.clock.today()):
            return None
        return entry if channel == "operator" or entry.visibility == "public" else None

    def japanese(self) -> Mapping[str, FaqEntry]:
        """The Japanese FAQ by number; the same object for as long as none of them changes."""
        index = self._current().languages.get(MAIN_LANGUAGE)
        return index.entries if index else {}

    def refresh(self, keys: Sequence[tuple[str, str]] | None = None) -> None:
        """Follow the store. `keys` is a hint only: what really changed is found by fingerprint."""
        with self._lock:
            self._state = self._builder.followed(self._current())
            self._points.follow(self._state.languages)

    def expect(self, entries: Iterable[FaqEntry]) -> None:
        """What an import is about to publish; whether it does, `refresh` will find out. Nobody waits: while the index
        follows another change, nothing is begun."""
        if self._lock.acquire(blocking=False):
            try:
                self._builder.expect(entries)
            finally:
                self._lock.release()

    def with_synonyms(self, groups: Sequence[SynonymGroup]) -> "Retriever":
        """This search as it would be with other synonyms. It shares the index and writes nothing."""
        made = Retriever(self._parts, self._calibration)
        made._state = replace(self._current(), synonyms=SynonymMatcher(groups, self._parts.tokenizer))
        return made

    def synonym_groups(self) -> tuple[SynonymGroup, ...]:
        """The city's groups as the search knows them now; none before it is open."""
        return self._state.synonyms.groups if self._state else ()

    def without_index(self) -> "Retriever":
        """The same search with candidates from memory alone, as while the vector index is down: it can run in a copy of
        this process, where the index's threads and files are not."""
        made = Retriever(self._parts, self._calibration)
        made._state, made._finder = self._state, Finder(None)
        return made

    def without_sound(self) -> "Retriever":
        """Search by words and meaning alone: no reading n-grams, no homophones. Shares the index, writes nothing."""
        made = Retriever(self._parts, self._calibration)
        made._state = self._current().without_sound()
        return made

    def beside(
        self,
        folder: Path,
        faqs: Callable[[PublishedFaqs], PublishedFaqs],
        vectors: Callable[[VectorIndex], VectorIndex],
    ) -> "Retriever":
        """A second search over what `faqs` and `vectors` make of our sources, from the state we have now. It keeps its
        files in `folder`; what it is told to refresh never reaches ours."""
        over = replace(self._parts, faqs=faqs(self._parts.faqs), vectors=vectors(self._parts.vectors), folder=folder)
        made = Retriever(over, self._calibration)
        made._state = self._current()
        made._builder = self._builder.beside(over)
        made._points = self._points.beside(over.vectors, folder / "points.json")
        return made

    def over(self, faqs: PublishedFaqs, vectors: VectorIndex, folder: Path) -> "Retriever":
        """A search of its own over other texts, with our words and the encoder we have now. It is not open yet."""
        mine = replace(self._parts, faqs=faqs, vectors=vectors, folder=folder, encoder=self._current().encoder)
        return Retriever(mine, self._calibration)

    def encoder_identity(self) -> str:
        """Another one whenever meaning is compared in another way."""
        return self._current().encoder.identity

    def dim(self) -> int:
        """Of the encoder's vectors."""
        return self._current().encoder.dim

    def neighbours(self, faq_id: str, limit: int = 5) -> list[tuple[str, float]]:
        index = self._current().languages.get(MAIN_LANGUAGE)
        return list(index.nearest(faq_id, limit).items()) if index is not None else []

    def train(self, progress: Progress | None = None) -> None:
        """Train the encoder on the current Japanese FAQ and swap it in; a ready encoder stays as it is.

        Raises Unavailable without any FAQ.
        """
        if self._parts.encoder is not None:
            return
        texts, identity = self.training_texts()
        self.adopt(self._parts.trainer(texts, identity, progress))

    def training_texts(self) -> tuple[TrainingTexts, str]:
        """What the encoder is trained on, and the identity the trained encoder will have."""
        pairs = self._learnt.pairs  # once: others may be learnt meanwhile
        texts, identity = self.base_texts()
        return with_pairs(texts, pairs, self._parts.tokenizer), identity + mark_of(pairs)

    def base_texts(self) -> tuple[TrainingTexts, str]:
        """The same without what was learnt on request."""
        index = self._current().languages.get(MAIN_LANGUAGE)
        if index is None:
            raise Unavailable("学習に使えるFAQがありません。先にFAQを取り込んで公開してください。")
        return training_texts(index), self._builder.trained_identity(index)

    def learn_also(self, pairs: Sequence[Pair]) -> None:
        """From the next training on, and in place of those learnt so far."""
        self._learnt.replace(pairs)

    def learn_as_before(self) -> None:
        """Takes the last `learn_also` back."""
        self._learnt.back()

    def adopt(self, encoder: TextEncoder) -> None:
        """Save a newly trained encoder and answer with it from the next question on."""
        with self._lock:
            self._builder.save(encoder)
            self._rebuild(encoder)
            self.warm_up()

    def trained_for_current(self) -> bool:
        """Whether the encoder in use was trained on exactly the FAQ now published, or adapted from one that was."""
        if self._parts.encoder is not None:
            return True  # a ready encoder needs no training
        state = self._current()
        index = state.languages.get(MAIN_LANGUAGE)
        return index is None or state.encoder.identity.startswith(
            self._builder.trained_identity(index) + mark_of(self._learnt.pairs)
        )

    def learnt(self) -> bool:
        """Whether meaning is compared by an encoder that has learnt from some FAQ, be it an earlier version of them."""
        return not self._current().encoder.identity.startswith(UNTRAINED)

    def status(self) -> dict[str, str | int]:
        """For doctor and /readyz."""
        state = self._current()
        main = state.languages.get(MAIN_LANGUAGE)
        return {
            "faqs": sum(len(i.entries) for i in state.languages.values()),
            "japanese_faqs": len(main.entries) if main else 0,
            "points": len(self._points),
            "encoder": state.encoder.identity.split(" ")[0],
        }

    def index_of(self, lang: str = MAIN_LANGUAGE) -> LanguageIndex | None:
        return self._current().languages.get(lang)

    def warm_up(self) -> None:
        """Make reading faster for who answers many questions. May run beside them."""
        for index in (self._state.languages if self._state else {}).values():
            index.encoder.widen()

    def close(self) -> None:
        """Keep what the next start can use, and let go of the vector index."""
        self._builder.expect_nothing()
        if self._state is not None:
            self._builder.keep(self._state.languages)
        self._parts.vectors.close()

    def _rebuild(self, encoder: TextEncoder | None) -> None:
        self._state = self._builder.opened(encoder)
        self._points.follow(self._state.languages)
        self._builder.keep(self._state.languages)

    def _current(self) -> State:
        if self._state is None:
            raise Unavailable("検索の準備ができていません。しばらく待ってからお試しください。")
        return self._state

    def _reranked(
        self, reranker: Reranker, index: LanguageIndex, query: QueryFeatures, ranked: scoring.Ranked
    ) -> scoring.Ranked:
        best = [index.entries[index.corpus.keys[at]] for at in ranked.positions[: reranker.top].tolist()]
        return reranked(ranked, reranker.scores(query.encoder.text, [f"{e.question}\n{e.answer}" for e in best]))


def _unknown(index: LanguageIndex, query: QueryFeatures) -> tuple[str, ...]:
    """Words no FAQ has, as they were written: what was put right is news to an editor all the same."""
    return (*(w for w in query.own_words if not index.corpus.known(w)), *query.replaced)
