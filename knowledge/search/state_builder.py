"""Makes the view a search answers from: from the store, from the caches on disk, and from the view before."""

from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import blake2b
from typing import Any

from numpy.typing import NDArray

from knowledge.domain import FaqEntry
from knowledge.search.analysis import SharedNames, encoder_frequencies
from knowledge.search.analysis_processes import Aside, analyse_into, started_aside
from knowledge.search.cache import UNREADABLE
from knowledge.search.corpus import WordTable
from knowledge.search.encoder import StaticEncoder, TextEncoder, WithoutMeaning, load_encoder, untrained_encoder
from knowledge.search.index_cache import mark_of
from knowledge.search.language_cache import LanguageCache
from knowledge.search.language_index import Encoded, LanguageIndex
from knowledge.search.parts import MAIN_LANGUAGE, Parts, State
from knowledge.search.points import SCHEMA, fingerprint
from knowledge.search.synonyms import SynonymMatcher
from knowledge.search.training_texts import utterances_of
from knowledge.search.untrained_cache import UntrainedCache
from knowledge.search.word_model import train_word_model

UNTRAINED = "untrained"
_WRITING = 0.2
"""What writing FAQ into the database takes, as a part of the time analysing them takes."""
_UNTRAINED_DRIFT = 0.25
"""Relative change of the number of FAQ from which an untrained encoder weighs words anew."""


class StateBuilder:
    """One writer at a time; the caller serialises."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._encoder_path = parts.folder / "encoder.npz"
        self._untrained_cache = UntrainedCache(parts.folder / "untrained.npz")
        self._caches: dict[str, LanguageCache] = {}
        self._ahead: Aside | None = None

    def expect(self, entries: Iterable[FaqEntry]) -> None:
        """These are about to be published. Where they are many, other processes begin to analyse them; `followed` takes
        what it finds in the store, and lets go of the rest."""
        self.expect_nothing()
        known = self._cache(MAIN_LANGUAGE).features.items
        prints = {fingerprint(entry): entry for entry in entries if entry.lang == MAIN_LANGUAGE}
        self._ahead = started_aside({p: entry for p, entry in prints.items() if p not in known}, busy=_WRITING)

    def expect_nothing(self) -> None:
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def opened(self, encoder: TextEncoder | None) -> State:
        """Everything from the store and what is on disk; None takes the trained encoder kept there, or an untrained one."""
        published = self._published()
        prints = {lang: self._analysed(lang, None, entries) for lang, entries in published.items()}
        used = encoder or self._load_encoder() or self._untrained(prints.get(MAIN_LANGUAGE, {}))
        languages = {lang: self._built(lang, entries, prints[lang], used) for lang, entries in published.items()}
        return State(languages, self._synonym_matcher(), used)

    def followed(self, state: State) -> State:
        """What the store holds now; whatever did not change is taken over."""
        published = self._published()
        prints = {lang: self._analysed(lang, state.languages.get(lang), found) for lang, found in published.items()}
        encoder = self._fitting(state.encoder, prints.get(MAIN_LANGUAGE, {}))
        self.expect_nothing()
        languages = {lang: self._follow(state, lang, found, prints[lang], encoder) for lang, found in published.items()}
        return State(languages, self._synonym_matcher(state.synonyms), encoder)

    def keep(self, languages: Mapping[str, LanguageIndex]) -> None:
        """Write what the next start need not work out again."""
        for lang, index in languages.items():
            cache = self._cache(lang)
            cache.features.keep(index.prints.values())
            if lang == MAIN_LANGUAGE:
                in_order = [index.prints[k] for k in index.corpus.keys]
                cache.encoded.keep(index.encoder.identity, in_order, index.corpus.encoded)
            cache.index.keep(partial(self._mark, lang, index.prints, index.encoder), index)

    def save(self, encoder: TextEncoder) -> None:
        """Keep a newly trained encoder for the next start."""
        save = getattr(encoder, "save", None)
        if save is not None:
            save(self._encoder_path)

    def trained_identity(self, index: LanguageIndex) -> str:
        """Of an encoder trained on exactly these FAQ."""
        prints = "".join(index.prints[k] for k in index.corpus.keys)
        return f"trained {SCHEMA} {self._parts.tokenizer.version} {hash_text(prints)}"

    def beside(self, parts: Parts) -> "StateBuilder":
        """Another builder with the same analysed FAQ, whose files are kept elsewhere."""
        made = StateBuilder(parts)
        made._caches = {lang: cache.beside(parts.folder) for lang, cache in self._caches.items()}
        return made

    def _published(self) -> dict[str, dict[str, FaqEntry]]:
        out: dict[str, dict[str, FaqEntry]] = {}
        for entry in self._parts.faqs.published():
            out.setdefault(entry.lang, {})[entry.faq_id] = entry
        return out

    def _analysed(self, lang: str, old: LanguageIndex | None, wanted: Mapping[str, FaqEntry]) -> dict[str, str]:
        """Fingerprints of every FAQ, all of which have been analysed now."""
        prints = {}
        for key, entry in wanted.items():
            same = old is not None and old.entries.get(key) == entry
            prints[key] = old.prints[key] if old is not None and same else fingerprint(entry)
        cache = self._cache(lang).features
        missing = {p: wanted[key] for key, p in prints.items() if p not in cache.items}
        ahead = self._ahead
        if ahead is not None and 2 * len(ahead.prints & missing.keys()) < len(missing):
            ahead = None  # they have too little of it: better share it out anew
        analyse_into(cache, missing, self._parts.tokenizer, ahead=ahead)
        return prints

    def _follow(
        self,
        state: State,
        lang: str,
        entries: Mapping[str, FaqEntry],
        prints: Mapping[str, str],
        encoder: TextEncoder,
    ) -> LanguageIndex:
        old = state.languages.get(lang)
        if old is not None and (lang != MAIN_LANGUAGE or encoder is state.encoder):
            updated = old.updated(entries, prints, self._cache(lang).features.items)
            if updated is not None:
                return updated
        return self._built(lang, entries, prints, encoder, old)

    def _built(
        self,
        lang: str,
        entries: Mapping[str, FaqEntry],
        prints: Mapping[str, str],
        encoder: TextEncoder,
        old: LanguageIndex | None = None,
    ) -> LanguageIndex:
        used = self._encoder_for(lang, encoder, prints)
        cache = self._cache(lang)
        kept = self._kept(lang, entries, prints, used) if old is None else None
        if kept is not None:
            return kept
        known: Encoded = partial(cache.encoded.of, used.identity)
        if old is not None and old.encoder is used:
            known = old.encoded
        analysed = cache.features
        words = WordTable(self._parts.words)
        return LanguageIndex.build(entries, prints, analysed.items, words, used, analysed.vocabulary, known)

    def _kept(
        self, lang: str, entries: Mapping[str, FaqEntry], prints: Mapping[str, str], encoder: TextEncoder
    ) -> LanguageIndex | None:
        """The index of exactly these FAQ and this encoder as it was built before, if it is on disk."""
        cache = self._cache(lang)
        analysed, words = cache.features, self._parts.words
        in_order = [prints[k] for k in sorted(prints)]

        def index_of(arrays: Mapping[str, NDArray[Any]]) -> LanguageIndex:
            counts = arrays["wording_counts"]
            encoded = cache.encoded.matrices(encoder.identity, in_order)
            if isinstance(encoder, WithoutMeaning):
                encoded = encoder.matrices(len(counts), int(counts.sum()))
            if encoded is None or len(encoded[1]) != counts.sum():
                raise ValueError("the encoded FAQ are those of another index")
            return LanguageIndex.of_arrays(
                arrays, entries, prints, analysed.items, words, encoder, analysed.vocabulary, encoded
            )

        return cache.index.read(self._mark(lang, prints, encoder), index_of)

    def _mark(self, lang: str, prints: Mapping[str, str], encoder: TextEncoder) -> str:
        """Of all that a built index depends on."""
        in_order = (text for key in sorted(prints) for text in (key, prints[key]))
        analysed = self._cache(lang).features
        version = f"{SCHEMA} {self._parts.tokenizer.version} {len(self._parts.words)} {encoder.dim}"
        return mark_of((version, encoder.identity, analysed.vocabulary.packed(), *in_order))

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

    def _untrained(self, prints: Mapping[str, str]) -> TextEncoder:
        words, version = self._parts.words, f"{SCHEMA} {self._parts.tokenizer.version}"
        mark = mark_of((version, f"{len(words)}", *sorted(prints.values())))
        kept = self._untrained_cache.read(mark, words)
        if kept is not None:
            return kept
        analysed = self._cache(MAIN_LANGUAGE).features
        texts = map(analysed.items.encoder_features, prints.values())
        frequencies = encoder_frequencies(texts, analysed.vocabulary.learning)
        content = hash_text("\n".join(f"{name} {frequencies[name]}" for name in sorted(frequencies)))
        made = untrained_encoder(frequencies, len(prints), words, f"{UNTRAINED} {version} {len(prints)} {content}")
        self._untrained_cache.keep(mark, made)
        return made

    def _encoder_for(self, lang: str, encoder: TextEncoder, prints: Mapping[str, str]) -> TextEncoder:
        """Word vectors are Japanese: other languages are found by their words, learned at once from their wordings."""
        if lang == MAIN_LANGUAGE:
            return encoder
        keys = sorted(prints)
        in_order = [prints[k] for k in keys]
        cache = self._cache(lang)
        model = cache.word_model(keys, in_order)
        if model is None:
            analysed = cache.features
            features = [analysed.items[p] for p in in_order]
            model = train_word_model(keys, in_order, utterances_of(features, SharedNames(analysed.vocabulary.learning)))
            if model is not None:
                cache.keep_word_model(model)
        return WithoutMeaning(encoder.dim, model)

    def _fitting(self, encoder: TextEncoder, prints: Mapping[str, str]) -> TextEncoder:
        """The same encoder, unless it is an untrained one for a corpus of quite another size."""
        if not isinstance(encoder, StaticEncoder) or not encoder.identity.startswith(UNTRAINED):
            return encoder
        near = abs(len(prints) - encoder.total) <= _UNTRAINED_DRIFT * encoder.total
        return encoder if near else self._untrained(prints)

    def _load_encoder(self) -> TextEncoder | None:
        """The trained encoder of this dictionary version; None where there is none to trust."""
        try:
            encoder = load_encoder(self._encoder_path, self._parts.words)
        except UNREADABLE:
            return None
        return encoder if encoder.identity.startswith(f"trained {SCHEMA} {self._parts.tokenizer.version} ") else None


def hash_text(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
