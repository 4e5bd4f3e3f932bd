"""`EventLog`: the append-only log in the database. Nothing is lost silently: what is not taken is noted with a reason."""

import hmac
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, func, insert, or_, select

from desk.events.model import Event, EventType, Value
from desk.events.notes import Note, RepairReason, RepeatReason, write_notes
from desk.events.parse import Parsed, Refused, parse_event
from knowledge.clock import JST
from knowledge.errors import TooMany
from knowledge.faq.periods import Period
from knowledge.ports import Clock, Redactor
from knowledge.store.counters import get_text, put_text
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_events

MAX_BATCH = 5_000
Follower = Callable[[Connection, Sequence[Event]], None]
"""Called inside the write transaction with the events that are new in the log."""
_ID_KEY = "desk_id_key"
_LONG_NUMBER = re.compile(r"(?:\d[-._]?){9,}")
_PSEUDONYM = re.compile(r"p-[0-9a-f]{40}")
_CHUNK = 500
_MAX_LABELS = 500
_LONGEST_STATUS = timedelta(days=1)
"""No operator stays in one state longer than a day: what reaches into a period began at most a day before it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch: every message is in exactly one of accepted, duplicates, refused."""

    accepted: int
    duplicates: int
    refused: tuple[Note, ...]
    repaired: tuple[Note, ...]


class EventLog:
    """`in_hours` tells whether the centre was open at an instant; it is stamped on arriving calls for good, so that a
    later change of the opening hours does not change old figures."""

    def __init__(self, db: Database, clock: Clock, redactor: Redactor, in_hours: Callable[[datetime], bool]) -> None:
        self._db = db
        self._clock = clock
        self._redactor = redactor
        self._in_hours = in_hours
        self.followers: list[Follower] = []
        self._harmless: set[str] = set()

    def append(self, messages: Sequence[object], source: str) -> Receipt:
        """Take a batch from outside in one transaction. On disk when it returns. Raises TooMany, Unavailable."""
        if len(messages) > MAX_BATCH:
            raise TooMany(f"一度に送信できるのは{MAX_BATCH:,}件までです。分けて送信してください。")
        with self._db.begin() as conn:
            return self._take(conn, messages, source[:64])

    def append_own(
        self,
        conn: Connection,
        kind: EventType,
        call_id: str,
        attributes: Mapping[str, Value] | None = None,
        at: datetime | None = None,
    ) -> Event:
        """One event of ours inside the caller's transaction; the attributes are ids and fixed words."""
        event = Event(uuid4().hex, call_id, kind, at or self._clock.now(), dict(attributes or {}))
        return self._store(conn, [event], "desk")[0]

    def last_seq(self, conn: Connection) -> int:
        newest: int | None = conn.execute(select(func.max(desk_events.c.seq))).scalar_one()
        return newest or 0

    def newest_from(self, source: str) -> datetime | None:
        """When the newest event of a source happened; None when it never sent any."""
        wanted = select(func.max(desk_events.c.at)).where(desk_events.c.source == source)
        with self._db.read() as conn:
            found: datetime | None = conn.execute(wanted).scalar_one()
        return found

    def _take(self, conn: Connection, messages: Sequence[object], source: str) -> Receipt:
        now = self._clock.now()
        fresh: dict[str, Event] = {}
        notes: list[tuple[str, Note]] = []
        refused: list[Note] = []
        repaired: list[Note] = []
        duplicates: list[tuple[int, Event]] = []
        for index, message in enumerate(messages):
            result = parse_event(message, now)
            if isinstance(result, Refused):
                refused.append(Note(index, result.reason, result.field))
                continue
            parsed = self._made_safe(conn, result)
            repaired += [Note(index, reason) for reason in parsed.repairs]
            notes += [(parsed.event.event_id, Note(index, reason)) for reason in parsed.repairs]
            if parsed.event.event_id in fresh:
                duplicates.append((index, parsed.event))
            else:
                fresh[parsed.event.event_id] = parsed.event
        known = _known(conn, list(fresh))
        duplicates += [(0, event) for event in fresh.values() if event.event_id in known]
        new = self._store(conn, [event for event in fresh.values() if event.event_id not in known], source)
        same = {event.event_id: event for event in new} | known
        notes += [(event.event_id, Note(index, _repeat(event, same[event.event_id]))) for index, event in duplicates]
        notes += [("", note) for note in refused]
        write_notes(conn, notes, source, now)
        return Receipt(len(new), len(duplicates), tuple(refused), tuple(repaired))

    def _made_safe(self, conn: Connection, parsed: Parsed) -> Parsed:
        """Labels redacted, ids that look like a telephone or personal number replaced by a pseudonym."""
        event, attributes = parsed.event, dict(parsed.event.attributes)
        for name, value in attributes.items():
            if isinstance(value, str) and name not in ("until",):
                attributes[name] = self._safe(conn, value, name in ("to", "category", "target", "item", "unit"))
        event_id, call_id = self._safe(conn, event.event_id, False), self._safe(conn, event.call_id, False)
        hidden: tuple[RepairReason, ...] = () if call_id == event.call_id else ("personal_data_in_id",)
        return Parsed(
            replace(event, event_id=event_id, call_id=call_id, attributes=attributes), (*parsed.repairs, *hidden)
        )

    def _safe(self, conn: Connection, value: str, is_label: bool) -> str:
        if is_label:
            # A city has a few dozen classes and targets that come again and again; only harmless ones are remembered.
            if value in self._harmless:
                return value
            redaction = self._redactor.redact(value)
            if not redaction.kinds and len(self._harmless) < _MAX_LABELS:
                self._harmless.add(value)
            return redaction.text
        if not self._looks_personal(value):
            return value
        return "p-" + hmac.new(_id_key(conn), value.encode(), sha256).hexdigest()[:40]

    def _looks_personal(self, given_id: str) -> bool:
        if _PSEUDONYM.fullmatch(given_id) or not _LONG_NUMBER.search(given_id):
            return False
        return bool(self._redactor.redact(given_id).kinds)

    def known_as(self, call_id: str) -> str:
        """How the log calls a call that its exchange calls so: a number that looks like somebody's has a pseudonym."""
        if not self._looks_personal(call_id):
            return call_id
        with self._db.begin() as conn:
            return self._safe(conn, call_id, False)

    def _store(self, conn: Connection, events: Sequence[Event], source: str) -> list[Event]:
        stamped = [self._stamped(event) for event in events]
        if not stamped:
            return []
        now = self._clock.now()
        first = self.last_seq(conn) + 1
        numbered = [replace(event, seq=first + place) for place, event in enumerate(stamped)]
        conn.execute(insert(desk_events), [_row(event, source, now) for event in numbered])
        for follower in self.followers:
            follower(conn, numbered)
        return numbered

    def _stamped(self, event: Event) -> Event:
        if event.type != "call_offered" or "in_hours" in event.attributes:
            return event
        return replace(event, attributes={**event.attributes, "in_hours": self._in_hours(event.at)})


def read_events(conn: Connection, period: Period, upto_seq: int | None = None) -> Iterator[Event]:
    """Every event of every call that has an event in the period, the status intervals that touch it, and what was
    counted by hand on its days."""
    columns = desk_events.c
    in_period = columns.day.between(period.first, period.last)
    touched = select(columns.call_id).where(in_period, columns.call_id != "").distinct()
    status = (columns.type == "status_interval") & (columns.at < period.ends_at)
    recent = columns.at >= period.begins_at - _LONGEST_STATUS
    tallied = in_period & (columns.type == "tallied")
    wanted = select(desk_events).where(or_(columns.call_id.in_(touched), status & recent, tallied))
    if upto_seq is not None:
        wanted = wanted.where(columns.seq <= upto_seq)
    return (event_of(row) for row in conn.execute(wanted.order_by(columns.seq)))


def first_day(conn: Connection) -> date | None:
    """The day of the earliest event; None of an empty log."""
    found: date | None = conn.execute(select(func.min(desk_events.c.day))).scalar_one()
    return found


def events_of_call(conn: Connection, call_id: str) -> list[Event]:
    """Everything known of one call, in the order of the log."""
    rows = conn.execute(select(desk_events).where(desk_events.c.call_id == call_id).order_by(desk_events.c.seq))
    return [event_of(row) for row in rows]


def event_of(row: Row[Any]) -> Event:
    return Event(row.event_id, row.call_id, row.type, row.at, json.loads(row.attributes), row.seq)


def jst_day(at: datetime) -> date:
    return at.astimezone(JST).date()


def _row(event: Event, source: str, now: datetime) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "event_id": event.event_id,
        "call_id": event.call_id,
        "type": event.type,
        "at": event.at,
        "day": jst_day(event.at),
        "faq_id": event.text("faq_id"),
        "attributes": json.dumps(dict(event.attributes), ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        "source": source,
        "received_at": now,
    }


def _known(conn: Connection, ids: Sequence[str]) -> dict[str, Event]:
    found: dict[str, Event] = {}
    for start in range(0, len(ids), _CHUNK):
        rows = conn.execute(select(desk_events).where(desk_events.c.event_id.in_(ids[start : start + _CHUNK])))
        found |= {row.event_id: event_of(row) for row in rows}
    return found


def _repeat(event: Event, first: Event) -> RepeatReason:
    same = (event.call_id, event.type, event.at) == (first.call_id, first.type, first.at)
    return "duplicate" if same else "id_conflict"


def _id_key(conn: Connection) -> bytes:
    """Key of the pseudonyms, made on first use."""
    key = get_text(conn, _ID_KEY)
    if key is None:
        key = secrets.token_hex(32)
        put_text(conn, _ID_KEY, key)
    return bytes.fromhex(key)
