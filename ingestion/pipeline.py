"""LlamaIndex IngestionPipeline from documents to passages: split into questions and answers, redact, drop repeats."""

from collections.abc import Sequence
from typing import Any

from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode, Document, TextNode, TransformComponent

from ingestion.model import Passage
from ingestion.pairs import find_pairs
from knowledge.ports import Redactor
from knowledge.text.normalise import clean


class QuestionSplitter(TransformComponent):
    """One node for each question; its answer stands in the metadata."""

    def __call__(self, nodes: Sequence[BaseNode], **_kwargs: Any) -> list[BaseNode]:
        made: list[BaseNode] = []
        for node in nodes:
            for question, answer in find_pairs(clean(node.get_content())):
                made.append(TextNode(text=question, metadata={"answer": answer, "page": node.metadata.get("page", 0)}))
        return made


def passages_of(documents: Sequence[Document], redactor: Redactor) -> list[Passage]:
    """In the order of the document, each question once. Nothing personal leaves this function."""
    pipeline = IngestionPipeline(transformations=[QuestionSplitter()], disable_cache=True)
    found: dict[str, Passage] = {}
    for node in pipeline.run(documents=list(documents)):
        question = redactor.redact(node.get_content()).text
        answer = redactor.redact(str(node.metadata["answer"])).text
        found.setdefault(question, Passage(question, answer, int(node.metadata["page"])))
    return list(found.values())
