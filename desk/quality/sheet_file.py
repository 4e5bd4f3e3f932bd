"""The sheet as a file: the shipped one, or a city's own quality.toml in the data folder. Every item says which kind of rule
it is; kinds are the program's, words, limits, weights and the choice of items are the city's."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desk.alerts.words import WordRule
from desk.own_files import named_tables
from desk.quality import spoken, timed
from desk.quality.model import Item, Rule, Sheet
from desk.records.tag_file import words_of
from desk.records.tagging import TagRule
from knowledge.profile.toml_table import Table

SHIPPED_SHEET = Path(__file__).with_name("quality.toml")
MAX_ITEMS = 50
_MAX_WEIGHT = 100
_MAX_TURNS = 20
_MAX_SECS = 36_000
Kind = Literal[
    "greeting", "said", "unsaid", "repeated", "hold_words", "hold_length", "silence", "talk_over", "answered_from_faq",
    "agrees_with_faq", "office_named", "record_in_time",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    """One item's table and what its rule may rest on."""

    table: Table
    own: bool
    names: Collection[str]
    alerts: Mapping[str, WordRule]

    def words(self, key: str = "words") -> TagRule:
        return words_of(self.table, self.own, key, "not" if key == "words" else f"{key}_not")

    def turns(self) -> int:
        return self.table.number("turns", 1, _MAX_TURNS)

    def secs(self) -> int:
        return self.table.number("limit_secs", 1, _MAX_SECS)


def load_sheet(file: Path, names: Collection[str], alerts: Mapping[str, WordRule]) -> Sheet:
    """In the order of the file. `names`: what the centre may call itself. Raises ConfigurationError that names the file, the
    line and the item."""
    tables = named_tables(file, "items")
    items = tuple(_item(name, _Read(table, file != SHIPPED_SHEET, names, alerts)) for name, table in tables.items())
    if len(items) > MAX_ITEMS:
        raise next(iter(tables.values())).wrong("kind", f"評価表の項目は{MAX_ITEMS}個までです。")
    return Sheet(items, hashlib.sha256(file.read_bytes()).hexdigest()[:12])


def _item(name: str, read: _Read) -> Item:
    table = read.table
    if not (name.isascii() and name.replace("_", "").isalnum() and len(name) <= 32):
        raise table.wrong("kind", "項目の名前は、半角の英数字と _ で32文字までにしてください。")
    kind: Kind = table.choice("kind", Kind)
    title, full = table.text("title"), table.text("full")
    if len(title) > 40 or len(full) > 120:
        raise table.wrong("title", "title は40文字、full は120文字までにしてください。")
    item = Item(name, title, full, table.number("weight", 1, _MAX_WEIGHT), _KINDS[kind](read))
    table.close()
    return item


def _said(read: _Read) -> Rule:
    where = read.table.choice("where", spoken.Where, "any")
    turns = read.turns() if where != "any" else _MAX_TURNS
    when = read.words("when") if "when" in read.table else None
    return spoken.said(read.words(), where, turns, when, ())


def _unsaid(read: _Read) -> Rule:
    """A city may have fewer rules in alerts.toml than the shipped sheet names; its own sheet names what is there."""
    named = read.table.texts("alerts")
    missing = [name for name in named if name not in read.alerts]
    if not named or (missing and read.own):
        raise read.table.wrong("alerts", f"alerts.toml にある規則の名前を書いてください（{'・'.join(missing)}）。")
    return spoken.unsaid([name for name in named if name in read.alerts], read.alerts)


_KINDS: Mapping[Kind, Callable[[_Read], Rule]] = {
    "greeting": lambda read: spoken.greeting(read.words(), read.turns(), read.names),
    "said": _said,
    "unsaid": _unsaid,
    "repeated": lambda read: spoken.repeated(read.words(), read.turns()),
    "hold_words": lambda read: timed.hold_words(read.words("before"), read.words("after")),
    "hold_length": lambda read: timed.hold_length(read.secs()),
    "silence": lambda read: timed.silence(read.secs()),
    "talk_over": lambda read: timed.talk_over(
        read.table.number("limit", 0, 1_000), read.table.number("overlap_ms", 0, 10_000)
    ),
    "answered_from_faq": lambda read: timed.answered_from_faq(),
    "agrees_with_faq": lambda read: spoken.agrees_with_faq(),
    "office_named": lambda read: spoken.office_named(),
    "record_in_time": lambda read: timed.record_in_time(read.secs()),
}
