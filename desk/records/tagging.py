"""Automatic tags with a confidence; a person may remove or add tags, and what was removed does not come back."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from desk.records.model import Tag
from knowledge.errors import InvalidInput
from knowledge.store.desk_tables import desk_record_tags
from knowledge.text.normalise import normalise
from knowledge.text.own_patterns import Pattern

SHIPPED_TAGS = Path(__file__).with_name("tags.toml")
_ONE_WORD = 0.6
MAX_TAG_CHARS = 30


@dataclass(frozen=True, slots=True)
class TagRule:
    """What speaks for a tag, and the turns of phrase that only look like it."""

    words: tuple[Pattern, ...]
    apart: Pattern | None

    def hits(self, normal: str) -> int:
        """How many patterns a normalised text meets."""
        about = normal if self.apart is None else self.apart.sub("／", normal)
        return sum(1 for pattern in self.words if pattern.search(about))


@cache
def shipped_rules() -> Mapping[str, TagRule]:
    """The rules of every tag. Raises re.error for a pattern that is none."""
    with SHIPPED_TAGS.open("rb") as file:
        return {tag: tag_rule(one["words"], one.get("not", ())) for tag, one in tomllib.load(file)["tags"].items()}


def tag_rule(words: Sequence[str], apart: Sequence[str] = ()) -> TagRule:
    patterns = tuple(re.compile(normalise(word)) for word in words)
    return TagRule(patterns, re.compile("|".join(normalise(one) for one in apart)) if apart else None)


def auto_tags(texts: Iterable[str], rules: Mapping[str, TagRule] | None = None) -> list[Tag]:
    """Tags that something speaks for, most certain first: 0.6 for one pattern, closer to 1 with each further one."""
    normal = normalise("\n".join(texts))
    found = []
    for tag, rule in (shipped_rules() if rules is None else rules).items():
        hits = rule.hits(normal)
        if hits:
            found.append(Tag(tag, round(1 - (1 - _ONE_WORD) ** hits, 3), "auto"))
    return sorted(found, key=lambda tag: (-tag.confidence, tag.name))


def tags_of(
    texts: Iterable[str], used_questions: Iterable[str], rules: Mapping[str, TagRule] | None = None
) -> list[Tag]:
    """Of what the record says; where nothing in it speaks for a tag, of the questions of the FAQ used to answer: operators
    write in a shorthand of their own, FAQ do not. `used_questions` are asked for only then."""
    return auto_tags(texts, rules) or auto_tags(used_questions, rules)


def put_auto_tags(conn: Connection, record_id: str, tags: Sequence[Tag]) -> None:
    """Replace the automatic tags; manual ones and removals stay."""
    columns = desk_record_tags.c
    mine = columns.record_id == record_id
    conn.execute(delete(desk_record_tags).where(mine, columns.source == "auto", ~columns.removed))
    taken = {row.tag for row in conn.execute(select(columns.tag).where(mine))}
    rows = [
        {"record_id": record_id, "tag": tag.name, "confidence": tag.confidence, "source": "auto", "removed": False}
        for tag in tags
        if tag.name not in taken
    ]
    if rows:
        conn.execute(insert(desk_record_tags), rows)


def set_tag(conn: Connection, record_id: str, tag: str, present: bool) -> None:
    """A person's word on one tag. Raises InvalidInput."""
    name = tag.strip()
    if not name or len(name) > MAX_TAG_CHARS:
        raise InvalidInput(f"タグは1〜{MAX_TAG_CHARS}文字にしてください。")
    columns = desk_record_tags.c
    key = (columns.record_id == record_id) & (columns.tag == name)
    values = {"removed": not present, "source": "manual", "confidence": 1.0}
    if conn.execute(update(desk_record_tags).where(key).values(values)).rowcount == 0 and present:
        conn.execute(insert(desk_record_tags).values(record_id=record_id, tag=name, **values))
