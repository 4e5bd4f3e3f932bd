"""Terminology: what blocks, what warns, and where the formal name is allowed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge.domain import FaqEntry
from knowledge.errors import ConfigurationError
from knowledge.faq.terms import blocking, lint, load_rules
from knowledge.faq.variables import fill, fill_entry, names_in

RULES = load_rules()
ENTRY = FaqEntry("F1", "マイナンバーカードの申請方法を教えてください。", "窓口で申請できます。")


def _levels(entry: FaqEntry) -> list[tuple[str, str]]:
    return [(finding.level, finding.field) for finding in lint(entry, RULES)]


def test_clean_text_has_no_findings() -> None:
    assert _levels(ENTRY) == []


@pytest.mark.parametrize("field", ["question", "answer", "answer_voice"])
def test_the_formal_card_name_blocks_in_citizen_facing_text(field: str) -> None:
    changed: dict[str, Any] = {field: "個人番号カードをお持ちください。"}
    entry = replace(ENTRY, **changed)
    assert _levels(entry) == [("block", field)]
    assert "マイナンバーカード" in blocking(lint(entry, RULES))[0].message


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, evidence="個人番号カードの交付等に関する事務処理要領"),
        replace(ENTRY, answer="根拠は「個人番号カードの交付等に関する事務処理要領」です。"),
        replace(ENTRY, answer="マイナンバーカード（個人番号カード）のことです。"),
        replace(ENTRY, answer="正式には「個人番号カード」といいます。"),
        replace(ENTRY, alt_questions=("個人番号カードがほしい",)),
        replace(ENTRY, lang="zh", answer="個人番号カード"),
    ],
)
def test_titles_definitions_and_callers_words_pass(entry: FaqEntry) -> None:
    assert _levels(entry) == []


def test_the_formal_name_only_warns_once_introduced_or_for_operators() -> None:
    introduced = replace(ENTRY, answer="マイナンバーカード（個人番号カード）です。個人番号カードは写真付きです。")
    assert _levels(introduced) == [("warn", "answer")]
    assert _levels(replace(ENTRY, answer="個人番号カードです。", visibility="operator")) == [("warn", "answer")]


def test_other_words_warn() -> None:
    assert _levels(replace(ENTRY, answer="窓口にお越し下さい。")) == [("warn", "answer")]
    assert _levels(replace(ENTRY, answer="個人番号通知書をお持ちください。")) == []


def test_unknown_variables_are_reported_and_left() -> None:
    entry = replace(ENTRY, answer="{{ phone }}へ。{{fax}}も。")
    assert [(f.level, f.word) for f in lint(entry, RULES, {"phone"})] == [("warn", "fax")]
    assert fill_entry(entry, {"phone": "0120"}).answer == "0120へ。{{fax}}も。"


def test_filling_does_not_fill_what_it_put_in() -> None:
    assert fill("{{a}}", {"a": "{{b}}", "b": "x"}) == "{{b}}"
    assert names_in("{{a}} {{ b }} {{a}} {c}") == ("a", "b")


@pytest.mark.parametrize("text", ["not toml [", "[[rule]]\nword='('\nsay=''\nlevel='warn'\nmessage=''", "x=1"])
def test_a_broken_rule_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "terms.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        load_rules(path)


def test_own_rules_replace_the_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "terms.toml"
    path.write_text(
        '[[rule]]\nword="役場"\nsay="市役所"\nlevel="block"\nmessage="市役所と書きます。"\n', encoding="utf-8"
    )
    found = lint(replace(ENTRY, answer="役場へ"), load_rules(path))
    assert [finding.message for finding in found] == ["市役所と書きます。"]
