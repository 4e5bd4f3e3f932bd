"""What lies where in a hand-back file, and the list that proves it is whole."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from knowledge.data_folder import CITY_LISTS
from knowledge.errors import NotReadable

FORMAT = 1
MANIFEST = "manifest.json"
README = "はじめにお読みください.txt"
CONTACTS = "contacts.jsonl"
OWN_FILES = (*CITY_LISTS, "voice/dictionary.csv")
"""The city's own lists in the data folder. madoguchi.toml stays behind: it holds keys of this installation."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file: rows where it is a table or a list, else 0."""

    name: str
    sha256: str
    size: int
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: datetime
    city: str
    schema: tuple[str, ...]
    members: tuple[Member, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "made_at": self.made_at.isoformat(),
            "city": self.city,
            "schema": list(self.schema),
            "files": {one.name: {"sha256": one.sha256, "bytes": one.size, "rows": one.rows} for one in self.members},
        }


def read_manifest(content: Any) -> Manifest:
    """Raises NotReadable when this is no list of a hand-back file, or one of a newer format."""
    try:
        if content["format"] > FORMAT:
            raise NotReadable("新しい版の窓口で書き出されたファイルです。プログラムを更新してください。")
        members = tuple(
            Member(name, one["sha256"], one["bytes"], one["rows"]) for name, one in content["files"].items()
        )
        return Manifest(datetime.fromisoformat(content["made_at"]), content["city"], tuple(content["schema"]), members)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise NotReadable("窓口の引継ぎファイルではないか、壊れています。") from exc


def table_file(name: str) -> str:
    return f"tables/{name}.jsonl"


def recording_file(name: str) -> str:
    return f"recordings/{name}"
