"""Finds FAQ: keeps the in-memory indexes and the vector index in line with the store, and ranks questions against them."""

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path

import numpy as np

from knowledge.domain import Channel, FaqEntry, Hit, SearchQuery, SearchResult, SynonymGroup
from knowledge.errors import Unavailable
from knowledge.ports import Clock, PublishedFaqs, VectorIndex
from knowledge.search import scoring
from knowledge.search.analysis import PREFIX, EntryFeatures, SharedNames, encoder_frequencies
from knowledge.search.analysis_processes import analyse_all
from knowledge.search.cache import UNREADABLE
from knowledge.search.candidates import Allowed
from knowledge.search.confidence import Calibration, Evidence, load_calibration, shares
from knowledge.search.corpus import Row, WordTable
from knowledge.search.encoder import StaticEncoder, TextEncoder, WithoutMeaning, load_encoder, untrained_encoder
from knowledge.search.homophones import SoundIndex
from knowledge.search.language_cache import LanguageCache
from knowledge.search.language_index import LanguageIndex
from knowledge.search.point_keeper import PointKeeper
from knowledge.search.points import SCHEMA, fingerprint
from knowledge.search.query import QueryFeatures, analyse_query
from knowledge.search.rerank import Reranker, reranked
from knowledge.search.synonyms import SynonymMatcher
from knowledge.search.training import Progress, TrainingTexts
from knowledge.search.vocabulary import Numbers
from knowledge.search.word_model import WORDINGS_PER_FAQ, train_word_model
from knowledge.search.word_vectors import Matrix, WordVectors
from knowledge.settings import SearchSettings
from knowledge.text.tokens import Tokenizer

MAIN_LANGUAGE = "ja"
_UNTRAINED = "untrained"
_UNTRAINED_DRIFT = 0.25
"""Relative change of the number of FAQ from which an untrained encoder weighs words anew."""
_MOSTLY = 0.9
_SILENCE = SoundIndex(())
Trainer = Callable[[TrainingTexts, str, Progress | None], TextEncoder]


@dataclass(frozen=True, slots=True)
class State:
    """One consistent view; replaced as a whole, so that a search never sees half a change."""

    languages: Mapping[str, LanguageIndex]
    synonyms: SynonymMatcher
    encoder: TextEncoder


@dataclass(frozen=True, slots=True)
class Parts:
    """What the retriever is made of; chosen in bootstrap."""

    faqs: PublishedFaqs
    vectors: VectorIndex
    tokenizer: Tokenizer
    words: WordVectors
    clock: Clock
    folder: Path
    settings: SearchSettings
    candidates: int
    in_memory_up_to: int
    trainer: Trainer
    encoder: TextEncoder | None = None
    """A ready encoder that is never trained; None takes the static one."""
    reranker: Reranker | None = None


class Retriever:
    """Implements knowledge.ports.Searcher. Searching needs no lock; refreshing is serialised."""

    def __init__(self, parts: Parts, calibration: Calibration | None = None) -> None:
        self._parts = parts
        self._calibration = calibration or load_calibration()
        self._scoring = scoring.Settings(parts.candidates, parts.in_memory_up_to)
        self._caches: dict[str, LanguageCache] = {}
        self._encoder_path = parts.folder / "encoder.npz"
        self._points = PointKeeper(parts.vectors, parts.folder / "points.json")
        self._lock = threading.RLock()
        self._state: State | None = None

    def open(self) -> None:
        """Load what is on disk, bring it in line with the store, repair the vector index where it differs."""
        with self._lock:
            self._points.open()
            self._rebuild(self._parts.encoder or self._load_encoder())

    def ready(self) -> bool:
        return self._state is not None

    def search(self, query: SearchQuery) -> SearchResult:
        started = time.perf_counter()
        state = self._current()
        index = state.languages.get(query.lang)
        if index is None or not query.text.strip():
            return SearchResult(())
        features = self.analyse_query(query.text, query.lang)
        analysed = time.perf_counter()
        allowed = self._allowed(index, query)
        ranked = scoring.rank(index, self._parts.vectors, features, _where(index, query), allowed, self._scoring)
        if self._parts.reranker is not None and query.lang == MAIN_LANGUAGE:
            ranked = self._reranked(self._parts.reranker, index, features, ranked)
        hits, evidence = self._hits(index, features, ranked, query)
        done = time.perf_counter()
        stages = (("analyse", (analysed - started) * 1e3), ("rank", (done - analysed) * 1e3))
        unknown = tuple(sorted(w for w in features.own_words if not index.corpus.known(w)))
        return SearchResult(hits, (done - started) * 1e3, evidence, unknown, stages)

    def analyse_query(self, text: str, lang: str = MAIN_LANGUAGE) -> QueryFeatures:
        """The question's features, for search and for the intent model."""
        state = self._current()
        index = state.languages.get(lang)
        return analyse_query(text, self._parts.tokenizer, state.synonyms, index.sounds if index else _SILENCE)

    def entry(self, faq_id: str, lang: str = MAIN_LANGUAGE, channel: Channel = "operator") -> FaqEntry | None:
        """The FAQ as published now, if it is in force and this channel may show it."""
        index = self._current().languages.get(lang)
        entry = index.entries.get(faq_id) if index else None
        if entry is None or not entry.in_force(self._parts.clock.today()):
            return None
        return entry if channel == "operator" or entry.visibility == "public" else None

    def refresh(self, keys: Sequence[tuple[str, str]] | None = None) -> None:
        """Follow the store. `keys` is a hint only: what really changed is found by fingerprint."""
        with self._lock:
            state = self._current()
            entries = self._published()
            features = {
                lang: self._features_of(lang, state.languages.get(lang), items) for lang, items in entries.items()
            }
            encoder = self._fitting(state.encoder, features.get(MAIN_LANGUAGE, {}))
            languages = {
                lang: self._follow(state, lang, items, features[lang], encoder) for lang, items in entries.items()
            }
            self._state = State(languages, self._synonym_matcher(state.synonyms), encoder)
            self._points.follow(languages)

    def with_synonyms(self, groups: Sequence[SynonymGroup]) -> "Retriever":
        """This search as it would be with other synonyms. It shares the index and writes nothing."""
        made = Retriever(self._parts, self._calibration)
        made._state = replace(self._current(), synonyms=SynonymMatcher(groups, self._parts.tokenizer))
        return made

    def without_sound(self) -> "Retriever":
        """Search by words and meaning alone: no reading n-grams, no homophones. Shares the index, writes nothing."""
        state, made = self._current(), Retriever(self._parts, self._calibration)
        deaf = {
            lang: replace(index, sounds=_SILENCE, weights=_without_sound(index.weights))
            for lang, index in state.languages.items()
        }
        made._state = replace(state, languages=deaf)
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
        made._caches = {lang: cache.beside(folder) for lang, cache in self._caches.items()}
        made._points = self._points.beside(over.vectors, folder / "points.json")
        return made

    def neighbours(self, faq_id: str, limit: int = 5) -> list[tuple[str, float]]:
        index = self._current().languages.get(MAIN_LANGUAGE)
        if index is None or faq_id not in index.corpus.position:
            return []
        at, corpus = index.corpus.position[faq_id], index.corpus
        both = (corpus.question_matrix + corpus.answer_matrix) / 2
        cosine = both @ both[at]
        order = [int(i) for i in np.argsort(-cosine, kind="stable") if int(i) != at][:limit]
        return [(corpus.keys[i], float(cosine[i])) for i in order]

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
        index = self._current().languages.get(MAIN_LANGUAGE)
        if index is None:
            raise Unavailable("学習に使えるFAQがありません。先にFAQを取り込んで公開してください。")
        return _training_texts(index), self._trained_identity(index)

    def _trained_identity(self, index: LanguageIndex) -> str:
        prints = "".join(index.prints[k] for k in index.corpus.keys)
        return f"trained {SCHEMA} {self._parts.tokenizer.version} {hash_text(prints)}"

    def adopt(self, encoder: TextEncoder) -> None:
        """Save a newly trained encoder and answer with it from the next question on."""
        with self._lock:
            save = getattr(encoder, "save", None)
            if save is not None:
                save(self._encoder_path)
            self._rebuild(encoder)

    def trained_for_current(self) -> bool:
        """Whether the encoder in use was trained on exactly the FAQ now published, or adapted from one that was."""
        if self._parts.encoder is not None:
            return True  # a ready encoder needs no training
        state = self._current()
        index = state.languages.get(MAIN_LANGUAGE)
        return index is None or state.encoder.identity.startswith(self._trained_identity(index))

    def learnt(self) -> bool:
        """Whether meaning is compared by an encoder that has learnt from some FAQ, be it an earlier version of them."""
        return not self._current().encoder.identity.startswith(_UNTRAINED)

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

    def close(self) -> None:
        """Keep what the next start can use, and let go of the vector index."""
        if self._state is not None:
            self._keep(self._state.languages)
        self._parts.vectors.close()

    def _current(self) -> State:
        if self._state is None:
            raise Unavailable("検索の準備ができていません。しばらく待ってからお試しください。")
        return self._state

    def _published(self) -> dict[str, dict[str, FaqEntry]]:
        out: dict[str, dict[str, FaqEntry]] = {}
        for entry in self._parts.faqs.published():
            out.setdefault(entry.lang, {})[entry.faq_id] = entry
        return out

    def _features_of(
        self, lang: str, old: LanguageIndex | None, wanted: Mapping[str, FaqEntry]
    ) -> dict[str, EntryFeatures]:
        """Features of every FAQ; those whose text did not change are the same objects as before."""
        cache = self._cache(lang).features
        found: dict[str, EntryFeatures | None] = {}
        for key, entry in wanted.items():
            before = old.entries.get(key) if old else None
            if old and before and (before == entry or old.prints[key] == fingerprint(entry)):
                found[key] = old.features[key]
            else:
                found[key] = cache.get(fingerprint(entry))
        missing = [wanted[key] for key, features in found.items() if features is None]
        fresh = iter(analyse_all(missing, self._parts.tokenizer, cache.vocabulary))
        return {key: next(fresh) if features is None else features for key, features in found.items()}

    def _follow(
        self,
        state: State,
        lang: str,
        wanted: Mapping[str, FaqEntry],
        features: Mapping[str, EntryFeatures],
        encoder: TextEncoder,
    ) -> LanguageIndex:
        old = state.languages.get(lang)
        if old is not None and (lang != MAIN_LANGUAGE or encoder is state.encoder):
            changed = [k for k in wanted if old.features.get(k) is not features[k]]
            updated = old.updated(wanted, features, changed)
            if updated is not None:
                return updated
        return self._built(lang, wanted, features, encoder, old)

    def _built(
        self,
        lang: str,
        entries: Mapping[str, FaqEntry],
        features: Mapping[str, EntryFeatures],
        encoder: TextEncoder,
        old: LanguageIndex | None = None,
    ) -> LanguageIndex:
        used = self._encoder_for(lang, encoder, entries, features)
        cache = self._cache(lang)
        if old is not None and old.encoder is used:
            known: Mapping[str, Matrix] = old.vectors_by_print()
        else:
            known = cache.encoded.taken(used.identity)
        words = WordTable(self._parts.words)
        return LanguageIndex.build(entries, features, words, used, cache.features.vocabulary, known)

    def _rebuild(self, encoder: TextEncoder | None) -> None:
        entries = self._published()
        features = {lang: self._features_of(lang, None, items) for lang, items in entries.items()}
        used = encoder or self._untrained(features.get(MAIN_LANGUAGE, {}))
        languages = {lang: self._built(lang, items, features[lang], used) for lang, items in entries.items()}
        self._state = State(languages, self._synonym_matcher(), used)
        self._points.follow(languages)
        self._keep(languages)

    def _keep(self, languages: Mapping[str, LanguageIndex]) -> None:
        """Write what the next start need not work out again."""
        for lang, index in languages.items():
            cache = self._cache(lang)
            cache.features.keep({index.prints[k]: features for k, features in index.features.items()})
            identity = index.encoder.identity
            if lang == MAIN_LANGUAGE and not cache.encoded.holds(identity, index.prints.values()):
                cache.encoded.keep(identity, index.vectors_by_print())

    def _cache(self, lang: str) -> LanguageCache:
        """One vocabulary a language: thirty English FAQ need not carry the numbers of all Japanese words."""
        if lang not in self._caches:
            version = f"{SCHEMA} {self._parts.tokenizer.version}"
            self._caches[lang] = LanguageCache(self._parts.folder, lang, version, lang == MAIN_LANGUAGE)
            self._caches[lang].load()
        return self._caches[lang]

    def _synonym_matcher(self, previous: SynonymMatcher | None = None) -> SynonymMatcher:
        groups = tuple(self._parts.faqs.synonyms())
        if previous is not None and previous.groups == groups:
            return previous
        return SynonymMatcher(groups, self._parts.tokenizer)

    def _untrained(self, features: Mapping[str, EntryFeatures]) -> TextEncoder:
        v = self._cache(MAIN_LANGUAGE).features.vocabulary.learning
        frequencies = encoder_frequencies(features.values(), v)
        content = hash_text("\n".join(f"{name} {frequencies[name]}" for name in sorted(frequencies)))
        identity = f"{_UNTRAINED} {SCHEMA} {self._parts.tokenizer.version} {len(features)} {content}"
        return untrained_encoder(frequencies, len(features), self._parts.words, identity)

    def _encoder_for(
        self, lang: str, encoder: TextEncoder, entries: Mapping[str, FaqEntry], features: Mapping[str, EntryFeatures]
    ) -> TextEncoder:
        """Word vectors are Japanese: other languages are found by their words, learned at once from their wordings."""
        if lang == MAIN_LANGUAGE:
            return encoder
        keys = sorted(entries)
        prints = [fingerprint(entries[k]) for k in keys]
        cache = self._cache(lang)
        model = cache.word_model(keys, prints)
        if model is None:
            utterances = _utterances([features[k] for k in keys], SharedNames(cache.features.vocabulary.learning))
            model = train_word_model(keys, prints, utterances)
            if model is not None:
                cache.keep_word_model(model)
        return WithoutMeaning(encoder.dim, model)

    def _fitting(self, encoder: TextEncoder, features: Mapping[str, EntryFeatures]) -> TextEncoder:
        """The same encoder, unless it is an untrained one for a corpus of quite another size."""
        if not isinstance(encoder, StaticEncoder) or not encoder.identity.startswith(_UNTRAINED):
            return encoder
        near = abs(len(features) - encoder.total) <= _UNTRAINED_DRIFT * encoder.total
        return encoder if near else self._untrained(features)

    def _load_encoder(self) -> TextEncoder | None:
        """The trained encoder of this dictionary version; None where there is none to trust."""
        try:
            encoder = load_encoder(self._encoder_path, self._parts.words)
        except UNREADABLE:
            return None
        return encoder if encoder.identity.startswith(f"trained {SCHEMA} {self._parts.tokenizer.version} ") else None

    def _hits(
        self, index: LanguageIndex, query: QueryFeatures, ranked: scoring.Ranked, asked: SearchQuery
    ) -> tuple[tuple[Hit, ...], dict[str, float]]:
        keys = index.corpus.keys
        evidence = self._evidence(index, query, ranked, max(asked.limit, 0))
        numbers = index.statistics.vocabulary.found([PREFIX["words"] + w for w in query.own_words])
        kind = _kind(index)
        hits = [
            Hit(
                index.entries[keys[at]],
                float(score),
                self._calibration.probability(speaks, kind),
                _matched(index.corpus.rows[at], query.own_words, numbers),
            )
            for at, score, speaks in zip(ranked.positions, ranked.scores, evidence, strict=False)
        ]
        return tuple(hits), evidence[0].features() if evidence else {}

    def _reranked(
        self, reranker: Reranker, index: LanguageIndex, query: QueryFeatures, ranked: scoring.Ranked
    ) -> scoring.Ranked:
        best = [index.entries[index.corpus.keys[at]] for at in ranked.positions[: reranker.top].tolist()]
        return reranked(ranked, reranker.scores(query.encoder.text, [f"{e.question}\n{e.answer}" for e in best]))

    def _allowed(self, index: LanguageIndex, query: SearchQuery) -> Allowed | None:
        """By position: whether this query may be shown the FAQ today; None where all may. What is asked for here is
        what counts: points of the vector index may be older than entries for a moment."""
        today = self._parts.clock.today()
        out = [at for at in index.dated if not index.entries[index.corpus.keys[at]].in_force(today)]
        hidden = query.channel != "operator" and index.public_share < 1
        if not out and not hidden and not query.category:
            return None
        allowed = index.public.copy() if hidden else np.ones(len(index.public), bool)
        allowed[out] = False
        if query.category:
            allowed &= index.categories.get(query.category, False)
        return allowed

    def _evidence(
        self, index: LanguageIndex, query: QueryFeatures, ranked: scoring.Ranked, wanted: int
    ) -> list[Evidence]:
        """For the first `wanted` of the ranked list."""
        scores = ranked.scores.tolist()
        share = shares(scores[:wanted], scores)
        idf = {w: index.statistics.word_idf(w) for w in query.own_words}
        known = sum(v for w, v in idf.items() if index.corpus.known(w)) / (sum(idf.values()) or 1.0)
        return [
            Evidence(
                share=share[place],
                margin=score - (scores[0] if place else (scores[1] if len(scores) > 1 else -math.inf)),
                meaning=float(ranked.meaning[place]),
                wording=float(ranked.wording[place]),
                sound=float(ranked.wording_sound[at]),
                prototype=float(ranked.prototype[at]),
                word_model=float(ranked.word_model[at]),
                known=known,
            )
            for place, (at, score) in enumerate(zip(ranked.positions[:wanted], scores, strict=False))
        ]


def _matched(row: Row, words: Sequence[str], numbers: Numbers) -> tuple[str, ...]:
    """Those of the question's words that the FAQ has too, in question, answer or wordings."""
    columns = row.lexical.columns
    if not len(columns):
        return ()
    places = np.minimum(columns.searchsorted(numbers), len(columns) - 1)
    return tuple(compress(words, (columns[places] == numbers).tolist()))


def _training_texts(index: LanguageIndex) -> TrainingTexts:
    v = index.statistics.vocabulary.learning
    named = SharedNames(v)
    features = [index.features[k] for k in index.corpus.keys]
    return TrainingTexts(
        questions=[named(f.question_encoder) for f in features],
        answers=[named(f.answer_encoder) for f in features],
        sentences=[(i, named(s)) for i, f in enumerate(features) for s in f.sentences_encoder],
        alternatives=[(i, named(a.encoder)) for i, f in enumerate(features) for a in f.alternatives],
        keys=list(index.corpus.keys),
        prints=[index.prints[k] for k in index.corpus.keys],
        utterances=_utterances(features, named),
    )


def _utterances(features: Sequence[EntryFeatures], named: SharedNames) -> list[tuple[int, list[str]]]:
    """What the linear models read of every wording, with its FAQ's position; nothing where there are too few wordings
    to learn from."""
    if sum(1 + len(f.alternatives) for f in features) < WORDINGS_PER_FAQ * len(features):
        return []
    return [
        (at, named(said))
        for at, f in enumerate(features)
        for said in (f.question_utterance, *(a.utterance for a in f.alternatives))
    ]


def _kind(index: LanguageIndex) -> str:
    """Which calibration fits this language's index."""
    if isinstance(index.encoder, WithoutMeaning):
        return "words_only"
    return "with_alternatives" if index.alternatives_share >= 0.5 else "bare"


def _without_sound(weights: Mapping[str, float]) -> dict[str, float]:
    return {leg: 0.0 if "sound" in leg else weight for leg, weight in weights.items()}


def hash_text(text: str) -> str:
    from hashlib import blake2b

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _where(index: LanguageIndex, query: SearchQuery) -> dict[str, str | int | tuple[str, ...]]:
    """Filter for the vector index, where it is worth its time: a filter doubles the time of a scan, and most FAQ of a
    city are Japanese and public. What may be shown is decided by position, whatever the index returns."""
    where: dict[str, str | int | tuple[str, ...]] = {}
    if query.lang != MAIN_LANGUAGE:
        where["lang"] = query.lang
    if query.channel != "operator" and index.public_share < _MOSTLY:
        where["visibility"] = "public"
    if query.category:
        where["category"] = query.category
    return where
