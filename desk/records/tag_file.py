"""The tags a city has of its own (tags.toml in the data folder): names, what speaks for each, what only looks like it."""

import re
from collections.abc import Mapping
from pathlib import Path

from desk.own_files import read_toml
from desk.records.tagging import MAX_TAG_CHARS, TagRule, tag_rule
from knowledge.errors import ConfigurationError
from knowledge.profile.toml_table import Table


def load_tag_rules(file: Path) -> Mapping[str, TagRule]:
    """In the order of the file. Raises ConfigurationError that names the file, the line and the tag."""
    values, lines = read_toml(file)
    tags = values.pop("tags", None)
    if values or not isinstance(tags, dict) or not tags or not all(isinstance(one, dict) for one in tags.values()):
        raise ConfigurationError(f'{file.name} には [tags."名前"] だけを書いてください。')
    return {name: _rule(name, Table(one, f"{file.name} {_line(lines, name)}", name)) for name, one in tags.items()}


def _line(lines: tuple[str, ...], name: str) -> str:
    found = next((at for at, line in enumerate(lines, 1) if line.strip().startswith("[tags.") and name in line), 0)
    return f"{found}行目" if found else ""


def _rule(name: str, table: Table) -> TagRule:
    if len(name) > MAX_TAG_CHARS:
        raise table.wrong("words", f"タグの名前は{MAX_TAG_CHARS}文字までです。")
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
