"""What to bring: who · what procedure · at which counter → documents. Data with an approved FAQ behind every line."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import ConfigurationError, NotFound

SHIPPED = Path(__file__).with_name("checklists.toml")
_KEYS = frozenset({"who", "procedure", "counter", "faq_id", "documents", "remarks"})


@dataclass(frozen=True, slots=True)
class Checklist:
    who: str
    procedure: str
    counter: str
    faq_id: str
    documents: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.who, self.procedure, self.counter)


def load_checklists(file: Path = SHIPPED) -> tuple[Checklist, ...]:
    """Raises ConfigurationError that says which entry is wrong."""
    try:
        with file.open("rb") as stream:
            entries = tomllib.load(stream).get("checklist", [])
    except (OSError, tomllib.TOMLDecodeError) as exc:
        raise ConfigurationError(f"持ち物の一覧 {file.name} を読み取れません。") from exc
    found = [_read(number, entry) for number, entry in enumerate(entries, start=1)]
    if len({one.key for one in found}) < len(found):
        raise ConfigurationError("持ち物の一覧に、だれが・手続・窓口が同じ項目が2つあります。")
    return tuple(found)


def unsupported_leaves(lists: Sequence[Checklist], is_published: Callable[[str], bool]) -> tuple[Checklist, ...]:
    """Entries whose FAQ is not published: they must not be shown."""
    return tuple(one for one in lists if not is_published(one.faq_id))


def find_checklist(lists: Sequence[Checklist], who: str, procedure: str, counter: str) -> Checklist:
    """The one entry for these three. Raises NotFound."""
    found = next((one for one in lists if one.key == (who, procedure, counter)), None)
    if found is None:
        raise NotFound("この組み合わせの持ち物の案内はありません。FAQを検索してください。")
    return found


def choices(lists: Sequence[Checklist], who: str = "", procedure: str = "") -> dict[str, tuple[str, ...]]:
    """What can still be chosen, in the order of the file."""
    fitting = [one for one in lists if who in ("", one.who) and procedure in ("", one.procedure)]
    return {
        "who": tuple(dict.fromkeys(one.who for one in lists if procedure in ("", one.procedure))),
        "procedure": tuple(dict.fromkeys(one.procedure for one in lists if who in ("", one.who))),
        "counter": tuple(dict.fromkeys(one.counter for one in fitting)),
    }


def _read(number: int, entry: Any) -> Checklist:
    if not isinstance(entry, dict) or not set(entry) <= _KEYS:
        raise ConfigurationError(f"持ち物の一覧の{number}番目に知らない項目があります。")
    texts = [entry.get(name) for name in ("who", "procedure", "counter", "faq_id")]
    documents, remarks = entry.get("documents"), entry.get("remarks", [])
    if not all(isinstance(text, str) and text for text in texts) or not _lines(documents) or not documents:
        raise ConfigurationError(f"持ち物の一覧の{number}番目に足りない項目があります。")
    if not _lines(remarks):
        raise ConfigurationError(f"持ち物の一覧の{number}番目の remarks が正しくありません。")
    who, procedure, counter, faq_id = texts
    return Checklist(str(who), str(procedure), str(counter), str(faq_id), tuple(documents or ()), tuple(remarks))


def _lines(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) and line for line in value)
