"""The city's own terminology: words it adds to the shipped rules, and shipped words it judges otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from sqlalchemy import Connection, delete, insert, select

from knowledge.errors import InvalidInput, NotFound, Problem
from knowledge.faq.edit import Edit
from knowledge.faq.terms import TermRule, plain_rule
from knowledge.faq.text_rules import check_text
from knowledge.store.faq_tables import term_rule

OwnLevel = Literal["block", "warn", "off"]
OWN_LEVELS: dict[OwnLevel, str] = {"block": "公開できない", "warn": "注意だけ", "off": "調べない"}
MAX_WORD_CHARS = 100
MAX_OWN_RULES = 500


@dataclass(frozen=True, slots=True)
class OwnRule:
    """One decision of the city. A `word` that names a shipped rule changes that rule's level and advice only."""

    word: str
    say: str
    level: OwnLevel
    updated_by: str = ""


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule as the page of rules lists it."""

    word: str
    say: str
    level: OwnLevel
    shipped: bool
    own: OwnRule | None


def own_rules(conn: Connection) -> list[OwnRule]:
    rows = conn.execute(select(term_rule).order_by(term_rule.c.word))
    return [OwnRule(row.word, row.say, cast("OwnLevel", row.level), row.updated_by) for row in rows]


def effective_rules(shipped: Sequence[TermRule], own: Sequence[OwnRule]) -> tuple[TermRule, ...]:
    """What is checked: shipped rules as the city judges them, then its own words."""
    decided = {rule.word: rule for rule in own}
    kept = [_judged(rule, decided.pop(rule.name, None)) for rule in shipped]
    added = [plain_rule(rule.word, rule.say, rule.level) for rule in decided.values() if rule.level != "off"]
    return (*(rule for rule in kept if rule is not None), *added)


def shown_rules(shipped: Sequence[TermRule], own: Sequence[OwnRule]) -> list[ShownRule]:
    """Every rule with where it comes from, those that are switched off too."""
    decided = {rule.word: rule for rule in own}
    found = []
    for rule in shipped:
        mine = decided.pop(rule.name, None)
        level: OwnLevel = mine.level if mine else rule.level
        found.append(ShownRule(rule.name, mine.say if mine else rule.say, level, True, mine))
    return [*found, *(ShownRule(rule.word, rule.say, rule.level, False, rule) for rule in decided.values())]


def put_rule(edit: Edit, rule: OwnRule) -> OwnRule:
    """Add a rule or decide anew. Raises InvalidInput."""
    clean = _checked(rule, edit.who)
    if len([one for one in own_rules(edit.conn) if one.word != clean.word]) >= MAX_OWN_RULES:
        raise InvalidInput(f"用語の決まりは{MAX_OWN_RULES}件までです。使わない決まりを削除してください。")
    edit.conn.execute(delete(term_rule).where(term_rule.c.word == clean.word))
    values = {"word": clean.word, "say": clean.say, "level": clean.level}
    edit.conn.execute(insert(term_rule).values(**values, updated_by=edit.who, updated_at=edit.now))
    edit.audit.append(edit.conn, edit.who, "term.put", clean.word, {"say": clean.say, "level": clean.level})
    return clean


def remove_rule(edit: Edit, word: str) -> None:
    """Back to the shipped rule, or to none. Raises NotFound."""
    if edit.conn.execute(delete(term_rule).where(term_rule.c.word == word)).rowcount == 0:
        raise NotFound("この用語の決まりはありません。すでに削除された可能性があります。")
    edit.audit.append(edit.conn, edit.who, "term.remove", word)


def _judged(rule: TermRule, own: OwnRule | None) -> TermRule | None:
    if own is None:
        return rule
    if own.level == "off":
        return None
    same = own.say == rule.say
    return replace(rule, level=own.level, say=own.say, message=rule.message if same else _advice(own))


def _advice(own: OwnRule) -> str:
    return plain_rule(own.word, own.say, "warn").message


def _checked(rule: OwnRule, who: str) -> OwnRule:
    problems = []
    cleaned = {}
    for name, label in (("word", "使わない言葉"), ("say", "代わりに使う言葉")):
        checked = check_text(getattr(rule, name), MAX_WORD_CHARS, multiline=False)
        problems += [Problem(message, column=name) for message in checked.errors]
        cleaned[name] = checked.text.strip()
        if not cleaned[name]:
            problems.append(Problem(f"{label}を入力してください。", column=name))
    if cleaned["word"] and cleaned["word"] == cleaned["say"]:
        problems.append(Problem("使わない言葉と代わりの言葉が同じです。", column="say"))
    if rule.level not in OWN_LEVELS:
        problems.append(Problem("扱いを選んでください。", column="level"))
    if problems:
        raise InvalidInput("用語の決まりを登録できません。次の点を直してください。", problems)
    return OwnRule(cleaned["word"], cleaned["say"], rule.level, who)
