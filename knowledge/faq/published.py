"""Which version of each FAQ is in force, as search, answers and the index see it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from knowledge.domain import FaqEntry
from knowledge.faq.content import from_json, to_json
from knowledge.faq.records import SOURCE_LANG, Key
from knowledge.faq.variables import fill_entry
from knowledge.store.counters import CONTENT_REVISION, value
from knowledge.store.faq_tables import faq, faq_version

_ONE_DAY = timedelta(days=1)
_MANY_KEYS = 200


@dataclass(frozen=True, slots=True)
class Span:
    """A published version and its days in force, both ends included."""

    number: int
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class PublishedState:
    """What the index compares itself with: one hash per entry, and a counter that grows with every change."""

    revision: int
    hashes: Mapping[Key, str]


def effective(spans: Sequence[Span], day: date) -> Span:
    """The version in force on `day` of versions in ascending number; before the first has begun, the one that begins
    next. Its end is cut where a newer version takes over, so no day ever has two answers."""
    begun = [span for span in spans if span.valid_from is None or span.valid_from <= day]
    current = begun[-1] if begun else min(spans, key=lambda span: (span.valid_from or day, -span.number))
    after = max(day, current.valid_from or day)
    starts = [span.valid_from for span in spans if span.number > current.number and span.valid_from]
    ends = [start - _ONE_DAY for start in starts if start > after]
    if current.valid_to is not None:
        ends.append(current.valid_to)
    return replace(current, valid_to=min(ends, default=None))


def published_entries(
    conn: Connection,
    day: date,
    variables: Mapping[str, str],
    serve_stale: bool = False,
    keys: Collection[Key] | None = None,
) -> Iterator[FaqEntry]:
    """Entries in force on `day` or beginning later, by faq_id with Japanese first, variables filled in; `keys` limits
    them. A translation stands only while its source does, and not once the source has been published anew."""
    sources: dict[str, Span] = {}
    for row, span in _effective_rows(conn, day, keys):
        if row.lang == SOURCE_LANG:
            sources[row.faq_id] = span
        elif row.live_source:
            source = sources.get(row.faq_id)
            if source is None or (source.number > row.live_source and not serve_stale):
                continue
            span = _within(span, source)
        if keys is None or (row.faq_id, row.lang) in keys:
            entry = from_json(row.content, faq_id=row.faq_id, lang=row.lang, status="published", version=span.number)
            if (entry.valid_from, entry.valid_to) != (span.valid_from, span.valid_to):
                entry = replace(entry, valid_from=span.valid_from, valid_to=span.valid_to)
            yield fill_entry(entry, variables)


def published_state(conn: Connection, entries: Collection[FaqEntry]) -> PublishedState:
    """Fingerprints of `entries` as published now."""
    return PublishedState(value(conn, CONTENT_REVISION), {entry.key: entry_hash(entry) for entry in entries})


def entry_hash(entry: FaqEntry) -> str:
    """Hash over everything a channel can show of the entry."""
    return sha256(f"{entry.version}\n{to_json(entry)}".encode()).hexdigest()[:32]


def changing_on(conn: Connection, day: date) -> list[Key]:
    """Keys whose answer differs between the day before and `day`: something begins or has ended."""
    live = _live().where((faq_version.c.valid_from == day) | (faq_version.c.valid_to == day - _ONE_DAY))
    return sorted({(row.faq_id, row.lang) for row in conn.execute(live)})


def with_translations(conn: Connection, keys: Collection[Key]) -> list[Key]:
    """`keys` and the translations of every Japanese source among them, sorted."""
    sources = {key[0] for key in keys if key[1] == SOURCE_LANG}
    others = conn.execute(select(faq.c.faq_id, faq.c.lang).where(faq.c.lang != SOURCE_LANG))
    return sorted({*keys, *((row.faq_id, row.lang) for row in others if row.faq_id in sources)})


def _live() -> Any:
    in_range = faq_version.c.number.between(faq.c.live_first, faq.c.live_last)
    same = and_(faq.c.faq_id == faq_version.c.faq_id, faq.c.lang == faq_version.c.lang)
    return select(faq_version, faq.c.live_source).join(faq, and_(same, in_range)).where(faq.c.live_last > 0)


def _effective_rows(conn: Connection, day: date, keys: Collection[Key] | None) -> Iterator[tuple[Row[Any], Span]]:
    # The Japanese source comes before its translations, whose days depend on it.
    wanted = _live().order_by(faq.c.faq_id, faq.c.lang != SOURCE_LANG, faq.c.lang, faq_version.c.number)
    if keys is not None and len(keys) <= _MANY_KEYS:
        wanted = wanted.where(faq.c.faq_id.in_({key[0] for key in keys}))
    for _, group in groupby(conn.execute(wanted), key=lambda row: (row.faq_id, row.lang)):
        rows = list(group)
        span = effective([Span(row.number, row.valid_from, row.valid_to) for row in rows], day)
        yield next(row for row in rows if row.number == span.number), span


def _within(span: Span, source: Span) -> Span:
    """A translation is in force only while its source is."""
    starts = [day for day in (span.valid_from, source.valid_from) if day is not None]
    ends = [day for day in (span.valid_to, source.valid_to) if day is not None]
    return replace(span, valid_from=max(starts, default=None), valid_to=min(ends, default=None))
