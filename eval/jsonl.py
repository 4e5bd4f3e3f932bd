"""Labelled data: one JSON object a line."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import orjson

from knowledge.errors import NotReadable, Problem

Row = TypeVar("Row")


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that hold something, counted from 1. Raises NotReadable."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise NotReadable(f"{path} を読み取れません。UTF-8 の JSON Lines にしてください。") from exc
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def read_rows(path: Path, made_of: Callable[[Any], Row], wanted: str = "形式が違います。") -> list[Row]:
    """What `made_of` makes of each line's object. Raises NotReadable naming the first line it makes nothing of."""
    found = []
    for number, line in numbered_lines(path):
        try:
            found.append(made_of(orjson.loads(line)))
        except (ValueError, KeyError, TypeError) as exc:
            raise NotReadable(f"{path.name} を読み取れません。", (Problem(wanted, number),)) from exc
    return found
