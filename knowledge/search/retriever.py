"""Finds FAQ: keeps the in-memory indexes and the vector index in line with the store, and ranks questions against them."""

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.domain import Channel, FaqEntry, Hit, SearchQuery, SearchResult
from knowledge.errors import Unavailable
from knowledge.ports import Clock, Point, PublishedFaqs, VectorIndex
from knowledge.search import scoring
from knowledge.search.analysis import EntryFeatures, analyse
from knowledge.search.cache import FILE_NAME, FeatureCache, read_json, write_json
from knowledge.search.confidence import Calibration, Evidence, load_calibration, shares
from knowledge.search.corpus import WordTable
from knowledge.search.encoder import TextEncoder, WithoutMeaning, load_encoder, untrained_encoder
from knowledge.search.language_index import LanguageIndex
from knowledge.search.points import SCHEMA, faq_point_id, fingerprint, wording_point_id
from knowledge.search.query import QueryFeatures, analyse_query
from knowledge.search.synonyms import SynonymMatcher
from knowledge.search.training import Progress, TrainingTexts
from knowledge.search.word_model import train_word_model
from knowledge.search.word_vectors import WordVectors
from knowledge.settings import SearchSettings
from knowledge.text.tokens import Tokenizer

MAIN_LANGUAGE = "ja"
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
    trainer: Trainer


class Retriever:
    """Implements knowledge.ports.Searcher. Searching needs no lock; refreshing is serialised."""

    def __init__(self, parts: Parts, calibration: Calibration | None = None) -> None:
        self._parts = parts
        self._calibration = calibration or load_calibration()
        self._scoring = scoring.Settings(parts.candidates)
        self._cache = FeatureCache(parts.folder / FILE_NAME, f"{SCHEMA} {parts.tokenizer.version}")
        self._encoder_path = parts.folder / "encoder.npz"
        self._points_path = parts.folder / "points.json"
        self._lock = threading.RLock()
        self._state: State | None = None
        self._written: dict[int, str] = {}

    def open(self) -> None:
        """Load what is on disk, bring it in line with the store, repair the vector index where it differs."""
        with self._lock:
            self._cache.load()
            self._written = self._points_on_disk()
            self._rebuild(self._load_encoder())

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
        ranked = scoring.rank(index, self._parts.vectors, features, _where(query), self._scoring)
        hits, evidence = self._hits(index, features, ranked, query.limit)
        done = time.perf_counter()
        stages = (("analyse", (analysed - started) * 1e3), ("rank", (done - analysed) * 1e3))
        unknown = tuple(sorted(w for w in features.own_words if not index.corpus.known(w)))
        return SearchResult(hits, (done - started) * 1e3, evidence, unknown, stages)

    def analyse_query(self, text: str, lang: str = MAIN_LANGUAGE) -> QueryFeatures:
        """The question's features, for search and for the intent model."""
        state = self._current()
        index = state.languages.get(lang) or next(iter(state.languages.values()))
        return analyse_query(text, self._parts.tokenizer, state.synonyms, index.sounds)

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
            synonyms = SynonymMatcher(self._parts.faqs.synonyms(), self._parts.tokenizer)
            languages: dict[str, LanguageIndex] = {}
            for lang, wanted in entries.items():
                languages[lang] = self._follow(state, lang, wanted)
            self._state = State(languages, synonyms, state.encoder)
            self._write_points(languages)

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
        """Train the encoder on the current Japanese FAQ and swap it in. Raises Unavailable without any FAQ."""
        texts, identity = self.training_texts()
        self.adopt(self._parts.trainer(texts, identity, progress))

    def training_texts(self) -> tuple[TrainingTexts, str]:
        """What the encoder is trained on, and the identity the trained encoder will have."""
        index = self._current().languages.get(MAIN_LANGUAGE)
        if index is None:
            raise Unavailable("学習に使えるFAQがありません。先にFAQを取り込んで公開してください。")
        features = [index.features[k] for k in index.corpus.keys]
        texts = TrainingTexts(
            questions=[f.question_encoder for f in features],
            answers=[f.answer_encoder for f in features],
            sentences=[(i, s) for i, f in enumerate(features) for s in f.sentences_encoder],
            alternatives=[(i, a.encoder) for i, f in enumerate(features) for a in f.alternatives],
            keys=list(index.corpus.keys),
            prints=[fingerprint(index.entries[k]) for k in index.corpus.keys],
            utterances=[
                (i, words)
                for i, f in enumerate(features)
                for words in (f.question_utterance, *(a.utterance for a in f.alternatives))
            ],
        )
        prints = "".join(texts.prints)
        return texts, f"trained {SCHEMA} {self._parts.tokenizer.version} {hash_text(prints)}"

    def adopt(self, encoder: TextEncoder) -> None:
        """Save a newly trained encoder and answer with it from the next question on."""
        with self._lock:
            save = getattr(encoder, "save", None)
            if save is not None:
                temporary = self._encoder_path.with_suffix(".new")
                save(temporary)
                temporary.replace(self._encoder_path)
            self._rebuild(encoder)

    def trained_for_current(self) -> bool:
        """Whether the encoder in use was trained on exactly the FAQ now published."""
        state = self._current()
        return MAIN_LANGUAGE not in state.languages or self.training_texts()[1] == state.encoder.identity

    def status(self) -> dict[str, str | int]:
        """For doctor and /readyz."""
        state = self._current()
        main = state.languages.get(MAIN_LANGUAGE)
        return {
            "faqs": sum(len(i.entries) for i in state.languages.values()),
            "japanese_faqs": len(main.entries) if main else 0,
            "points": len(self._written),
            "encoder": state.encoder.identity.split(" ")[0],
        }

    def index_of(self, lang: str = MAIN_LANGUAGE) -> LanguageIndex | None:
        return self._current().languages.get(lang)

    def close(self) -> None:
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

    def _follow(self, state: State, lang: str, wanted: dict[str, FaqEntry]) -> LanguageIndex:
        old = state.languages.get(lang)
        features, changed = {}, []
        for key, entry in wanted.items():
            same = old is not None and key in old.entries and fingerprint(old.entries[key]) == fingerprint(entry)
            features[key] = old.features[key] if same and old is not None else self._analyse(entry)
            if not same:
                changed.append(key)
        updated = None
        if old is not None and len(changed) <= max(200, len(old.entries) // 5):
            updated = old.updated(wanted, features, changed)
        return updated or LanguageIndex.build(
            wanted, features, self._word_table(), self._encoder_for(lang, state.encoder, wanted, features)
        )

    def _rebuild(self, encoder: TextEncoder | None) -> None:
        entries = self._published()
        features = {lang: {k: self._analyse(e) for k, e in items.items()} for lang, items in entries.items()}
        self._cache.keep(
            {fingerprint(e): features[lang][k] for lang, items in entries.items() for k, e in items.items()}
        )
        used = encoder or self._untrained(features.get(MAIN_LANGUAGE, {}))
        languages = {
            lang: LanguageIndex.build(
                items, features[lang], self._word_table(), self._encoder_for(lang, used, items, features[lang])
            )
            for lang, items in entries.items()
        }
        synonyms = SynonymMatcher(self._parts.faqs.synonyms(), self._parts.tokenizer)
        self._state = State(languages, synonyms, used)
        self._write_points(languages)

    def _analyse(self, entry: FaqEntry) -> EntryFeatures:
        return self._cache.get(fingerprint(entry)) or analyse(entry, self._parts.tokenizer)

    def _word_table(self) -> WordTable:
        return WordTable(self._parts.words)

    def _untrained(self, features: Mapping[str, EntryFeatures]) -> TextEncoder:
        documents = [f.question_encoder + f.answer_encoder for f in features.values()]
        return untrained_encoder(documents, self._parts.words, f"untrained {SCHEMA} {self._parts.tokenizer.version}")

    def _encoder_for(
        self, lang: str, encoder: TextEncoder, entries: Mapping[str, FaqEntry], features: Mapping[str, EntryFeatures]
    ) -> TextEncoder:
        """Word vectors are Japanese: other languages are found by their words, learned at once from their wordings."""
        if lang == MAIN_LANGUAGE:
            return encoder
        keys = sorted(entries)
        texts = [
            (at, words)
            for at, key in enumerate(keys)
            for words in (features[key].question_utterance, *(a.utterance for a in features[key].alternatives))
        ]
        return WithoutMeaning(encoder.dim, train_word_model(keys, [fingerprint(entries[k]) for k in keys], texts))

    def _load_encoder(self) -> TextEncoder | None:
        """The trained encoder of this dictionary version; None where there is none to trust."""
        try:
            encoder = load_encoder(self._encoder_path, self._parts.words)
        except (OSError, ValueError, KeyError):
            return None
        return encoder if encoder.identity.startswith(f"trained {SCHEMA} {self._parts.tokenizer.version} ") else None

    def _points_on_disk(self) -> dict[int, str]:
        """What the vector index should hold according to the last finished write; empty after an interrupted one."""
        data = read_json(self._points_path)
        written = {int(k): str(v) for k, v in data.get("points", {}).items()}
        if data.get("dirty", True) or set(written) != self._parts.vectors.ids():
            self._parts.vectors.clear()
            return {}
        return written

    def _write_points(self, languages: Mapping[str, LanguageIndex]) -> None:
        """Bring the vector index in line: only points whose fingerprint changed are written."""
        wanted: dict[int, str] = {}
        owner: dict[int, tuple[str, str]] = {}
        for lang, index in languages.items():
            for key, entry in index.entries.items():
                mark = f"{fingerprint(entry)} {index.encoder.identity}"
                wordings = (wording_point_id(entry, n) for n in range(len(index.features[key].alternatives)))
                for point_id in (faq_point_id(entry), *wordings):
                    wanted[point_id], owner[point_id] = mark, (lang, key)
        changed = {owner[i] for i, mark in wanted.items() if self._written.get(i) != mark}
        gone = [i for i in self._written if i not in wanted]
        if not changed and not gone:
            return
        write_json(self._points_path, {"dirty": True})
        points: list[Point] = []
        for lang, key in sorted(changed):
            points.extend(languages[lang].points(key))
        self._parts.vectors.delete(gone)
        self._parts.vectors.upsert(points)
        self._parts.vectors.flush()
        write_json(self._points_path, {"dirty": False, "points": {str(k): v for k, v in wanted.items()}})
        self._written = wanted

    def _hits(
        self, index: LanguageIndex, query: QueryFeatures, ranked: scoring.Ranked, limit: int
    ) -> tuple[tuple[Hit, ...], dict[str, float]]:
        keys = index.corpus.keys
        out = self._out_of_force(index)
        kept = [n for n, at in enumerate(ranked.positions.tolist()) if at not in out]
        if not kept:
            return (), {}
        hits = []
        first: dict[str, float] = {}
        for place, evidence in enumerate(self._evidence(index, query, ranked, kept[: max(limit, 0)], kept)):
            n = kept[place]
            entry = index.entries[keys[ranked.positions[n]]]
            probability = self._calibration.probability(evidence, _kind(index))
            hits.append(Hit(entry, float(ranked.scores[n]), probability, self._matched(index, query, entry)))
            first = first or evidence.features()
        return tuple(hits), first

    def _out_of_force(self, index: LanguageIndex) -> set[int]:
        """Positions of FAQ whose time has not come or is over; few have dates at all."""
        today = self._parts.clock.today()
        return {at for at in index.dated if not index.entries[index.corpus.keys[at]].in_force(today)}

    def _evidence(
        self,
        index: LanguageIndex,
        query: QueryFeatures,
        ranked: scoring.Ranked,
        wanted: Sequence[int],
        kept: Sequence[int],
    ) -> Iterator[Evidence]:
        scores = [float(ranked.scores[n]) for n in kept]
        share = shares(scores)
        idf = {w: index.statistics.words.idf(w) for w in query.own_words}
        known = sum(v for w, v in idf.items() if index.corpus.known(w)) / (sum(idf.values()) or 1.0)
        for place, n in enumerate(wanted):
            rival = scores[0] if place else (scores[1] if len(scores) > 1 else -math.inf)
            at = ranked.positions[n]
            yield Evidence(
                share=share[place],
                margin=scores[place] - rival,
                meaning=float(ranked.meaning[n]),
                wording=ranked.closest_wording.get(index.corpus.keys[at], 0.0),
                sound=float(ranked.wording_sound[at]),
                prototype=float(ranked.prototype[at]),
                word_model=float(ranked.word_model[at]),
                known=known,
            )

    def _matched(self, index: LanguageIndex, query: QueryFeatures, entry: FaqEntry) -> tuple[str, ...]:
        features = index.features[entry.faq_id]
        fields = (features.question.words, features.answer.words, features.alternatives_field.words)
        return tuple(sorted(w for w in query.own_words if any(w in f for f in fields)))


def _kind(index: LanguageIndex) -> str:
    """Which calibration fits this language's index."""
    if isinstance(index.encoder, WithoutMeaning):
        return "words_only"
    return "with_alternatives" if index.alternatives_share >= 0.5 else "bare"


def hash_text(text: str) -> str:
    from hashlib import blake2b

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _where(query: SearchQuery) -> dict[str, str | int | tuple[str, ...]]:
    where: dict[str, str | int | tuple[str, ...]] = {"lang": query.lang}
    if query.channel != "operator":
        where["visibility"] = "public"
    if query.category:
        where["category"] = query.category
    return where
