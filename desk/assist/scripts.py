"""Talk scripts by kind of call (台本): nothing but approved text, put in the order in which it is said."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.domain import FaqEntry
from knowledge.errors import ConfigurationError
from knowledge.profile import CityProfile

SHIPPED = Path(__file__).with_name("scripts.toml")


@dataclass(frozen=True, slots=True)
class Part:
    """One passage of a script: a text of the city's settings, or the spoken answer of an FAQ."""

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
    """Raises ConfigurationError."""
    try:
        with file.open("rb") as stream:
            entries = tomllib.load(stream)["script"]
        made = tuple(Script(str(one["title"]), tuple(Part(**part) for part in one["parts"])) for one in entries)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as exc:
        raise ConfigurationError(f"台本のファイル {file.name} を読み取れません。") from exc
    if not all(script.parts and all(bool(p.announcement) != bool(p.faq) for p in script.parts) for script in made):
        raise ConfigurationError(f"台本のファイル {file.name} に、文のないところがあります。")
    return made


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
        announced = profile.announcements.get(part.announcement, "") if part.announcement else ""
        if found is not None:
            made.append(Passage(found.answer_voice or found.answer, f"{found.faq_id} 第{found.version}版"))
        elif announced:
            made.append(Passage(fill(announced, profile.variables), "市の設定"))
        else:
            return ()
    return tuple(made)
