"""Which parts of a recording to mute, from the words a transcriber timed."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.ports import Redactor


@dataclass(frozen=True, slots=True)
class TimedWord:
    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class MuteSpan:
    start_ms: int
    end_ms: int
    kind: str


def mute_spans(words: Sequence[TimedWord], redactor: Redactor, pad_ms: int = 80) -> list[MuteSpan]:
    """Stretches to silence, in order and merged; a word that is personal in part is muted whole."""
    starts: list[int] = []
    length = 0
    for word in words:
        starts.append(length)
        length += len(word.text)
    redaction = redactor.redact("".join(word.text for word in words))
    spans: list[MuteSpan] = []
    index = 0
    for start, end, kind in redaction.spans:
        while index < len(words) and starts[index] + len(words[index].text) <= start:
            index += 1
        last = index
        while last < len(words) and starts[last] < end:
            if words[last].text:
                word = words[last]
                spans.append(MuteSpan(max(0, word.start_ms - pad_ms), word.end_ms + pad_ms, kind))
            last += 1
    return _merged(spans)


def _merged(spans: list[MuteSpan]) -> list[MuteSpan]:
    merged: list[MuteSpan] = []
    for span in sorted(spans, key=lambda item: (item.start_ms, item.end_ms)):
        if merged and span.start_ms <= merged[-1].end_ms:
            last = merged.pop()
            span = MuteSpan(last.start_ms, max(last.end_ms, span.end_ms), last.kind)
        merged.append(span)
    return merged
