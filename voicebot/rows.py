"""Calls and turns to database rows and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, cast

from knowledge.domain import HandoffReason
from knowledge.privacy.redacted import RedactedText
from voicebot.domain import Call, Candidate, Outcome, Packet, Turn, Via, Who


def call_row(call: Call) -> dict[str, Any]:
    return {
        "call_id": call.call_id,
        "via": call.via,
        "started_at": call.started_at,
        "ended_at": call.ended_at,
        "outcome": call.outcome,
        "last_node": call.last_node,
        "lang": call.lang,
        "reason": call.reason[:64],
        "turns": call.turns,
        "answered": call.answered,
        "recording": call.recording,
        "packet": json.dumps(asdict(call.packet), ensure_ascii=False) if call.packet else "",
        "muted": json.dumps(call.muted),
    }


def call_from(row: Mapping[str, Any]) -> Call:
    return Call(
        row["call_id"],
        cast(Via, row["via"]),
        row["started_at"],
        row["ended_at"],
        cast(Outcome, row["outcome"]),
        row["last_node"],
        row["lang"],
        row["reason"],
        row["turns"],
        row["answered"],
        row["recording"],
        _packet(row["packet"]),
        tuple((start, end) for start, end in json.loads(row["muted"])),
    )


def _packet(text: str) -> Packet | None:
    if not text:
        return None
    data = json.loads(text)
    # What is read back was redacted before it was stored.
    return Packet(
        cast(HandoffReason, data["reason"]),
        RedactedText(data["need"]),
        data["department"],
        data["phone"],
        tuple((cast(Who, who), RedactedText(line)) for who, line in data["transcript"]),
        tuple((faq_id, version) for faq_id, version in data["answered"]),
        data["lang"],
    )


def turn_fields(turn: Turn) -> dict[str, Any]:
    """A turn by the names of its fields; what lies in them is not copied."""
    return {field.name: getattr(turn, field.name) for field in fields(turn)}


def turn_row(call_id: str, turn: Turn) -> dict[str, Any]:
    row = turn_fields(turn)
    row["idx"] = row.pop("index")
    return {
        **row,
        "call_id": call_id,
        "reason": turn.reason[:64],
        "candidates": json.dumps([asdict(candidate) for candidate in turn.candidates], ensure_ascii=False),
        "stages_ms": json.dumps(dict(turn.stages_ms)),
    }


def turn_from(row: Mapping[str, Any]) -> Turn:
    return Turn(
        row["idx"],
        row["at"],
        cast(Who, row["who"]),
        row["node"],
        RedactedText(row["text"]),
        RedactedText(row["played"]),
        row["barged_in"],
        row["key"],
        row["asr_confidence"],
        row["decision"],
        row["reason"],
        row["faq_id"],
        row["faq_version"],
        row["answer_id"],
        row["confidence"],
        tuple(Candidate(**candidate) for candidate in json.loads(row["candidates"])),
        json.loads(row["stages_ms"]),
    )
