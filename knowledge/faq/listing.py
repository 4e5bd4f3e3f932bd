"""The editors' list: filters, full-text words, paging, review dates, related FAQ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from knowledge.faq.records import SOURCE_LANG, FaqFilter, FaqPage, Key
from knowledge.faq.repository import IS_STALE, find, folded, records, to_record
from knowledge.store.faq_tables import faq


@dataclass(frozen=True, slots=True)
class RelatedFaq:
    """A related FAQ; `manual` when an editor linked the two, else found by similarity (0…1)."""

    faq_id: str
    question: str
    manual: bool
    similarity: float = 0.0


def list_faqs(conn: Connection, wanted: FaqFilter, offset: int, limit: int) -> FaqPage:
    """Matching working copies by key."""
    query = records()
    for condition in _conditions(wanted):
        query = query.where(condition)
    total = conn.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    rows = conn.execute(query.order_by(faq.c.faq_id, faq.c.lang).offset(offset).limit(limit))
    return FaqPage(tuple(to_record(row) for row in rows), total)


def review_due(conn: Connection, day: date, offset: int, limit: int) -> FaqPage:
    """Published FAQ whose review date is `day` or earlier, most overdue first."""
    query = records().where(faq.c.status != "retired", faq.c.review_due.is_not(None), faq.c.review_due <= day)
    total = conn.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    ordered = query.order_by(faq.c.review_due, faq.c.faq_id, faq.c.lang).offset(offset).limit(limit)
    return FaqPage(tuple(to_record(row) for row in conn.execute(ordered)), total)


def categories(conn: Connection) -> list[tuple[str, str, int]]:
    """(category, subcategory, number of Japanese FAQ not retired), sorted."""
    counted = (
        select(faq.c.category, faq.c.subcategory, func.count())
        .where(faq.c.status != "retired", faq.c.lang == SOURCE_LANG)
        .group_by(faq.c.category, faq.c.subcategory)
    )
    return sorted((row[0], row[1], row[2]) for row in conn.execute(counted))


def related(conn: Connection, key: Key, neighbours: Sequence[tuple[str, float]]) -> list[RelatedFaq]:
    """FAQ linked by an editor from either side, then the similar ones that are not linked; retired ones left out."""
    record = find(conn, key)
    links = list(record.entry.related_ids) if record else []
    links += _linking_here(conn, key[0])
    scores = dict(neighbours)
    order = [faq_id for faq_id in dict.fromkeys((*links, *scores)) if faq_id != key[0]]
    questions = _questions(conn, order, key[1])
    manual = set(links)
    return [
        RelatedFaq(faq_id, questions[faq_id], faq_id in manual, scores.get(faq_id, 0.0))
        for faq_id in order
        if faq_id in questions
    ]


def _linking_here(conn: Connection, faq_id: str) -> list[str]:
    mentions = faq.c.content.contains(f'"{faq_id}"', autoescape=True)
    rows = conn.execute(records().where(mentions, faq.c.status != "retired", faq.c.lang == SOURCE_LANG))
    return sorted(found.faq_id for found in (to_record(row).entry for row in rows) if faq_id in found.related_ids)


def _questions(conn: Connection, faq_ids: Sequence[str], lang: str) -> dict[str, str]:
    rows = conn.execute(
        select(faq.c.faq_id, faq.c.lang, faq.c.question)
        .where(faq.c.faq_id.in_(faq_ids), faq.c.lang.in_({lang, SOURCE_LANG}), faq.c.status != "retired")
        .order_by(faq.c.lang == lang)  # the wanted language comes last and so replaces the Japanese question
    )
    return {row.faq_id: row.question for row in rows}


def _conditions(wanted: FaqFilter) -> list[ColumnElement[bool]]:
    columns = faq.c
    equal: list[tuple[Any, Any]] = [
        (columns.category, wanted.category),
        (columns.subcategory, wanted.subcategory),
        (columns.status, wanted.status),
        (columns.department, wanted.department),
        (columns.lang, wanted.lang),
        (columns.visibility, wanted.visibility),
    ]
    found: list[ColumnElement[bool]] = [column == value for column, value in equal if value]
    if wanted.tag:
        found.append(columns.tags.contains(f"｜{wanted.tag}｜", autoescape=True))
    if wanted.review_due_before is not None:
        found.append(columns.review_due < wanted.review_due_before)
    if wanted.stale_only:
        found.append(IS_STALE)
    found += [columns.search_text.contains(word, autoescape=True) for word in folded(wanted.text).split()]
    return found
