"""What to bring: who · what procedure · at which counter → documents. Data with an approved FAQ behind every line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desk.own_files import numbered_tables
from knowledge.errors import NotFound
from knowledge.profile.toml_table import Table

SHIPPED = Path(__file__).with_name("checklists.toml")


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
    """Raises ConfigurationError that names the file, the line and the entry."""
    seen: set[tuple[str, str, str]] = set()
    found: list[Checklist] = []
    for table in numbered_tables(file, "checklist"):
        one = _read(table)
        if one.key in seen:
            raise table.wrong("who", f"だれが・手続き・窓口が同じ項目が2つあります（{'・'.join(one.key)}）。")
        seen.add(one.key)
        found.append(one)
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


def _read(table: Table) -> Checklist:
    one = Checklist(
        table.text("who"), table.text("procedure"), table.text("counter"), table.text("faq_id"),
        table.texts("documents"), table.texts("remarks"),
    )  # fmt: skip
    if not one.documents:
        raise table.wrong("documents", "持ち物を1つ以上書いてください。")
    table.close()
    return one
