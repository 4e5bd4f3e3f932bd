"""Tables of other measurements (public question sets, personal data, recogniser) that the report shows as well."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson

from knowledge.search.cache import read_json, write_json


@dataclass(frozen=True, slots=True)
class ExtraTable:
    """Cells are texts as shown; `at` is aware UTC."""

    title: str
    note: str
    at: datetime
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def save(data_dir: Path, name: str, table: ExtraTable) -> None:
    """Keep the newest measurement of each name."""
    write_json(_folder(data_dir) / f"{Path(name).name}.json", asdict(table))


def load_all(data_dir: Path) -> list[ExtraTable]:
    """In order of name; what cannot be read is left out."""
    found = []
    for path in sorted(_folder(data_dir).glob("*.json")):
        data = read_json(path)
        try:
            rows = tuple(tuple(map(str, row)) for row in data["rows"])
            at = datetime.fromisoformat(data["at"])
            found.append(ExtraTable(str(data["title"]), str(data["note"]), at, tuple(data["columns"]), rows))
        except (KeyError, TypeError, ValueError, orjson.JSONDecodeError):
            continue
    return found


def _folder(data_dir: Path) -> Path:
    return data_dir / "eval" / "extra"
