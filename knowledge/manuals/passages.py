"""A manual cut into passages: by its headings, and long sections at their paragraphs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.text.late_pattern import late_pattern

_HEADING = late_pattern(r"#{1,6}[ 　]+(\S.*)")
_NUMBERED = late_pattern(
    r"(?:第[0-9０-９一二三四五六七八九十]+[章節条項]|[0-9０-９]+[.．][0-9０-９.．]*)[ 　]*\S.{0,38}"
)
MAX_CHARS = 800


@dataclass(frozen=True, slots=True)
class Passage:
    """`place` counts from 1 and is what a link points at."""

    place: int
    heading: str
    text: str


def passages_of(body: str) -> list[Passage]:
    """In order, none without text but a heading's."""
    found = [(heading, text) for heading, lines in _sections(body) for text in _cut(lines) if heading or text]
    return [Passage(place, heading, text) for place, (heading, text) in enumerate(found, start=1)]


def _sections(body: str) -> Iterator[tuple[str, list[str]]]:
    heading, lines = "", list[str]()
    for line in body.splitlines():
        title = _title(line.strip())
        if title:
            if heading or any(lines):
                yield heading, lines
            heading, lines = title, []
        else:
            lines.append(line.rstrip())
    if heading or any(lines):
        yield heading, lines


def _title(line: str) -> str:
    """Of a Markdown heading, or a short numbered line that is no sentence."""
    marked = _HEADING.fullmatch(line)
    if marked:
        return marked.group(1).strip("# 　")
    return line if _NUMBERED.fullmatch(line) and not line.endswith("。") else ""


def _cut(lines: list[str]) -> Iterator[str]:
    """At empty lines where there are any, else between lines; a single longer line stays whole."""
    text = "\n".join(lines).strip("\n")
    if len(text) <= MAX_CHARS:
        yield text
        return
    part = ""
    for piece in re.split(r"(?<=\n)", text):
        if part and len(part) + len(piece) > MAX_CHARS:
            yield part.strip("\n")
            part = ""
        part += piece
    if part.strip():
        yield part.strip("\n")
