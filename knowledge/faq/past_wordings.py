"""How callers put what an FAQ solved: confirmed call summaries, joined to the published FAQ for the search engine alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from knowledge.domain import FaqEntry, SynonymGroup
from knowledge.faq.generated_wordings import GeneratedWordings
from knowledge.ports import PublishedFaqs
from knowledge.store.database import Database
from knowledge.store.ingest_tables import call_summaries

MAX_PER_FAQ = 20
"""The newest count. So an FAQ asked a thousand times does not drown the editors' wordings and its neighbours."""
_LANG = "ja"


def past_wordings(db: Database, per_faq: int = MAX_PER_FAQ) -> dict[str, list[str]]:
    """Confirmed wordings by FAQ, the newest `per_faq` in the order they came."""
    columns = call_summaries.c
    wanted = select(columns.faq_id, columns.text).where(columns.state == "confirmed")
    found: dict[str, list[str]] = {}
    with db.read() as conn:
        for row in conn.execute(wanted.order_by(columns.faq_id, columns.ingested_at, columns.summary_id)):
            found.setdefault(row.faq_id, []).append(row.text)
    return {faq_id: texts[-per_faq:] for faq_id, texts in found.items()}


def with_past_wordings(entries: Iterable[FaqEntry], past: Mapping[str, Sequence[str]]) -> list[FaqEntry]:
    """Japanese entries with their wordings; those an editor has written already are not repeated."""
    return [replace(one, past_wordings=_fresh(one, past[one.faq_id])) if _has(one, past) else one for one in entries]


class WithPastWordings:
    """Implements knowledge.ports.PublishedFaqs. What a model wrote stands before what people said: where there is only room
    for some, the newest of the people's stay."""

    def __init__(self, faqs: PublishedFaqs, db: Database, generated: GeneratedWordings) -> None:
        self._faqs = faqs
        self._db = db
        self._generated = generated

    def published(self) -> Iterable[FaqEntry]:
        said, written = past_wordings(self._db), self._generated.texts()
        both = {faq_id: [*written.get(faq_id, ()), *said.get(faq_id, ())] for faq_id in said.keys() | written.keys()}
        return with_past_wordings(self._faqs.published(), both)

    def synonyms(self) -> Sequence[SynonymGroup]:
        return self._faqs.synonyms()


def _has(entry: FaqEntry, past: Mapping[str, Sequence[str]]) -> bool:
    return entry.lang == _LANG and bool(past.get(entry.faq_id))


def _fresh(entry: FaqEntry, texts: Sequence[str]) -> tuple[str, ...]:
    known = {entry.question, *entry.alt_questions}
    return tuple(dict.fromkeys(text for text in texts if text not in known))
