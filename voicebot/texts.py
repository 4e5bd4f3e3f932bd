"""The bot's own sentences: shipped per language, replaceable per city, always with a Japanese fallback."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter

from knowledge.domain import LANGUAGES
from knowledge.errors import ConfigurationError
from knowledge.privacy.redacted import RedactedText, approved
from voicebot.domain import CityVoice


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences by language and key with the city's facts filled in."""

    by_lang: Mapping[str, Mapping[str, str]]
    values: Mapping[str, str]

    def get(self, key: str, lang: str = "ja", **values: str) -> RedactedText:
        """The sentence in `lang`, else in Japanese. Raises KeyError for an unknown key."""
        template = self.by_lang.get(lang, {}).get(key) or self.by_lang["ja"][key]
        return approved(template.format_map({**self.values, **values}))

    def has(self, key: str, lang: str) -> bool:
        return key in self.by_lang.get(lang, {})

    def fixed(self, lang: str = "ja") -> tuple[RedactedText, ...]:
        """Every sentence that needs no value of a call: what can be synthesised before the first call."""
        known = set(self.values)
        keys = (key for key, text in self.by_lang["ja"].items() if _fields(text) <= known)
        return tuple(self.get(key, lang) for key in keys)


def load_texts(city: CityVoice) -> Texts:
    """Shipped texts with the city's replacements. Raises ConfigurationError for an unknown key or placeholder."""
    japanese = {**_shipped("ja"), **_checked(city.texts)}
    by_lang: dict[str, Mapping[str, str]] = {lang: _shipped(lang) for lang in LANGUAGES}
    by_lang["ja"] = japanese
    hours = f"{city.hours_text.rstrip('。')}。" if city.hours_text else ""
    values = {
        "city_name": city.city_name,
        "centre_name": city.centre_name,
        "centre_phone": city.centre_phone,
        "hours_text": hours,
    }
    return Texts(by_lang, values)


def _checked(given: Mapping[str, str]) -> Mapping[str, str]:
    shipped = _shipped("ja")
    facts = {"city_name", "centre_name", "centre_phone", "hours_text"}
    for key, text in given.items():
        if key not in shipped:
            raise ConfigurationError(f"自動音声の文言に「{key}」という項目はありません。")
        try:
            extra = _fields(text) - _fields(shipped[key]) - facts
        except ValueError as exc:
            raise ConfigurationError(f"自動音声の文言「{key}」の {{ }} の書き方を確認してください。") from exc
        if extra:
            raise ConfigurationError(f"自動音声の文言「{key}」では {{{'、'.join(sorted(extra))}}} を使えません。")
    return given


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@cache
def _shipped(lang: str) -> Mapping[str, str]:
    source = files("voicebot") / "data" / f"texts.{lang}.toml"
    texts: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))
    return texts
