"""The same FAQ in five engines: ours, and what a team would otherwise reach for without a server."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from eval.lab import FixedFaqs, open_retriever
from knowledge.domain import FaqEntry, SearchQuery
from knowledge.privacy.redacted import approved
from knowledge.search.word_vectors import load_word_vectors
from knowledge.text.normalise import normalise
from knowledge.text.tokens import Tokenizer

TOP = 10
DENSE = 300


class Contender(Protocol):
    def search(self, text: str) -> Sequence[str]:
        """FAQ ids, best first."""
        ...


class Ours:
    """The product's retriever, every leg, embedded engine."""

    def __init__(self, entries: Sequence[FaqEntry], folder: Path) -> None:
        self._retriever = open_retriever(
            FixedFaqs(entries), folder / "index", Tokenizer(), load_word_vectors(folder / "assets")
        )

    def search(self, text: str) -> Sequence[str]:
        query = SearchQuery(approved(text), TOP, channel="web")
        return [h.entry.faq_id for h in self._retriever.search(query).hits]


class Bm25sSudachi:
    """bm25s over Sudachi words of question and answer."""

    def __init__(self, entries: Sequence[FaqEntry], folder: Path) -> None:
        import bm25s

        self._ids = [e.faq_id for e in entries]
        self._tokenizer = Tokenizer()
        self._index = bm25s.BM25()
        self._index.index([self._words(_text(e)) for e in entries], show_progress=False)

    def search(self, text: str) -> Sequence[str]:
        known = [w for w in self._words(text) if w in self._index.vocab_dict]
        if not known:
            return []
        found, _ = self._index.retrieve([known], k=min(TOP, len(self._ids)), show_progress=False)
        return [self._ids[int(i)] for i in found[0]]

    def _words(self, text: str) -> list[str]:
        return [m.unit.norm for m in self._tokenizer.morphs(text) if not m.is_function_word]


class EdgeMultilingual:
    """qdrant-edge with its built-in multilingual BM25: no tokenizer of ours."""

    def __init__(self, entries: Sequence[FaqEntry], folder: Path) -> None:
        import qdrant_edge as qe

        self._qe: Any = qe
        self._ids = [e.faq_id for e in entries]
        self._model = qe.Bm25(qe.Bm25Config(tokenizer=qe.TokenizerType.Multilingual))
        (folder / "shard").mkdir(parents=True)
        config = qe.EdgeConfig(vectors={}, sparse_vectors={"text": qe.EdgeSparseVectorParams(modifier=qe.Modifier.Idf)})
        self._shard = qe.EdgeShard.create(str(folder / "shard"), config)
        for start in range(0, len(entries), 512):
            part = enumerate(entries[start : start + 512], start)
            points = [qe.Point(n, {"text": self._model.embed_document(_text(e))}, {}) for n, e in part]
            self._shard.update(qe.UpdateOperation.upsert_points(points))

    def search(self, text: str) -> Sequence[str]:
        query = self._qe.Query.Nearest(self._model.embed_query(text), using="text")
        request = self._qe.QueryRequest(limit=TOP, query=query, with_payload=False, with_vector=False)
        return [self._ids[int(p.id)] for p in self._shard.query(request)]


class SqliteFts5:
    """SQLite FTS5, trigram tokenizer, the question's trigrams joined by OR."""

    def __init__(self, entries: Sequence[FaqEntry], folder: Path) -> None:
        self._db = sqlite3.connect(folder / "fts.db")
        self._db.execute("CREATE VIRTUAL TABLE faq USING fts5(faq_id UNINDEXED, body, tokenize='trigram')")
        self._db.executemany("INSERT INTO faq VALUES (?, ?)", [(e.faq_id, normalise(_text(e))) for e in entries])
        self._db.commit()

    def search(self, text: str) -> Sequence[str]:
        plain = normalise(text)
        grams = dict.fromkeys(plain[i : i + 3] for i in range(len(plain) - 2)) or {plain: None}
        match = " OR ".join('"' + g.replace('"', '""') + '"' for g in grams)
        found = self._db.execute("SELECT faq_id FROM faq WHERE faq MATCH ? ORDER BY rank LIMIT ?", (match, TOP))
        return [row[0] for row in found]


class QdrantLocal:
    """qdrant-client's local mode (numpy in Python): the dense and the sparse leg of the same vectors as ours."""

    def __init__(self, entries: Sequence[FaqEntry], folder: Path) -> None:
        from knowledge.search.server_index import ServerIndex

        self._vectors = ServerIndex(":memory:", "bench", DENSE)
        words = load_word_vectors(folder / "assets")
        self._retriever = open_retriever(FixedFaqs(entries), folder / "index", Tokenizer(), words, self._vectors)

    def search(self, text: str) -> Sequence[str]:
        query = SearchQuery(approved(text), TOP, channel="web")
        return [h.entry.faq_id for h in self._retriever.search(query).hits]


CONTENDERS: dict[str, Callable[[Sequence[FaqEntry], Path], Contender]] = {
    "madoguchi": Ours,
    "bm25s + Sudachi": Bm25sSudachi,
    "qdrant-edge multilingual BM25": EdgeMultilingual,
    "SQLite FTS5": SqliteFts5,
    "qdrant-client local mode": QdrantLocal,
}


def _text(entry: FaqEntry) -> str:
    return "\n".join((entry.question, entry.answer, *entry.alt_questions))
