"""The compliance sheet names only what exists: every page, test, command and setting in it, every row, every count."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel

import eval.cli
import voicebot.cli
from api.cli.app import app as commands
from api.security.declare import route_permissions
from knowledge.settings import Settings
from tests.fakes.staff_site import opened_site
from voicebot.configuration import PhoneSettings

ROOT = Path(__file__).parents[2]
SHEET = (ROOT / "docs" / "manuals" / "要件対応表.md").read_text(encoding="utf-8")
ROWS_OF = {
    "FAQ": 20, "AST": 11, "REC": 20, "SPT": 9, "LNG": 5, "RPT": 18, "VB": 10, "RSV": 7,
    "CMP": 6, "OUT": 4, "PII": 8, "SEC": 7, "NFR": 8, "OPS": 8, "EVL": 10,
}  # fmt: skip
MARKS = ("○", "△", "×")
NOTHING = ("", "―")
NAMED = sorted(set(re.findall(r"`([^`]+)`", SHEET)))


@dataclass(frozen=True)
class Row:
    id: str
    requirement: str
    mark: str
    where: str
    check: str
    missing: str


def table_lines(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in line.strip("| ").split(" | ")]


def rows() -> list[Row]:
    cells = (re.split(r"\s*\|\s*", line)[1:-1] for line in SHEET.splitlines() if re.match(r"\| [A-Z]+-\d\d \|", line))
    return [Row(*one) for one in cells]


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    with opened_site(tmp_path_factory.mktemp("site"), faqs=1) as site:
        return {route.path for route in route_permissions(site.app)}


def test_every_requirement_has_exactly_one_row() -> None:
    expected = [f"{area}-{number:02d}" for area, count in ROWS_OF.items() for number in range(1, count + 1)]
    assert len(expected) == 151
    assert [row.id for row in rows()] == expected


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_a_row_says_how_to_check_it_or_what_is_missing(row: Row) -> None:
    assert row.requirement
    assert row.mark in MARKS
    if row.mark == "○":
        assert row.where not in NOTHING
        assert "tests/" in row.check, "done means that a test shows it"
    else:
        assert row.missing not in NOTHING


def test_the_summary_counts_the_rows() -> None:
    titles = [line.removeprefix("## ") for line in SHEET.splitlines() if re.match(r"## [A-O] ", line)]
    told = {cells[0]: tuple(map(int, cells[1:])) for cells in table_lines(SHEET) if cells[0] in (*titles, "合計")}
    marks = {area: Counter(row.mark for row in rows() if row.id.startswith(f"{area}-")) for area in ROWS_OF}
    counted = [(found.total(), *(found[mark] for mark in MARKS)) for found in marks.values()]
    assert [told[title] for title in titles] == counted
    assert told["合計"] == tuple(map(sum, zip(*counted, strict=True)))


@pytest.mark.parametrize("name", [name for name in NAMED if not name.startswith("/")])
def test_what_is_named_exists(name: str) -> None:
    first, _, rest = name.partition(" ")
    if first == "madoguchi":
        assert missing_in_command(rest.split()) == []
    elif first == "make":
        assert re.search(rf"^{rest}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    elif first.endswith("python"):
        assert find_spec(rest.split()[1]), name
    elif "/" in name:
        assert (ROOT / name).exists()
    else:
        assert is_setting(name)


def test_every_page_and_address_is_a_route(routes: set[str]) -> None:
    named = [name for name in NAMED if name.startswith("/")]
    assert len(named) > 50
    assert [name for name in named if name not in routes] == []


@pytest.mark.parametrize("name", ["madoguchi faq explode", "madoguchi eval run --nonsense"])
def test_a_wrong_command_would_be_found(name: str) -> None:
    assert missing_in_command(name.split()[1:])


def test_a_wrong_setting_would_be_found() -> None:
    assert is_setting("voice.recording.retain_days")
    assert not is_setting("voice.recording.forever")
    assert not is_setting("store.nothing")


def missing_in_command(given: list[str]) -> list[str]:
    """The words and options that the command line does not know. The two parts with a table of their own stand apart."""
    tables: dict[str, typer.Typer] = {"eval": eval.cli.app, "voice": voicebot.cli.app}
    table = tables.get(given[0])
    command: Any = typer.main.get_command(table or commands)
    unknown: list[str] = []
    for word in given[1:] if table else given:
        if word.startswith("--"):
            unknown += [] if any(word in param.opts for param in command.params) else [word]
        elif hasattr(command, "commands"):
            if word not in command.commands:
                return [*unknown, word]
            command = command.commands[word]
    return unknown


def is_setting(name: str) -> bool:
    model: type[BaseModel] = Settings
    parts = name.split(".")
    if parts[0] == "voice":
        model, parts = PhoneSettings, parts[1:]
    for place, part in enumerate(parts):
        if part not in model.model_fields:
            return False
        inner = model.model_fields[part].annotation
        if place + 1 < len(parts):
            if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
                return False
            model = inner
    return True
