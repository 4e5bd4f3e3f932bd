"""The rules made of words (alerts.toml, a city's own one in the data folder): who says what."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desk.alerts.model import MEASURED, PERSONAL_NUMBER
from desk.own_files import named_tables
from desk.records.tag_file import read_rule
from desk.records.tagging import TagRule
from knowledge.privacy.kinds import LABELS, Kind
from knowledge.profile.toml_table import Table
from knowledge.text.normalise import normalise

SHIPPED_WORDS = Path(__file__).with_name("alerts.toml")
MAX_RULE_CHARS = 30
_SPEAKERS = ("citizen", "operator", "any")


@dataclass(frozen=True, slots=True)
class WordRule:
    """`speaker`: whose words count (citizen, operator, any)."""

    speaker: str
    words: TagRule


def rules_met(speaker: str, text: str, rules: Mapping[str, WordRule]) -> list[str]:
    """The rules one redacted utterance meets. A 個人番号 that was said shows by its label."""
    found = [PERSONAL_NUMBER] if LABELS[Kind.MY_NUMBER] in text else []
    normal = normalise(text)
    return found + [
        name for name, rule in rules.items() if rule.speaker in (speaker, "any") and rule.words.hits(normal)
    ]


def load_word_rules(file: Path = SHIPPED_WORDS) -> Mapping[str, WordRule]:
    """In the order of the file. Raises ConfigurationError that names the file, the line and the rule."""
    return {name: _rule(name, table, file != SHIPPED_WORDS) for name, table in named_tables(file, "rules").items()}


def _rule(name: str, table: Table, own: bool) -> WordRule:
    if name in MEASURED:
        raise table.wrong("words", "この名前の知らせは、言葉ではなく設定（alerts）で決めます。")
    if not name or len(name) > MAX_RULE_CHARS:
        raise table.wrong("words", f"規則の名前は1〜{MAX_RULE_CHARS}文字にしてください。")
    speaker = table.text("speaker")
    if speaker not in _SPEAKERS:
        raise table.wrong("speaker", f"{'・'.join(_SPEAKERS)} のどれかにしてください。")
    return WordRule(speaker, read_rule(table, own))
