"""Sample calls for training: made-up talks with the pauses of a real one, played into a session piece by piece."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.assist.model import Speaker
from knowledge.errors import ConfigurationError

SHIPPED = Path(__file__).resolve().parents[2] / "samples" / "calls.toml"
_CHARS_PER_SEC = 7.5
"""How fast people speak Japanese on the telephone."""
_USUAL_PAUSE_SECS = 0.6
_SPEAKERS: Mapping[str, Speaker] = {"市": "citizen", "席": "operator"}


@dataclass(frozen=True, slots=True)
class Said:
    speaker: Speaker
    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class SampleCall:
    call_id: str
    title: str
    about: str
    answers: tuple[str, ...]
    """The approved FAQ that are right for this call."""
    said: tuple[Said, ...]

    @property
    def length_secs(self) -> int:
        return round(self.said[-1].end_ms / 1000)


def load_sample_calls(file: Path = SHIPPED) -> tuple[SampleCall, ...]:
    """In the order of the file. Raises ConfigurationError that says which call is wrong."""
    try:
        with file.open("rb") as stream:
            entries = tomllib.load(stream).get("call", [])
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise ConfigurationError(f"見本の通話 {file.name} を読み取れません。") from exc
    calls = tuple(_read(number, entry) for number, entry in enumerate(entries, start=1))
    if len({call.call_id for call in calls}) < len(calls):
        raise ConfigurationError("見本の通話に、同じ call_id が2つあります。")
    return calls


def _read(number: int, entry: Mapping[str, Any]) -> SampleCall:
    try:
        said = timed([(one["who"], str(one["text"]), float(one.get("pause", 0))) for one in entry["said"]])
        answers = tuple(str(one) for one in entry["answers"])
        made = SampleCall(str(entry["call_id"]), str(entry["title"]), str(entry["about"]), answers, said)
    except (KeyError, TypeError, ValueError) as exc:
        raise ConfigurationError(f"見本の通話の{number}番目が正しくありません。") from exc
    if not said or not made.call_id.isascii() or not made.call_id.isalnum():
        raise ConfigurationError(f"見本の通話の{number}番目に、発話か正しい call_id がありません。")
    return made


def timed(lines: Sequence[tuple[str, str, float]]) -> tuple[Said, ...]:
    """(市 or 席, text, seconds of silence before it or 0 for the usual) at the speed people talk. Raises KeyError."""
    made: list[Said] = []
    now = 0.0
    for who, text, pause in lines:
        now += pause or (_USUAL_PAUSE_SECS if made else 0)
        ends = now + len(text) / _CHARS_PER_SEC
        made.append(Said(_SPEAKERS[who], text, round(now * 1000), round(ends * 1000)))
        now = ends
    return tuple(made)
