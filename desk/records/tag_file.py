"""The tags a city has of its own (tags.toml in the data folder): names, what speaks for each, what only looks like it."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from desk.own_files import MAX_PATTERNS, named_tables
from desk.records.tagging import MAX_TAG_CHARS, SHIPPED_TAGS, TagRule
from knowledge.errors import InvalidInput
from knowledge.profile.toml_table import Table
from knowledge.text.normalise import normalise
from knowledge.text.own_patterns import OwnPattern, Pattern, own_pattern


def load_tag_rules(file: Path) -> Mapping[str, TagRule]:
    """In the order of the file. Raises ConfigurationError that names the file, the line and the tag."""
    return {name: _rule(name, table, file != SHIPPED_TAGS) for name, table in named_tables(file, "tags").items()}


def read_rule(table: Table, own: bool) -> TagRule:
    """`words` and `not` of a table, which is closed. Raises ConfigurationError (see `words_of`)."""
    rule = words_of(table, own)
    table.close()
    return rule


def words_of(table: Table, own: bool, key: str = "words", apart_key: str = "not") -> TagRule:
    """The words under these keys. Raises ConfigurationError for patterns that are none, meet all or may take too long. Only a
    city's own words are bounded as they are met: the shipped ones are known, and three times as fast without."""
    words, apart = table.texts(key), table.texts(apart_key)
    if not words:
        raise table.wrong(key, "言葉を1つ以上書いてください。")
    patterns = _patterns(table, key, words, own)
    if any(pattern.search("") for pattern in patterns):
        raise table.wrong(key, "どんな文にも当たる言葉があります。")
    _patterns(table, apart_key, apart, own)
    joined = "|".join(normalise(one) for one in apart)
    return TagRule(patterns, (OwnPattern(joined) if own else re.compile(joined)) if apart else None)


def _patterns(table: Table, key: str, words: tuple[str, ...], own: bool) -> tuple[Pattern, ...]:
    if len(words) > MAX_PATTERNS:
        raise table.wrong(key, f"言葉は{MAX_PATTERNS}個までです。")
    compiled: Callable[[str], Pattern] = own_pattern if own else re.compile
    try:
        return tuple(compiled(normalise(word)) for word in words)
    except InvalidInput as exc:
        raise table.wrong(key, exc.message) from exc


def _rule(name: str, table: Table, own: bool) -> TagRule:
    if len(name) > MAX_TAG_CHARS:
        raise table.wrong("words", f"タグの名前は{MAX_TAG_CHARS}文字までです。")
    return read_rule(table, own)
