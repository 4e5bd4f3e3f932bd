"""Talk scripts by kind of call (台本): nothing but approved text, put in the order in which it is said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from desk.own_files import numbered_tables
from knowledge.domain import FaqEntry
from knowledge.profile import CityProfile
from knowledge.profile.toml_table import Table

SHIPPED = Path(__file__).with_name("scripts.toml")


@dataclass(frozen=True, slots=True)
class Part:
    """One passage of a script: a text of the city's settings, or the spoken answer of an FAQ. With both, the text of
    the settings is said and the FAQ is what it rests on."""

    announcement: str = ""
    faq: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """`source` names what was approved: the FAQ with its version, or the city's settings."""

    text: str
    source: str


def load_scripts(file: Path = SHIPPED) -> tuple[Script, ...]:
    """Raises ConfigurationError that names the file, the line and the script."""
    found: list[Script] = []
    for table in numbered_tables(file, "script"):
        one = Script(table.text("title"), table.tables("parts", _read_part))
        if not one.parts:
            raise table.wrong("parts", "文を1つ以上書いてください。")
        if any(other.title == one.title for other in found):
            raise table.wrong("title", f"「{one.title}」が2つあります。")
        table.close()
        found.append(one)
    return tuple(found)


def unapproved_parts(script: Script, profile: CityProfile, is_published: Callable[[str], bool]) -> tuple[str, ...]:
    """What keeps a script from being offered, in words: FAQ that are not published, texts the city has not set."""
    faqs = [part.faq for part in script.parts if part.faq and not is_published(part.faq)]
    texts = [part.announcement for part in script.parts if part.announcement not in ("", *profile.announcements)]
    return (*faqs, *(f"案内文 {name}" for name in texts))


def passages(
    script: Script,
    profile: CityProfile,
    entry: Callable[[str], FaqEntry | None],
    fill: Callable[[str, Mapping[str, str]], str],
) -> tuple[Passage, ...]:
    """The script as it is read today; empty when any of its parts is not approved any more."""
    made: list[Passage] = []
    for part in script.parts:
        found = entry(part.faq) if part.faq else None
        announced = profile.announcements.get(part.announcement, "")
        if (part.faq and found is None) or (part.announcement and not announced):
            return ()
        source = f"{found.faq_id} 第{found.version}版" if found else "市の設定"
        spoken = (found.answer_voice or found.answer) if found else ""
        made.append(Passage(fill(announced, profile.variables) if announced else spoken, source))
    return tuple(made)


def _read_part(table: Table) -> Part:
    part = Part(table.text("announcement", ""), table.text("faq", ""))
    if not part.announcement and not part.faq:
        raise table.wrong("faq", "announcement か faq を書いてください。")
    return part
