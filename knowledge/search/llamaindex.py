"""The FAQ search as a LlamaIndex retriever, for pipelines and query engines built with LlamaIndex. Nothing of ours needs it."""

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from knowledge.domain import Channel, Hit, SearchQuery
from knowledge.ports import Redactor, Searcher

_HIDDEN = ["confidence", "evidence", "version"]
"""Metadata that would only distract an embedding model or an LLM."""


class FaqRetriever(BaseRetriever):
    """Nodes hold the approved answer; metadata faq_id, version, lang, question, evidence, url, department, confidence.

    Node ids are `faq_id/lang/version`. Questions pass `redactor` before anything else sees them.
    """

    def __init__(
        self, searcher: Searcher, redactor: Redactor, limit: int = 5, lang: str = "ja", channel: Channel = "operator"
    ) -> None:
        self._searcher = searcher
        self._redactor = redactor
        self._limit = limit
        self._lang = lang
        self._channel = channel
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        text = self._redactor.redact(query_bundle.query_str).text
        query = SearchQuery(text, self._limit, lang=self._lang, channel=self._channel)
        return [_node(hit) for hit in self._searcher.search(query).hits]


def _node(hit: Hit) -> NodeWithScore:
    entry = hit.entry
    metadata = {
        "faq_id": entry.faq_id,
        "version": entry.version,
        "lang": entry.lang,
        "question": entry.question,
        "category": entry.category,
        "department": entry.department,
        "evidence": entry.evidence,
        "url": entry.url,
        "confidence": hit.confidence,
    }
    node = TextNode(
        id_=f"{entry.faq_id}/{entry.lang}/{entry.version}",
        text=entry.answer,
        metadata=metadata,
        excluded_embed_metadata_keys=list(_HIDDEN),
        excluded_llm_metadata_keys=list(_HIDDEN),
    )
    return NodeWithScore(node=node, score=hit.score)
