"""Terminology lint: words a city does not write in text for citizens, and template variables nobody has filled."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from knowledge.domain import FaqEntry
from knowledge.errors import ConfigurationError, InvalidInput
from knowledge.faq.variables import names_in
from knowledge.text.own_patterns import Pattern, own_pattern

Level = Literal["block", "warn"]
MAX_RULES = 500
_CITIZEN_FIELDS = ("question", "answer", "answer_voice", "answer_easy")


@dataclass(frozen=True, slots=True)
class TermRule:
    """One word, what to write instead, and where it is allowed all the same."""

    word: Pattern
    say: str
    level: Level
    message: str
    fields: tuple[str, ...] = _CITIZEN_FIELDS
    allow: Pattern | None = None
    defined_by: Pattern | None = None
    """When the entry matches this, it has introduced the word to the reader: a block becomes a warning."""
    name: str = ""
    """What people call the rule: the word itself, where it is a plain one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule applies; `field` is the column id."""

    level: Level
    field: str
    word: str
    message: str


def load_rules(path: Path | None = None) -> tuple[TermRule, ...]:
    """The shipped rules, or the city's own file. Raises ConfigurationError."""
    source = path if path is not None else files("knowledge.faq") / "terminology.toml"
    compiled: Callable[[str], Pattern] = re.compile if path is None else own_pattern
    try:
        text = source.read_text(encoding="utf-8")
        items = tomllib.loads(text)["rule"]
        if len(items) > MAX_RULES:
            raise ConfigurationError(f"用語の決まり（{source.name}）は{MAX_RULES}個までです。")
        return tuple(_rule(item, compiled, f"{source.name} {_line_of(item, text)}") for item in items)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, re.error) as exc:
        raise ConfigurationError(f"用語の決まりを読み込めません（{exc}）。ファイルの内容を確認してください。") from exc


def lint(entry: FaqEntry, rules: Sequence[TermRule], known_variables: Collection[str] = ()) -> tuple[Finding, ...]:
    """Everything to correct in `entry`. What only operators see never blocks; translations have words of their own."""
    found = [] if entry.lang != "ja" else [finding for rule in rules for finding in _apply(rule, entry)]
    return (*found, *_unfilled(entry, known_variables))


def plain_rule(word: str, say: str, level: Level) -> TermRule:
    """A rule for one word as it is written; inside the word to say instead it does not count."""
    allow = re.compile(re.escape(say)) if word in say else None
    return TermRule(
        re.compile(re.escape(word)), say, level, f"「{word}」は「{say}」と書いてください。", allow=allow, name=word
    )


def blocking(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.level == "block")


def _line_of(item: Mapping[str, Any], text: str) -> str:
    lines = (at for at, line in enumerate(text.splitlines(), 1) if str(item["word"]) in line)
    found = next(lines, 0)
    return f"{found}行目" if found else ""


def _rule(item: dict[str, Any], compiled: Callable[[str], Pattern], place: str) -> TermRule:
    try:
        return _read(item, compiled)
    except InvalidInput as exc:
        raise ConfigurationError(f"{place} の用語の決まり：{exc.message}") from exc


def _read(item: dict[str, Any], compiled: Callable[[str], Pattern]) -> TermRule:
    level = item["level"]
    if level not in ("block", "warn"):
        raise KeyError(f"level={level}")
    allow = item.get("allow")
    defined = item.get("defined_by")
    return TermRule(
        word=compiled(item["word"]),
        say=item["say"],
        level=level,
        message=item["message"],
        fields=tuple(item.get("fields", _CITIZEN_FIELDS)),
        allow=compiled("|".join(f"(?:{part})" for part in allow)) if allow else None,
        defined_by=compiled(defined) if defined else None,
        name=item.get("name", item["word"]),
    )


def _apply(rule: TermRule, entry: FaqEntry) -> Iterator[Finding]:
    for name in rule.fields:
        text: str = getattr(entry, name)
        if not rule.word.search(text):
            continue
        hit = rule.word.search(rule.allow.sub("", text) if rule.allow else text)
        if hit:
            yield Finding(_level(rule, entry), name, hit.group(), rule.message)


def _level(rule: TermRule, entry: FaqEntry) -> Level:
    if entry.visibility == "operator":
        return "warn"
    if rule.defined_by and any(rule.defined_by.search(text) for text in (entry.question, entry.answer)):
        return "warn"
    return rule.level


def _unfilled(entry: FaqEntry, known: Collection[str]) -> Iterator[Finding]:
    for name in _CITIZEN_FIELDS:
        for variable in names_in(getattr(entry, name)):
            if variable not in known:
                message = (
                    f"差込み {{{{{variable}}}}} に入る言葉が設定にありません。市の設定に加えるか、直してください。"
                )
                yield Finding("warn", name, variable, message)
