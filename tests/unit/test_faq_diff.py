"""A diff that, read one way, gives the old text and, read the other way, the new one."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from knowledge.domain import FaqEntry
from knowledge.faq.diff import Part, diff, text_diff


@given(st.text(max_size=60), st.text(max_size=60))
def test_parts_rebuild_both_texts(before: str, after: str) -> None:
    parts = text_diff(before, after)
    assert "".join(part.text for part in parts if part.kind != "added") == before
    assert "".join(part.text for part in parts if part.kind != "removed") == after


def test_words_not_characters_are_compared() -> None:
    assert text_diff("手数料は800円です。", "手数料は1000円です。") == (
        Part("same", "手数料は"),
        Part("removed", "800"),
        Part("added", "1000"),
        Part("same", "円です。"),
    )


def test_a_tokenizer_that_changes_text_is_not_trusted() -> None:
    parts = text_diff("ＡＢＣ", "ＡＢＤ", lambda text: [text.lower()])
    assert "".join(part.text for part in parts if part.kind != "added") == "ＡＢＣ"


def test_only_fields_that_differ_are_listed_with_their_labels() -> None:
    old = FaqEntry("F1", "質問", "回答", alt_questions=("a",))
    new = replace(old, version=2, status="published", alt_questions=("a", "b"), valid_to=date(2027, 3, 31))
    assert [(found.field, found.label) for found in diff(old, new)] == [
        ("alt_questions", "言い換え"),
        ("valid_to", "適用終了"),
    ]
