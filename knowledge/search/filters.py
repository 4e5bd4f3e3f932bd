"""Which FAQ a question may be shown: exactly, by position; and roughly, as a filter of the vector index."""

from collections.abc import Iterable
from datetime import date

import numpy as np

from knowledge.domain import SearchQuery
from knowledge.search.candidates import Allowed
from knowledge.search.language_index import LanguageIndex
from knowledge.search.parts import MAIN_LANGUAGE

_MOSTLY = 0.9


def allowed_in(index: LanguageIndex, query: SearchQuery, today: date) -> Allowed | None:
    """By position: whether this query may be shown the FAQ today; None where all may. What is asked for here is
    what counts: points of the vector index may be older than entries for a moment. Near an FAQ there is not, all may."""
    out = [at for at in index.dated if not index.entries[index.corpus.keys[at]].in_force(today)]
    hidden = query.channel != "operator" and index.public_share < 1
    among = index.kin_of(query.near) if query.near else None
    if not out and not hidden and not query.category and not among and not query.without:
        return None
    allowed = index.public.copy() if hidden else np.ones(len(index.public), bool)
    allowed[out] = False
    if query.category:
        allowed &= index.categories.get(query.category, False)
    if among:
        allowed &= _at(index, among)
    if query.without:
        allowed &= ~_at(index, [query.without])
    return allowed


def _at(index: LanguageIndex, faq_ids: Iterable[str]) -> Allowed:
    """By position, the FAQ with these numbers."""
    at = np.zeros(len(index.public), bool)
    at[[index.corpus.position[faq_id] for faq_id in faq_ids if faq_id in index.corpus.position]] = True
    return at


def where_in(index: LanguageIndex, query: SearchQuery) -> dict[str, str | int | tuple[str, ...]]:
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
