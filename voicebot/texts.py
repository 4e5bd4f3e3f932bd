"""The bot's own sentences: shipped per language, replaceable per city, always with a Japanese fallback."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from knowledge.domain import LANGUAGES
from knowledge.errors import ConfigurationError
from knowledge.privacy.redacted import RedactedText, approved
from voicebot.domain import CityVoice

_FACTS = frozenset({"city_name", "centre_name", "centre_phone", "hours_text"})
_MUST_SAY: Mapping[str, tuple[re.Pattern[str], str]] = {
    "opening": (re.compile("AI|ＡＩ|人工知能|人工智能|인공지능|trí tuệ nhân tạo|IA"), "AIであること"),
    "opening_recorded": (re.compile("録音|record|录音|녹음|ghi âm|grava"), "録音していること"),
    "opening_noted": (re.compile("記録|text|文字|기록|văn bản|texto|teksto"), "記録していること"),
    "opening_person": (re.compile("0|０|ゼロ|zero"), "「0」で担当者につながること"),
}
"""What a caller has a right to be told, whatever words a city chooses."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences by language and key with the city's facts filled in."""

    by_lang: Mapping[str, Mapping[str, str]]
    facts: Mapping[str, Mapping[str, str]]
    """By language what stands for {city_name} and the like: a foreign voice cannot read Japanese names."""

    def get(self, key: str, lang: str = "ja", **values: str) -> RedactedText:
        """The sentence in `lang`, else in Japanese. Raises KeyError for an unknown key."""
        known = self.facts[lang if self.has(key, lang) else "ja"]
        return approved(self.template(key, lang).format_map({**known, **values}))

    def template(self, key: str, lang: str = "ja") -> str:
        """The same with its placeholders."""
        return self.by_lang.get(lang, {}).get(key) or self.by_lang["ja"][key]

    def has(self, key: str, lang: str) -> bool:
        return key in self.by_lang.get(lang, {})

    def fixed(self, lang: str = "ja") -> tuple[RedactedText, ...]:
        """Every sentence of `lang` that needs no value of a call: it can be synthesised before the first call."""
        known = self.facts[lang].keys()
        return tuple(
            self.get(key, lang) for key, text in self.by_lang.get(lang, {}).items() if fields_of(text) <= known
        )


def load_texts(city: CityVoice, wordings: Mapping[tuple[str, str], str] | None = None) -> Texts:
    """Shipped texts, the profile's replacements, then `wordings` by (language, key).

    Raises ConfigurationError for an unknown key or placeholder in the profile."""
    by_lang = {lang: dict(shipped(lang)) for lang in LANGUAGES}
    by_lang["ja"].update(_checked(city.texts))
    for (lang, key), text in (wordings or {}).items():
        # A sentence that a later release no longer has is left aside.
        if not check_wording(lang, key, text):
            by_lang[lang][key] = text
    hours = f"{city.hours_text.rstrip('。')}。" if city.hours_text else ""
    own = {"city_name": city.city_name, "centre_name": city.centre_name, "hours_text": hours}
    facts = {lang: {**own, **_source(lang).get("facts", {}), "centre_phone": city.centre_phone} for lang in LANGUAGES}
    return Texts(by_lang, facts)


def check_wording(lang: str, key: str, text: str, *, exists_only: bool = False) -> str:
    """What is wrong with this wording, as a sentence for the person who wrote it; "" when nothing is."""
    if lang not in LANGUAGES or key not in shipped("ja"):
        return f"自動音声の文言に「{key}」という項目はありません。"
    if exists_only:
        return ""
    try:
        extra = fields_of(text) - allowed_fields(key)
        if extra:
            return f"この文言では {{{'、'.join(sorted(extra))}}} を使えません。"
        text.format_map(dict.fromkeys(allowed_fields(key), ""))
    except (ValueError, KeyError, IndexError):
        return "{ } の書き方を確認してください。使える名前だけを { } で囲みます。"
    missing = fields_of(shipped("ja")[key]) - _FACTS - fields_of(text)
    if missing:
        return f"{{{'、'.join(sorted(missing))}}} を必ず入れてください。"
    pattern, meaning = _MUST_SAY.get(key, (None, ""))
    if pattern is not None and not pattern.search(text):
        return f"この文言では、{meaning}を必ず伝えてください。"
    return ""


def allowed_fields(key: str) -> frozenset[str]:
    """Names that may stand in braces in this sentence."""
    return fields_of(shipped("ja")[key]) | _FACTS


def _checked(given: Mapping[str, str]) -> Mapping[str, str]:
    for key, text in given.items():
        problem = check_wording("ja", key, text)
        if problem:
            raise ConfigurationError(f"自動音声の文言「{key}」：{problem}")
    return given


def fields_of(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def shipped(lang: str) -> Mapping[str, str]:
    return {key: text for key, text in _source(lang).items() if isinstance(text, str)}


@cache
def _source(lang: str) -> Mapping[str, Any]:
    source = files("voicebot") / "data" / f"texts.{lang}.toml"
    texts: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    return texts
