"""Rankings and the usage report, all counted from the raw log, so that a recount gives the same numbers."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, select

from knowledge.faq.periods import Period
from knowledge.faq.records import SOURCE_LANG
from knowledge.store.faq_tables import faq, faq_version
from knowledge.store.tables import audit_log
from knowledge.store.usage_tables import faq_view, feedback, search_log
from knowledge.text.normalise import normalise

By = Literal["view", "use", "word"]
Words = Callable[[str], Iterable[str]]
"""Words of a question that are worth counting."""
USED = ("used", "resolved")
_ZERO_HIT_WORDS = 20


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of a ranking; `key` is a faq_id or a word."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class UsageReport:
    """更新・利用状況 of a period. Searches include questions answered by bots."""

    added: int
    revised: int
    retired: int
    searches: int
    zero_hits: int
    views: int
    uses: int
    published: int
    unused: tuple[Ranked, ...]
    zero_hit_words: tuple[Ranked, ...]


def ranking(
    conn: Connection,
    by: By,
    period: Period,
    category: str = "",
    channel: str = "",
    limit: int = 20,
    words: Words | None = None,
) -> list[Ranked]:
    """Most frequent first, ties by key. Words: whole questions in matching form unless `words` splits them; a word
    counts once a question. The category of an FAQ is its present one, that of a question the one it was asked under."""
    if by == "word":
        return _word_ranking(conn, _log_conditions(period, category, channel), limit, words)
    table, extra = (faq_view, []) if by == "view" else (feedback, [feedback.c.verdict.in_(USED)])
    counted = _counts(table, period, category, channel).where(table.c.faq_id != "", *extra)
    ordered = counted.order_by(func.count().desc(), table.c.faq_id).limit(limit)
    return [Ranked(row.faq_id, row.question or "", row.number) for row in conn.execute(ordered)]


def usage_report(conn: Connection, period: Period, words: Words | None = None) -> UsageReport:
    """Everything FAQ-14 asks for, for one period."""
    versions = faq_version.c
    published = _between(versions.published_at, period)
    log = _log_conditions(period)
    zero = [*log, search_log.c.zero_hit]
    used = _in_days(feedback, period)
    return UsageReport(
        added=_number(conn, faq_version, published, versions.number == 1),
        revised=_number(conn, faq_version, published, versions.number > 1),
        retired=_number(conn, audit_log, _between(audit_log.c.at, period), _is_retirement()),
        searches=_number(conn, search_log, *log),
        zero_hits=_number(conn, search_log, *zero),
        views=_number(conn, faq_view, _in_days(faq_view, period)),
        uses=_number(conn, feedback, used, feedback.c.verdict.in_(USED)),
        published=_number(conn, faq, *_published_by(period)),
        unused=tuple(unused(conn, period)),
        zero_hit_words=tuple(_word_ranking(conn, zero, _ZERO_HIT_WORDS, words)),
    )


def unused(conn: Connection, period: Period) -> list[Ranked]:
    """FAQ published now and first before the period's end that nobody viewed, used or was answered with in it, by id."""
    seen = (
        select(faq_view.c.faq_id)
        .where(_in_days(faq_view, period))
        .union(
            select(feedback.c.faq_id).where(_in_days(feedback, period), feedback.c.verdict.in_(USED)),
            select(search_log.c.chosen).where(_in_days(search_log, period)),
        )
    )
    wanted = select(faq.c.faq_id, faq.c.question).where(*_published_by(period), faq.c.faq_id.not_in(seen))
    return [Ranked(row.faq_id, row.question, 0) for row in conn.execute(wanted.order_by(faq.c.faq_id))]


def _word_ranking(
    conn: Connection, conditions: list[ColumnElement[bool]], limit: int, words: Words | None
) -> list[Ranked]:
    grouped = select(search_log.c.text, func.count().label("number")).where(*conditions).group_by(search_log.c.text)
    counts: Counter[str] = Counter()
    for row in conn.execute(grouped):
        for word in set(words(row.text)) if words else {normalise(row.text)}:
            counts[word] += row.number
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Ranked(word, word, number) for word, number in ordered[:limit] if word]


def _counts(table: Table, period: Period, category: str, channel: str) -> Select[Any]:
    source = and_(faq.c.faq_id == table.c.faq_id, faq.c.lang == SOURCE_LANG)
    counted = select(table.c.faq_id, func.max(faq.c.question).label("question"), func.count().label("number"))
    counted = counted.outerjoin_from(table, faq, source).where(_in_days(table, period)).group_by(table.c.faq_id)
    if category:
        counted = counted.where(faq.c.category == category)
    return counted.where(table.c.channel == channel) if channel else counted


def _log_conditions(period: Period, category: str = "", channel: str = "") -> list[ColumnElement[bool]]:
    conditions = [_in_days(search_log, period)]
    if category:
        conditions.append(search_log.c.category == category)
    if channel:
        conditions.append(search_log.c.channel == channel)
    return conditions


def _in_days(table: Table, period: Period) -> ColumnElement[bool]:
    return table.c.day.between(period.first, period.last)


def _published_by(period: Period) -> list[ColumnElement[bool]]:
    """Published now, and not only after the period: nobody could have used it then."""
    first = select(faq_version.c.faq_id).where(
        faq_version.c.lang == SOURCE_LANG, faq_version.c.published_at < period.ends_at
    )
    return [faq.c.live_last > 0, faq.c.lang == SOURCE_LANG, faq.c.faq_id.in_(first)]


def _between(column: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    return and_(column >= period.begins_at, column < period.ends_at)


def _is_retirement() -> ColumnElement[bool]:
    by_file = and_(
        audit_log.c.action == "faq.import",
        audit_log.c.detail.contains('"outcome":"changed"'),
        audit_log.c.detail.contains('"status":"retired"'),
    )
    return (audit_log.c.action == "faq.retire") | by_file


def _number(conn: Connection, table: Table, *conditions: ColumnElement[bool]) -> int:
    return conn.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
