"""The tags a city has of its own (tags.toml in the data folder): names, what speaks for each, what only looks like it."""

import re
from collections.abc import Mapping
from pathlib import Path

from desk.own_files import named_tables
from desk.records.tagging import MAX_TAG_CHARS, TagRule, tag_rule
from knowledge.profile.toml_table import Table


def load_tag_rules(file: Path) -> Mapping[str, TagRule]:
    """In the order of the file. Raises ConfigurationError that names the file, the line and the tag."""
    return {name: _rule(name, table) for name, table in named_tables(file, "tags").items()}


def read_rule(table: Table) -> TagRule:
    """`words` and `not` of a table, which is closed. Raises ConfigurationError for patterns that are none or meet all."""
    words, apart = table.texts("words"), table.texts("not")
    table.close()
    if not words:
        raise table.wrong("words", "言葉を1つ以上書いてください。")
    try:
        rule = tag_rule(words, apart)
    except re.error as exc:
        raise table.wrong("words", f"正規表現として読めません（{exc}）。") from exc
    if any(pattern.search("") for pattern in rule.words):
        raise table.wrong("words", "どんな文にも当たる言葉があります。")
    return rule


def _rule(name: str, table: Table) -> TagRule:
    if len(name) > MAX_TAG_CHARS:
        raise table.wrong("words", f"タグの名前は{MAX_TAG_CHARS}文字までです。")
    return read_rule(table)
