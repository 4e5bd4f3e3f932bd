"""The search of interaction records at a size that takes a centre years to reach: fill a database, ask in many ways."""

import itertools
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert

from desk.records import rows
from desk.records.filters import RecordFilter
from desk.records.text_search import term_line
from desk.service import Desk, DeskParts, open_desk
from eval.bench.corpus import different_questions, faqs
from eval.bench.measure import timing
from knowledge.clock import FixedClock
from knowledge.privacy.redactor import RuleRedactor
from knowledge.profile import load_profile
from knowledge.store.database import Database, open_database
from knowledge.store.desk_tables import desk_events, desk_record_tags, desk_record_terms, desk_records
from knowledge.text.tokens import Tokenizer

_TEXTS = 3_000
_CHUNK = 2_000
_END = datetime(2026, 11, 20, 3, tzinfo=UTC)
_SPACING = timedelta(minutes=8)
"""100,000 records are then some five years of a centre that takes 60 calls a day."""
_OPERATORS = tuple(f"op{number:02d}" for number in range(1, 21))
_STATUSES = ("closed",) * 17 + ("after_call", "open", "waiting")
_TAGS = ("暗証番号", "予約", "代理人", "更新", "紛失")
_WORDS = ("持ち物", "暗証番号", "予約", "代理", "住所", "更新", "紛失", "パスポート", "写真", "健康保険証")


def filled(folder: Path, count: int, seed: int = 1) -> tuple[Database, Desk]:
    """A desk with `count` records, their words, tags and uses of FAQ; the caller closes the database."""
    tokenizer, chance = Tokenizer(), random.Random(seed)
    db = open_database(folder)
    parts = DeskParts(db, FixedClock(_END), RuleRedactor(), load_profile("mihon"), tokenizer, folder)
    desk = open_desk(parts)
    written = [entry.answer for entry in faqs(_TEXTS)]
    texts = [(text, answer, term_line((text, answer), tokenizer)) for text, answer in _pairs(written)]
    categories = [category.name for category in parts.profile.kpi.categories]
    for first in range(0, count, _CHUNK):
        made = [
            _record(number, count, texts, categories, chance) for number in range(first, min(count, first + _CHUNK))
        ]
        with db.begin() as conn:
            for table, place in _TABLES:
                conn.execute(insert(table), [row for one in made for row in one[place]])
    return db, desk


_TABLES: tuple[tuple[Table, int], ...] = (
    (desk_records, 0),
    (desk_record_terms, 1),
    (desk_record_tags, 2),
    (desk_events, 3),
)
Rows = list[dict[str, Any]]


def _pairs(answers: list[str]) -> Iterator[tuple[str, str]]:
    yield from zip(different_questions(len(answers)), answers, strict=True)


def _record(
    number: int, count: int, texts: list[tuple[str, str, str]], categories: list[str], chance: random.Random
) -> tuple[Rows, Rows, Rows, Rows]:
    record_id, at = f"R{number:08d}", _END - (count - number) * _SPACING
    inquiry, answer, terms = chance.choice(texts)
    row = rows.new_row(record_id, f"bench-{number}", at, at, "bench", operator=chance.choice(_OPERATORS))
    row |= {"inquiry": inquiry, "answer": answer, "category": chance.choice(categories), "outcome": "answered"}
    row |= {"status": chance.choice(_STATUSES)}
    tag = {"record_id": record_id, "tag": chance.choice(_TAGS), "confidence": 1.0, "source": "rule", "removed": False}
    faq_id = f"MH{chance.randrange(1000, 1400)}"
    used = {
        "event_id": f"bench-{number}",
        "call_id": f"bench-{number}",
        "type": "faq_used",
        "at": at,
        "day": row["day"],
    }
    used |= {"faq_id": faq_id, "attributes": '{"version":1}', "source": "bench", "received_at": at}
    return [row], [{"record_id": record_id, "terms": terms}], [tag], [used]


def searches(categories: list[str]) -> list[RecordFilter]:
    """All the ways of the search page, alone and together; no two the same."""
    last = _END.date()
    found = [RecordFilter(text=word) for word in _WORDS]
    found += [RecordFilter(text=f"{one}｜{other}") for one, other in itertools.pairwise(_WORDS)]
    found += [RecordFilter(text=word, operators=(who,)) for word, who in zip(_WORDS, _OPERATORS, strict=False)]
    found += [RecordFilter(categories=(one,), statuses=("closed",)) for one in categories[:8]]
    found += [RecordFilter(first=last - timedelta(days=days), last=last) for days in (1, 7, 31, 366)]
    found += [RecordFilter(tags=(tag,)) for tag in _TAGS]
    found += [RecordFilter(faq_ids=(f"MH{number}",)) for number in range(1000, 1008)]
    found += [RecordFilter(text=word, tags=("予約",), first=last - timedelta(days=366)) for word in _WORDS[:6]]
    return [*found, RecordFilter(), RecordFilter(any_of=(RecordFilter(text="写真"), RecordFilter(tags=("更新",))))]


def measured(folder: Path, count: int) -> dict[str, float]:
    """One search after the other, each with its total and its first page as the page shows it."""
    started = time.perf_counter()
    db, desk = filled(folder, count)
    try:
        build_secs = time.perf_counter() - started
        categories = [category.name for category in desk.parts.profile.kpi.categories]
        durations, empty = [], 0
        for wanted in searches(categories):
            begun = time.perf_counter()
            page = desk.records.search(wanted)
            durations.append((time.perf_counter() - begun) * 1e3)
            empty += not page.total
        spent = timing(durations)
        return {
            "n": spent.n,
            "p50_ms": spent.p50_ms,
            "p95_ms": spent.p95_ms,
            "max_ms": max(durations),
            "build_secs": build_secs,
            "failures": empty,
        }
    finally:
        db.close()
