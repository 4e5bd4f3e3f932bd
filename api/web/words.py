"""The words of the public pages in every language, from api/web/strings/<lang>.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from knowledge.domain import LANGUAGES

_FOLDER = Path(__file__).parent / "strings"
DEFAULT = "ja"


@cache
def words(lang: str) -> Mapping[str, str]:
    """Texts by key. Keys of `[categories]` are `category.<Japanese name>`."""
    raw = tomllib.loads((_FOLDER / f"{lang}.toml").read_text(encoding="utf-8"))
    categories = {f"category.{name}": text for name, text in raw.pop("categories", {}).items()}
    return MappingProxyType({**raw, **categories})


def language_names() -> list[tuple[str, str]]:
    """(code, the language's own name) in the order of the switch."""
    return [(lang, words(lang)["language_name"]) for lang in LANGUAGES]


def known_language(wanted: str | None) -> str:
    return wanted if wanted in LANGUAGES else DEFAULT
