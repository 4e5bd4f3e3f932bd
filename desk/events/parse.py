"""From what a PBX sent to an event, or to the reason why not. Pure; never raises for any JSON value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from desk.events.model import EVENT_TYPES, WITHOUT_CALL, Event, EventType, Value
from desk.events.notes import RefusalReason, RepairReason
from desk.events.shapes import SHAPES, Shape

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}")
_MAX_LABEL = 64
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)
"""A clock this far ahead of ours is believed; one further ahead is wrong."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a message is not an event, and which field."""

    reason: RefusalReason
    field: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An event and what had to be put right in it."""

    event: Event
    repairs: tuple[RepairReason, ...] = ()


def parse_event(message: object, received_at: datetime) -> Parsed | Refused:
    """Unknown attributes are dropped; a time far in the future becomes the time of receipt, so no call is lost."""
    if not isinstance(message, Mapping):
        return Refused("not_an_object")
    event_id, call_id = _id(message.get("event_id")), _id(message.get("call_id"))
    kind = _type(message.get("type"))
    if kind is None:
        return Refused("unknown_type", "type")
    if not event_id:
        return Refused("bad_id", "event_id")
    if not call_id and kind not in WITHOUT_CALL:
        return Refused("bad_id", "call_id")
    at = parse_time(message.get("at"))
    if at is None:
        return Refused("bad_time", "at")
    attributes = _attributes(kind, message.get("attributes", {}))
    if isinstance(attributes, Refused):
        return attributes
    if kind == "status_interval" and str(attributes["until"]) < at.isoformat():
        return Refused("ends_before_it_begins", "until")
    ahead = at > received_at + AHEAD
    event = Event(event_id, "" if kind in WITHOUT_CALL else call_id, kind, received_at if ahead else at, attributes)
    return Parsed(event, ("clock_ahead",) if ahead else ())


def parse_time(value: object) -> datetime | None:
    """ISO 8601 with an offset, as UTC; None for anything else."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            return None
        utc = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return utc if utc >= _EARLIEST else None


def _id(value: object) -> str:
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def _type(value: object) -> EventType | None:
    return next((name for name in EVENT_TYPES if name == value), None)


def _attributes(kind: EventType, given: object) -> dict[str, Value] | Refused:
    if not isinstance(given, Mapping):
        return Refused("bad_attributes", "attributes")
    found: dict[str, Value] = {}
    for name, shape in SHAPES[kind].items():
        if name not in given or given[name] is None or given[name] == "":
            if shape.required:
                return Refused("missing", name)
            continue
        value = _value(shape, given[name])
        if value is None:
            return Refused("bad_value", name)
        found[name] = value
    return found


def _value(shape: Shape, given: Any) -> Value | None:
    match shape.kind:
        case "flag":
            return given if isinstance(given, bool) else None
        case "number":
            return given if type(given) is int and 0 <= given < 2**31 else None
        case "choice":
            return given if given in shape.choices else None
        case "id":
            return _id(given) or None
        case "time":
            at = parse_time(given)
            return None if at is None else at.isoformat()
        case "label":
            return given if isinstance(given, str) and len(given) <= _MAX_LABEL else None
